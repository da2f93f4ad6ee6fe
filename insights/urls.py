"""Pages of insights."""

from django.urls import URLPattern, path

from insights.views import funnel, gaps, report_card, reports, simulator, sla

app_name = "insights"
urlpatterns = [
    path("stages/", reports.stages, name="stages"),
    path("compliance/", reports.compliance, name="compliance"),
    path("reasons/", reports.reasons, name="reasons"),
    path("criteria/", report_card.show, name="criteria"),
    path("criteria.csv", report_card.file, name="criteria_file"),
    path("funnel/", funnel.show, name="funnel"),
    path("funnel.csv", funnel.file, name="funnel_file"),
    path("leads/", reports.leads, name="leads"),
    path("gaps/", gaps.gaps, name="gaps"),
    path("gaps/leads/", gaps.leads, name="gap_leads"),
]

sla_urlpatterns: list[URLPattern] = [
    path("", sla.show, name="show"),
    path("hand-over/", sla.hand_over, name="hand_over"),
    path("now/", sla.now, name="now"),
    path("simulator/", simulator.show, name="simulator"),
    path("panel/<slug:name>/", sla.panel, name="panel"),
    path("table/<slug:name>.csv", sla.table, name="table"),
]
