"""Tables of handoff. Imports between these files go down this list only."""

from handoff.models.promises import Calendar, CalendarVersion, RoutingRule, SlaPolicy, SlaPolicyVersion
from handoff.models.handoffs import Handoff, Touch
from handoff.models.timers import SlaAlarm, SlaEvent, SlaTimer
from handoff.models.notices import Delivery, Notification

__all__ = [
    "Calendar",
    "CalendarVersion",
    "Delivery",
    "Handoff",
    "Notification",
    "RoutingRule",
    "SlaAlarm",
    "SlaEvent",
    "SlaPolicy",
    "SlaPolicyVersion",
    "SlaTimer",
    "Touch",
]
