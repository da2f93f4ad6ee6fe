"""The promises that fall due next, whose hands they are in, and who could take them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from handoff.access import visible
from handoff.availability import Availability, availability
from handoff.claims import Moved
from handoff.models import Handoff, SlaTimer
from handoff.models.handoffs import OPEN_STATES
from insights.sla.asking import Ask
from insights.sla.standing import reps_of
from leads.bands import Band, bands, called

NEXT = 20


@dataclass(frozen=True)
class Risk:
    """`held` is how many seconds it lies where it is."""

    handoff: Handoff
    timer: SlaTimer | None
    band: Band | None
    held: float


@dataclass(frozen=True)
class Rep:
    """Somebody a lead can be given to; who works now comes first."""

    user: User
    availability: Availability

    @property
    def label(self) -> str:
        said = {"name": self.user.name, "said": self.availability.said}
        return _("%(name)s, %(said)s") % said


def risks(ask: Ask, *, size: int = NEXT) -> list[Risk]:
    """The open handoffs whose deadlines come next."""
    running = SlaTimer.objects.filter(closed_at=None).order_by("due_at")
    found = visible(ask.user, "sla.view").filter(state__in=OPEN_STATES, next_due_at__gte=ask.at)
    if ask.team is not None:
        found = found.filter(team=ask.team)
    known = bands()
    near = (
        found.select_related("lead", "team", "owner").prefetch_related(
            Prefetch("timers", running, to_attr="running")
        ).order_by("next_due_at", "pk")
    )  # fmt: skip
    return [_risk(handoff, known, ask.at) for handoff in near[:size]]


def _risk(handoff: Handoff, known: dict[str, Band], at: datetime) -> Risk:
    running: list[SlaTimer] = handoff.running  # type: ignore[attr-defined]
    timer = next((one for one in running if one.due_at == handoff.next_due_at), None)
    since = handoff.claimed_at or handoff.opened_at
    return Risk(handoff, timer, called(handoff.band, known), (at - since).total_seconds())


def reps(ask: Ask) -> list[Rep]:
    """The SDRs of the team that is asked for, or of all that may be seen."""
    ids = reps_of(ask)
    users, there = User.objects.in_bulk(ids), availability(ids, at=ask.at)
    found = [Rep(users[pk], there[pk]) for pk in ids]
    return sorted(found, key=lambda rep: not rep.availability.works)


def told(moved: Moved, handoffs: Sequence[Handoff], to: User) -> list[str]:
    """What giving leads to somebody came to: how many, and who was faster with which."""
    names = {handoff.pk: handoff.lead.name for handoff in handoffs}
    count = len(moved.ids)
    said = [
        ngettext("%(n)d lead is %(name)s's now.", "%(n)d leads are %(name)s's now.", count)
        % {"n": count, "name": to.name}
    ]
    for pk, owner in moved.faster.items():
        who = {"lead": names.get(pk, ""), "name": owner.name if owner else ""}
        said.append(
            _("%(name)s was faster with %(lead)s.") % who
            if owner
            else _("%(lead)s was decided or moved meanwhile.") % who
        )
    return said
