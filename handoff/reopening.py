"""A handoff that ended is open again exactly as it was: a merge taken back, a decision undone in time."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from handoff import timers
from handoff.models import Handoff, Pause, SlaAlarm, SlaTimer
from handoff.models.handoffs import OPEN_STATES
from leads.identity.kept_rows import of_row, row_of


def keep(handoff: Handoff) -> dict[str, Any]:
    """What an open handoff and its clocks are like, to be put back after it ended. The caller holds the lead."""
    open_timers = SlaTimer.objects.filter(handoff=handoff, closed_at=None).order_by("pk")
    alarms = SlaAlarm.objects.filter(timer__in=open_timers, state=SlaAlarm.State.PENDING)
    return {
        "handoff": row_of(handoff),
        "timers": [row_of(timer) for timer in open_timers],
        "alarms": list(alarms.values_list("pk", flat=True)),
        "pauses": list(handoff.pauses.filter(ended_at=None).values_list("pk", flat=True)),
    }


def reopen(kept: dict[str, Any], *, ended_as: str, at: datetime) -> Handoff | None:
    """Opens it again with the deadlines it had; None where its lead is in other hands by now, or it did not end
    as `ended_as`. Alarms that came due meanwhile ring now, and what was told is not told again. The caller holds
    the lead, and continues the ledger."""
    was = of_row(Handoff, kept["handoff"])
    lead_id = Handoff.objects.values_list("lead", flat=True).get(pk=was.pk)
    busy = Q(lead=lead_id, state__in=OPEN_STATES) | Q(pk=was.pk) & ~Q(state=ended_as)
    if Handoff.objects.filter(busy).exists():
        return None
    Handoff.objects.filter(pk=was.pk).update(
        state=was.state, disposed_at=None, lease_until=was.lease_until,
        snoozed_until=was.snoozed_until,
    )  # fmt: skip
    for row in kept["timers"]:
        of_row(SlaTimer, row).save()
    SlaAlarm.objects.filter(pk__in=kept["alarms"], state=SlaAlarm.State.CANCELLED).update(
        state=SlaAlarm.State.PENDING
    )
    Pause.objects.filter(pk__in=kept.get("pauses", [])).update(ended_at=None)
    timers.refresh_due([was.pk])
    return was
