"""Who is told at a step, and in which words."""

from collections.abc import Collection, Iterable, Sequence
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from handoff.chains import Do
from handoff.escalation.due import Due, Key
from handoff.models import Handoff, SlaTimer
from handoff.notifications import Note
from handoff.routing.told import People, of_teams
from handoff.words import lasting

Milestone = SlaTimer.Milestone
# From so many seconds on it is said that an alarm came late.
LATE = 60
WAITS = {
    Milestone.CLAIM: gettext_lazy("%(lead)s waits to be claimed by %(due)s."),
    Milestone.FIRST_TOUCH: gettext_lazy("%(lead)s waits for a first touch by %(due)s."),
    Milestone.FOLLOW_UP: gettext_lazy("%(lead)s waits for the next touch by %(due)s."),
    Milestone.DISPOSITION: gettext_lazy("%(lead)s waits for a decision by %(due)s."),
}
MISSED = {
    Milestone.CLAIM: gettext_lazy("Nobody claimed %(lead)s by %(due)s."),
    Milestone.FIRST_TOUCH: gettext_lazy("%(lead)s was not touched by %(due)s."),
    Milestone.FOLLOW_UP: gettext_lazy("%(lead)s was not touched again by %(due)s."),
    Milestone.DISPOSITION: gettext_lazy("%(lead)s was not decided by %(due)s."),
}


class Hearers:
    """The people of the teams concerned, read once."""

    def __init__(self, handoffs: Iterable[Handoff]) -> None:
        teams = {handoff.team_id for handoff in handoffs if handoff.team_id}
        self._sdrs: People = of_teams(Role.SDR, teams)
        self._managers: People = of_teams(Role.MANAGER, teams)
        self._administrators: list[User] | None = None

    def holders(self, handoff: Handoff) -> list[User]:
        """Whoever has it or is offered it, else the SDRs of the team."""
        one = handoff.owner or handoff.offered_to
        return [one] if one is not None else self._sdrs.get(handoff.team_id or 0, [])

    def managers(self, handoff: Handoff) -> list[User]:
        """Those of the team, else the administrators: somebody answers for it."""
        found = self._managers.get(handoff.team_id or 0)
        if found:
            return found
        if self._administrators is None:
            everybody = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
            self._administrators = list(everybody)
        return self._administrators


def notes(due: Sequence[Due], *, not_moved: Collection[Key]) -> list[tuple[Key, Note]]:
    """A note for each who is to hear of a step, with the step."""
    if not due:
        return []
    hearers = Hearers([step.handoff for step in due])
    return [
        (step.key, _note(step, user, alone=step.key in not_moved))
        for step in due
        for user in _who(step, hearers, step.key in not_moved)
    ]


def _who(due: Due, hearers: Hearers, alone: bool) -> Sequence[User]:
    if due.step.do == Do.MANAGER or (alone and due.step.do == Do.REASSIGN):
        return hearers.managers(due.handoff)
    if due.step.do == Do.WARN:
        return hearers.holders(due.handoff)
    if due.step.do == Do.NUDGE and due.handoff.owner is not None:
        return [due.handoff.owner]
    return []


def _note(due: Due, user: User, *, alone: bool) -> Note:
    kind = _kind(due)
    text = text_for(due, user)
    if alone and due.step.do == Do.REASSIGN:
        text = _("%s Nobody else works now and has room.") % text
    return Note(user, kind, due.about, text, due.handoff.lead_id, by_mail=kind == "breach")


def _kind(due: Due) -> str:
    if due.is_annulled:
        return "annulled"
    if due.step.do == Do.NUDGE or (due.step.do == Do.WARN and not due.step.is_before):
        return "nudge"
    return "warn" if due.step.is_before else "breach"


def text_for(due: Due, user: User) -> str:
    """The sentence for one person, with the deadline in that person's zone."""
    names = names_for(due.timer, user)
    if due.is_annulled:
        return _("No breach after all: %(lead)s was touched before %(due)s.") % names
    said = WAITS if due.step.is_before else MISSED
    text = str(said[Milestone(due.timer.milestone)]) % names
    if due.late_s < LATE:
        return text
    return _("%(text)s Told %(late)s late.") % {"text": text, "late": lasting(due.late_s)}


def names_for(timer: SlaTimer, user: User) -> dict[str, str]:
    due = timer.due_at.astimezone(ZoneInfo(user.time_zone)) if timer.due_at else None
    return {"lead": timer.handoff.lead.name, "due": f"{due:%a %H:%M %Z}" if due else ""}
