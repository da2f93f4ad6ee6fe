"""Tables of handoff. Imports between these files: promises, handoffs, ledger, timers, notices; down that list only."""

from handoff.models.handoffs import Handoff, Touch
from handoff.models.ledger import Segment
from handoff.models.notices import Delivery, Notification
from handoff.models.promises import (
    Calendar,
    CalendarVersion,
    RoutingRule,
    SlaPolicy,
    SlaPolicyVersion,
)
from handoff.models.timers import SlaAlarm, SlaEvent, SlaTimer

__all__ = [
    "Calendar",
    "CalendarVersion",
    "Delivery",
    "Handoff",
    "Notification",
    "RoutingRule",
    "Segment",
    "SlaAlarm",
    "SlaEvent",
    "SlaPolicy",
    "SlaPolicyVersion",
    "SlaTimer",
    "Touch",
]
