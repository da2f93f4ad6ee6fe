"""Who hears of a lead that was routed: whom it is offered to, or who could take it; and of one that nobody could
take, those who answer for the fallback queue."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import Role, User
from handoff.models import Handoff
from handoff.notifications import Note, tell

People = dict[int, list[User]]


def announce(handoff_ids: Collection[int], *, at: datetime) -> None:
    """Tells of those that still are unclaimed. Where no SDR can hear it, a manager does, or an administrator."""
    found = Handoff.objects.filter(pk__in=handoff_ids, state=Handoff.State.QUEUED)
    handoffs = list(found.select_related("lead__owner", "offered_to", "team"))
    sdrs = of_teams(Role.SDR, {h.team_id for h in handoffs if h.team_id})
    notes = [note for h in handoffs for note in _queued(h, _hearers(h, sdrs))]
    lonely = [h for h in handoffs if h.is_fallback or not _hearers(h, sdrs)]
    tell([*notes, *_of_lonely(lonely)], at=at)


def _of_lonely(handoffs: Sequence[Handoff]) -> Iterator[Note]:
    if not handoffs:
        return
    managers = of_teams(Role.MANAGER, {h.team_id for h in handoffs if h.team_id})
    administrators: list[User] = []
    if any(not managers.get(h.team_id or 0) for h in handoffs):
        administrators = list(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True))
    for h in handoffs:
        yield from _lonely(h, managers.get(h.team_id or 0) or administrators)


def _hearers(h: Handoff, sdrs: People) -> list[User]:
    if h.offered_to is not None:
        return [h.offered_to]
    return [h.lead.owner] if h.lead.owner else sdrs.get(h.team_id or 0, [])


def _queued(h: Handoff, users: Iterable[User]) -> Iterator[Note]:
    for user in users:
        if h.offered_until is not None:
            until = h.offered_until.astimezone(ZoneInfo(user.time_zone))
            text = _("%(lead)s is offered to you until %(until)s.") % {
                "lead": h.lead.name, "until": f"{until:%a %H:%M %Z}"
            }  # fmt: skip
            yield Note(user, "offered", f"offer:{h.pk}:{until.timestamp():.0f}", text, h.lead_id)
        else:
            text = _("%(lead)s is in your queue.") % {"lead": h.lead.name}
            yield Note(user, "opened", f"handoff:{h.pk}", text, h.lead_id)


def _lonely(h: Handoff, users: Iterable[User]) -> Iterator[Note]:
    """It fell back, or lies in the queue of a team in which nobody is."""
    text = _("%(lead)s waits for somebody: %(reason)s.") % {
        "lead": h.lead.name,
        "reason": h.routed_by,
    }
    for user in users:
        yield Note(user, "fallback", f"handoff:{h.pk}", text, h.lead_id)


def of_teams(role: str, team_ids: Iterable[int]) -> People:
    """The active people of a role, by team."""
    people: People = {}
    members = User.objects.filter(role=role, is_active=True, teams__in=list(team_ids)).distinct()
    for user in members.prefetch_related("teams"):
        for team in user.teams.all():
            people.setdefault(team.pk, []).append(user)
    return people
