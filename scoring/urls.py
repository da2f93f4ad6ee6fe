"""Pages of scoring."""

from django.urls import URLPattern, path

from scoring.views import (
    account,
    criterion,
    editor,
    impact,
    models,
    override,
    panel,
    proposals,
    publishing,
    receipt,
    replay,
    trial,
    trust,
)

app_name = "scoring"
urlpatterns: list[URLPattern] = [
    path("", editor.model, name="model"),
    path("impact/", impact.impact, name="impact"),
    path("impact/leads/", impact.leads, name="impact_leads"),
    path("try/", trial.trial, name="try"),
    path("capacity/", impact.set_capacity, name="capacity"),
    path("points/<slug:key>/", editor.points, name="points"),
    path("limits/", editor.limits, name="limits"),
    path("bands/", editor.bands, name="bands"),
    path("criterion/", criterion.add, name="add_criterion"),
    path("criterion/<slug:key>/", criterion.change, name="criterion"),
    path("criterion/<slug:key>/remove/", editor.remove, name="remove_criterion"),
    path("discard/", editor.discard, name="discard"),
    path("start/", publishing.start, name="start"),
    path("publish/", proposals.publish, name="publish"),
    path("publish/numbers/", proposals.numbers, name="publish_numbers"),
    path("proposals/<int:number>/", proposals.proposal, name="proposal"),
    path("proposals/<int:number>/approve/", proposals.approve, name="approve"),
    path("proposals/<int:number>/back/", proposals.send_back, name="send_back"),
    path("versions/<int:number>/revert/", proposals.revert, name="revert"),
    path("versions/<int:number>/draft/", proposals.redraft, name="redraft"),
    path("progress/<int:run>/", publishing.progress, name="progress"),
    path("versions/", publishing.versions_page, name="versions"),
    path("versions/<int:number>/", publishing.version, name="version"),
    path("company/<uuid:public_id>/", account.account, name="account"),
    path("models/", models.overview, name="models"),
    path("models/add/", models.new, name="model_new"),
    path("models/<int:pk>/", models.arrange, name="model_arrange"),
    path("models/<int:pk>/file/", models.download, name="model_file"),
    path("lead/<uuid:public_id>/", panel.panel, name="panel"),
    path("lead/<uuid:public_id>/why/", panel.why, name="why"),
    path("lead/<uuid:public_id>/replay/", replay.show, name="replay"),
    path("lead/<uuid:public_id>/receipt/", receipt.page, name="receipt"),
    path("lead/<uuid:public_id>/receipt.json", receipt.file, name="receipt_file"),
    path("lead/<uuid:public_id>/override/", override.override, name="override"),
    path("lead/<uuid:public_id>/override/end/", override.end, name="end_override"),
]

# Rules about events: what they do to scores is told before they are kept.
trust_urlpatterns: list[URLPattern] = [
    path("", trust.rules, name="event_trust"),
    path("<int:rule>/undo/", trust.undo, name="event_trust_undo"),
]
