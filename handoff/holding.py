"""Who held a lead, and how long: the journal of a handoff as stretches of time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from handoff.models import Handoff, SlaTimer
from handoff.promises import Promise, promise_of
from leads.identity.merged import family
from leads.models import JournalEntry

KINDS = ("handoff.claimed", "handoff.released", "handoff.reassigned")


@dataclass(frozen=True)
class Stretch:
    """`tone` is system, queue or human; `seconds` on the wall, `working` on the team's clock."""

    holder: str
    tone: str
    start: datetime
    end: datetime
    working: int

    @property
    def seconds(self) -> int:
        return int((self.end - self.start).total_seconds())


def stretches(handoff: Handoff, timers: Sequence[SlaTimer], *, at: datetime) -> list[Stretch]:
    """From the crossing to the end of the handoff, or to `at`; in order and without gaps.

    `handoff` comes with its crossing, `timers` with their versions."""
    end = handoff.disposed_at or at
    turns = [
        (_("System"), "system", handoff.crossing.at),
        (_("Queue"), "queue", handoff.opened_at),
        *_turns(handoff),
    ]
    promise = promise_of(timers[0]) if timers else None
    ends = [start for _name, _tone, start in turns[1:]] + [end]
    made = [
        Stretch(name, tone, start, until, _working(promise, start, until))
        for (name, tone, start), until in zip(turns, ends, strict=True)
    ]
    return [stretch for stretch in made if stretch.seconds > 0]


def _turns(handoff: Handoff) -> list[tuple[str, str, datetime]]:
    entries = (
        JournalEntry.objects.filter(
            lead__in=family(handoff.lead), kind__in=KINDS, at__gte=handoff.opened_at,
            data__handoff=handoff.pk,
        )
        .select_related("actor").order_by("at", "id")
    )  # fmt: skip
    return [_turn(entry) for entry in entries]


def _turn(entry: JournalEntry) -> tuple[str, str, datetime]:
    if entry.kind == "handoff.released":
        return _("Queue"), "queue", entry.at
    if entry.kind == "handoff.reassigned":
        return entry.data.get("holder", _("Somebody")), "human", entry.at
    return (entry.actor.name if entry.actor else _("Somebody")), "human", entry.at


def _working(promise: Promise | None, start: datetime, end: datetime) -> int:
    if promise is None:
        return max(0, int((end - start).total_seconds()))
    return promise.elapsed(start, end)
