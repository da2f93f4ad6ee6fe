"""Tables of handoff. Imports between these files: promises, handoffs, routing, ledger, timers, channels, notices;
down that list only."""

from handoff.models.channels import Channel, OutgoingEvent
from handoff.models.handoffs import Handoff, Pause, Touch
from handoff.models.ledger import Segment
from handoff.models.notices import Delivery, NoticeChoice, Notification, QuietHours
from handoff.models.promises import (
    Calendar,
    CalendarVersion,
    PromiseChange,
    SlaPolicy,
    SlaPolicyVersion,
)
from handoff.models.routing import (
    Absence,
    Rep,
    RoutingDecision,
    RoutingRule,
    Share,
    TeamRouting,
    Tier,
)
from handoff.models.timers import SlaAlarm, SlaEvent, SlaTimer

__all__ = [
    "Absence",
    "Calendar",
    "CalendarVersion",
    "Channel",
    "Delivery",
    "Handoff",
    "NoticeChoice",
    "Notification",
    "OutgoingEvent",
    "Pause",
    "PromiseChange",
    "QuietHours",
    "Rep",
    "RoutingDecision",
    "RoutingRule",
    "Segment",
    "Share",
    "SlaAlarm",
    "SlaEvent",
    "SlaPolicy",
    "SlaPolicyVersion",
    "SlaTimer",
    "TeamRouting",
    "Tier",
    "Touch",
]
