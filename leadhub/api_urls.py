"""The API, version 1."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from handoff import api as handoff
from handoff import api_pauses
from handoff import api_routing as routing
from leads.api import events, leads, proposals
from scoring import api as scoring

# The one listed exception from the content security policy: the viewer of the schema writes inline styles.
# It shows our schema and no lead text.
docs = csp_update({"style-src": [SELF, UNSAFE_INLINE]})(
    SpectacularSwaggerSplitView.as_view(url_name="api:schema")
)

app_name = "api"
urlpatterns = [
    path("batch", events.EventBatch.as_view(), name="events"),
    re_path(
        r"^(?P<kind>identify|track|page|screen|group|alias)$",
        events.OneEvent.as_view(),
        name="event",
    ),
    path("leads", leads.LeadList.as_view(), name="leads"),
    path("leads/bulk", leads.LeadBulk.as_view(), name="leads_bulk"),
    path("leads/<uuid:public_id>", leads.LeadDetail.as_view(), name="lead"),
    path(
        "leads/<uuid:public_id>/proposals", proposals.LeadProposals.as_view(), name="lead_proposals"
    ),
    path("leads/<uuid:public_id>/touches", handoff.LeadTouches.as_view(), name="lead_touches"),
    path("leads/<uuid:public_id>/override", scoring.LeadOverride.as_view(), name="lead_override"),
    path("leads/<uuid:public_id>/receipt", scoring.LeadReceipt.as_view(), name="lead_receipt"),
    path("handoffs/next", handoff.HandoffNext.as_view(), name="handoff_next"),
    path("handoffs", handoff.HandoffList.as_view(), name="handoffs"),
    path(
        "handoffs/<uuid:public_id>/pause", api_pauses.HandoffPause.as_view(), name="handoff_pause"
    ),
    path(
        "handoffs/<uuid:public_id>/resume",
        api_pauses.HandoffResume.as_view(),
        name="handoff_resume",
    ),
    path("handoffs/<uuid:public_id>/claim", handoff.HandoffClaim.as_view(), name="handoff_claim"),
    path("routing/rules", routing.RoutingRules.as_view(), name="routing_rules"),
    path("routing/absences", routing.Absences.as_view(), name="absences"),
    path("routing/absences/<int:pk>", routing.AbsenceDetail.as_view(), name="absence"),
    path("model", scoring.LiveModel.as_view(), name="model"),
    path("models/<str:name>/draft", scoring.ModelDraft.as_view(), name="model_draft"),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    path("docs", docs, name="docs"),
]
