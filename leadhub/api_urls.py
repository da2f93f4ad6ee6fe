"""The API, version 1."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from handoff.api import channels, handoffs, notices, pauses, routing, tasks, working
from leads.api import events, leads, proposals
from qualification.api import cards, deals, decisions
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
    path("leads/<uuid:public_id>/touches", handoffs.LeadTouches.as_view(), name="lead_touches"),
    path("leads/<uuid:public_id>/override", scoring.LeadOverride.as_view(), name="lead_override"),
    path("leads/<uuid:public_id>/receipt", scoring.LeadReceipt.as_view(), name="lead_receipt"),
    path("handoffs/next", handoffs.HandoffNext.as_view(), name="handoff_next"),
    path("handoffs", handoffs.HandoffList.as_view(), name="handoffs"),
    path("handoffs/<uuid:public_id>/pause", pauses.HandoffPause.as_view(), name="handoff_pause"),
    path(
        "handoffs/<uuid:public_id>/resume",
        pauses.HandoffResume.as_view(),
        name="handoff_resume",
    ),
    path("handoffs/<uuid:public_id>/skip", working.HandoffSkip.as_view(), name="handoff_skip"),
    path(
        "handoffs/<uuid:public_id>/snooze",
        working.HandoffSnooze.as_view(),
        name="handoff_snooze",
    ),
    path("handoffs/<uuid:public_id>/wake", working.HandoffWake.as_view(), name="handoff_wake"),
    path("handoffs/<uuid:public_id>/tasks", tasks.HandoffTasks.as_view(), name="handoff_tasks"),
    path(
        "handoffs/<uuid:public_id>/tasks/<int:number>/done",
        tasks.HandoffTaskDone.as_view(),
        name="handoff_task_done",
    ),
    path("notifications/preferences", notices.NoticePreferences.as_view(), name="notices"),
    path("channels", channels.ChannelList.as_view(), name="channels"),
    path("channels/<uuid:channel_id>", channels.ChannelDetail.as_view(), name="channel"),
    path("handoffs/<uuid:public_id>/claim", handoffs.HandoffClaim.as_view(), name="handoff_claim"),
    path("handoffs/<uuid:public_id>/card", cards.Card.as_view(), name="card"),
    path(
        "handoffs/<uuid:public_id>/card/<slug:element>",
        cards.CardAnswer.as_view(),
        name="card_answer",
    ),
    path("handoffs/<uuid:public_id>/accept", decisions.Accept.as_view(), name="accept"),
    path("handoffs/<uuid:public_id>/recycle", decisions.Recycle.as_view(), name="recycle"),
    path("handoffs/<uuid:public_id>/disqualify", decisions.Disqualify.as_view(), name="disqualify"),
    path("handoffs/<uuid:public_id>/undo", decisions.Undo.as_view(), name="undo"),
    path("handoffs/<uuid:public_id>/reopen", decisions.Reopen.as_view(), name="reopen"),
    path("opportunities", deals.OpportunityList.as_view(), name="opportunities"),
    path("opportunities/<uuid:public_id>", deals.OpportunityDetail.as_view(), name="opportunity"),
    path(
        "opportunities/<uuid:public_id>/state",
        deals.OpportunityState.as_view(),
        name="opportunity_state",
    ),
    path("routing/rules", routing.RoutingRules.as_view(), name="routing_rules"),
    path("routing/absences", routing.Absences.as_view(), name="absences"),
    path("routing/absences/<int:pk>", routing.AbsenceDetail.as_view(), name="absence"),
    path("model", scoring.LiveModel.as_view(), name="model"),
    path("models/<str:name>/draft", scoring.ModelDraft.as_view(), name="model_draft"),
    path("schema", SpectacularAPIView.as_view(), name="schema"),
    path("docs", docs, name="docs"),
]
