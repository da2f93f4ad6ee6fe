"""Tables of handoff. Imports between these files: promises, handoffs, routing, ledger, timers, queue, channels,
notices; down that list only."""

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
from handoff.models.queue import BandRate, QueueSettings, SavedView, Skip, Task, TaskRule
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
    "BandRate",
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
    "QueueSettings",
    "QuietHours",
    "Rep",
    "RoutingDecision",
    "RoutingRule",
    "SavedView",
    "Segment",
    "Share",
    "Skip",
    "SlaAlarm",
    "SlaEvent",
    "SlaPolicy",
    "SlaPolicyVersion",
    "SlaTimer",
    "Task",
    "TaskRule",
    "TeamRouting",
    "Tier",
    "Touch",
]
