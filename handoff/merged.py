"""When two leads become one: of two open handoffs the older stays, the other is closed as merged and its clocks
stop. Taken back, both are as they were."""

from typing import Any

from django.db.models import Q

from handoff import handoffs, ledger, timers
from handoff.models import Handoff, Pause, SlaAlarm, SlaTimer
from handoff.models.handoffs import OPEN_STATES
from leads.identity import movers
from leads.identity.kept_rows import of_row, row_of
from leads.identity.movers import Going


def before(going: Going) -> dict[str, Any]:
    """Closes the younger of two open handoffs; what it and its clocks were like."""
    both = Handoff.objects.filter(
        lead__in=[going.survivor_id, going.loser_id], state__in=OPEN_STATES
    ).select_for_update().order_by("opened_at", "pk")  # fmt: skip
    if len(both) < 2:
        return {}
    younger = both[1]
    open_timers = SlaTimer.objects.filter(handoff=younger, closed_at=None).order_by("pk")
    alarms = SlaAlarm.objects.filter(timer__in=open_timers, state=SlaAlarm.State.PENDING)
    kept = {
        "handoff": row_of(younger),
        "timers": [row_of(timer) for timer in open_timers],
        "alarms": list(alarms.values_list("pk", flat=True)),
        "pauses": list(younger.pauses.filter(ended_at=None).values_list("pk", flat=True)),
    }
    handoffs.close(younger, state=Handoff.State.MERGED, at=going.at)
    return kept


def undo(going: Going, kept: dict[str, Any]) -> None:
    """Opens it again, with the deadlines it had, unless its lead is in other hands by now."""
    if not kept:
        return
    was = of_row(Handoff, kept["handoff"])
    lead_id = Handoff.objects.values_list("lead", flat=True).get(pk=was.pk)
    busy = Q(lead=lead_id, state__in=OPEN_STATES) | Q(pk=was.pk) & ~Q(state=Handoff.State.MERGED)
    if Handoff.objects.filter(busy).exists():
        return
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
    ledger.reopened(was.pk, at=going.at)


movers.register("handoff", movers.Mover(before, undo))
