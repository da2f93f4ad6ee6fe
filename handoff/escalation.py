"""What follows a new handoff and a ringing clock: who is told, once."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Role, User
from handoff.models import Handoff, SlaEvent, SlaTimer
from handoff.notifications import Note, tell

People = dict[int, list[User]]


def announce(handoff_ids: Sequence[int], *, at: datetime) -> None:
    """Tells the SDRs of the team that a lead lies in their queue."""
    handoffs = Handoff.objects.filter(pk__in=handoff_ids).select_related("lead")
    sdrs = _by_team(Role.SDR, [h.team_id for h in handoffs])
    tell(
        [
            Note(
                user, "opened", f"handoff:{h.pk}",
                _("%(lead)s is in your queue.") % {"lead": h.lead.name}, h.lead_id,
            )
            for h in handoffs
            for user in sdrs.get(h.team_id or 0, [])
        ],
        at=at,
    )  # fmt: skip


def escalate(alarms: Iterable[dict[str, Any]], *, at: datetime) -> None:
    """Follows alarms (timer, alarm, generation): a warning goes to the owner or the team's SDRs, a breach
    to the team's managers by note and e-mail. A warning that the breach overtook is not sent."""
    alarms = list(alarms)
    timers = SlaTimer.objects.select_related("handoff__lead", "handoff__owner").in_bulk(
        [alarm["timer"] for alarm in alarms]
    )
    teams = [timer.handoff.team_id for timer in timers.values()]
    managers, sdrs = _by_team(Role.MANAGER, teams), _by_team(Role.SDR, teams)
    notes: list[Note] = []
    for alarm in alarms:
        timer = timers.get(alarm["timer"])
        if timer is None:
            continue
        people = managers if alarm["alarm"] == SlaEvent.Kind.BREACH else sdrs
        notes += _notes(timer, alarm, people)
    tell(notes, at=at)


def _notes(timer: SlaTimer, alarm: dict[str, Any], people: People) -> list[Note]:
    handoff = timer.handoff
    breach = alarm["alarm"] == SlaEvent.Kind.BREACH
    if not breach and timer.state != SlaTimer.State.RUNNING:
        return []
    told = people.get(handoff.team_id or 0, [])
    if not breach and handoff.owner is not None:
        told = [handoff.owner]
    text = _breach_text(timer) if breach else _warn_text(timer)
    about = f"timer:{timer.pk}:{alarm['generation']}"
    return [Note(user, alarm["alarm"], about, text, handoff.lead_id, by_mail=breach) for user in told]


def _breach_text(timer: SlaTimer) -> str:
    names = {"lead": timer.handoff.lead.name, "due": f"{timer.due_at:%H:%M} UTC"}
    if timer.milestone == SlaTimer.Milestone.CLAIM:
        return _("Nobody claimed %(lead)s by %(due)s.") % names
    return _("%(lead)s was not touched by %(due)s.") % names


def _warn_text(timer: SlaTimer) -> str:
    names = {"lead": timer.handoff.lead.name, "due": f"{timer.due_at:%H:%M} UTC"}
    if timer.milestone == SlaTimer.Milestone.CLAIM:
        return _("%(lead)s waits to be claimed by %(due)s.") % names
    return _("%(lead)s waits for a first touch by %(due)s.") % names


def _by_team(role: str, team_ids: Iterable[int | None]) -> People:
    """Active people of a role by team; breaches without a team go to the administrators."""
    ids = {team_id for team_id in team_ids if team_id}
    people: People = {0: []}
    for user in User.objects.filter(role=role, is_active=True, teams__in=ids).distinct().prefetch_related("teams"):
        for team in user.teams.all():
            people.setdefault(team.pk, []).append(user)
    people[0] = list(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True))
    return people
