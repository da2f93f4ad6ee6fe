"""What follows a ringing clock: who is told, once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accounts.models import Role, User
from handoff.models import SlaEvent, SlaTimer
from handoff.notifications import Note, tell

Kind = SlaEvent.Kind
People = dict[int, list[User]]


def escalate(alarms: Iterable[dict[str, Any]], *, at: datetime) -> None:
    """Follows alarms (timer, alarm, generation): a warning goes to the owner or the team's SDRs, a
    breach to the team's managers by note and e-mail, and to them that it was annulled.

    A warning that the breach overtook is not sent."""
    alarms = list(alarms)
    timers = SlaTimer.objects.select_related("handoff__lead", "handoff__owner").in_bulk(
        [alarm["timer"] for alarm in alarms]
    )
    teams = [timer.handoff.team_id for timer in timers.values()]
    managers, sdrs = _by_team(Role.MANAGER, teams), _by_team(Role.SDR, teams)
    notes: list[Note] = []
    for alarm in alarms:
        timer = timers.get(alarm["timer"])
        if timer is not None:
            notes += _notes(timer, alarm, managers, sdrs)
    tell(notes, at=at)


def _notes(timer: SlaTimer, alarm: dict[str, Any], managers: People, sdrs: People) -> list[Note]:
    kind, handoff = alarm["alarm"], timer.handoff
    if kind == Kind.WARN and timer.state != SlaTimer.State.RUNNING:
        return []
    if kind == Kind.WARN and handoff.owner is not None:
        told = [handoff.owner]
    else:
        told = (sdrs if kind == Kind.WARN else managers).get(handoff.team_id or 0, [])
    if kind != Kind.WARN and not told:
        told = managers[0]
    about = f"timer:{timer.pk}:{alarm['generation']}"
    by_mail = kind == Kind.BREACH
    return [
        Note(user, kind, about, _text(timer, kind, user), handoff.lead_id, by_mail=by_mail)
        for user in told
    ]


def _text(timer: SlaTimer, kind: str, user: User) -> str:
    """The sentence for one person, with the deadline in that person's zone."""
    due = timer.due_at.astimezone(ZoneInfo(user.time_zone)) if timer.due_at else None
    names = {"lead": timer.handoff.lead.name, "due": f"{due:%a %H:%M %Z}" if due else ""}
    if kind == Kind.ANNULLED:
        return _("No breach after all: %(lead)s was touched before %(due)s.") % names
    if timer.milestone == SlaTimer.Milestone.CLAIM:
        if kind == Kind.BREACH:
            return _("Nobody claimed %(lead)s by %(due)s.") % names
        return _("%(lead)s waits to be claimed by %(due)s.") % names
    if kind == Kind.BREACH:
        return _("%(lead)s was not touched by %(due)s.") % names
    return _("%(lead)s waits for a first touch by %(due)s.") % names


def _by_team(role: str, team_ids: Iterable[int | None]) -> People:
    """Active people of a role by team; 0 stands for the administrators."""
    ids = {team_id for team_id in team_ids if team_id}
    people: People = {0: []}
    members = User.objects.filter(role=role, is_active=True, teams__in=ids).distinct()
    for user in members.prefetch_related("teams"):
        for team in user.teams.all():
            people.setdefault(team.pk, []).append(user)
    people[0] = list(User.objects.filter(role=Role.ADMINISTRATOR, is_active=True))
    return people
