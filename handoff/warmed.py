"""A lead warms up: its owner is told, once a day."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Role, User
from handoff.models import Handoff
from handoff.models.handoffs import OPEN_STATES
from handoff.notifications import Note, tell
from leads.journal import Entry
from leads.models import Lead


def tell_owners(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `lead.warmed` (day, and rise or page). Without an owner it goes to the managers of the team in
    whose queue the lead lies; a lead that is nobody's concerns nobody."""
    leads = Lead.objects.select_related("owner").in_bulk([e.lead_id for e in entries if e.lead_id])
    managers = _managers([lead.pk for lead in leads.values() if not _owner(lead)])
    notes: list[Note] = []
    for entry in entries:
        lead = leads.get(entry.lead_id or 0)
        if lead is not None:
            owner = _owner(lead)
            notes += _notes(lead, entry, [owner] if owner else managers.get(lead.pk, []))
    tell(notes, at=at)


def _notes(lead: Lead, entry: Entry, people: list[User]) -> list[Note]:
    about = f"lead:{lead.pk}:{entry.data.get('day', '')}"
    return [Note(user, "warmed", about, _text(lead, entry), lead.pk) for user in people]


def _owner(lead: Lead) -> User | None:
    return lead.owner if lead.owner and lead.owner.is_active else None


def _text(lead: Lead, entry: Entry) -> str:
    said = {"lead": lead.name, **entry.data}
    if entry.data.get("page"):
        return _("%(lead)s looked at %(page)s.") % said
    return ngettext(
        "The score of %(lead)s rose by %(rise)s point within a day.",
        "The score of %(lead)s rose by %(rise)s points within a day.",
        int(entry.data.get("rise", 0)),
    ) % said  # fmt: skip


def _managers(lead_ids: list[int]) -> dict[int, list[User]]:
    """By lead, of those that lie in a team's queue."""
    open_ones = Handoff.objects.filter(lead_id__in=lead_ids, state__in=OPEN_STATES)
    team_of = dict(open_ones.exclude(team=None).values_list("lead_id", "team_id"))
    people = User.objects.filter(
        role=Role.MANAGER, is_active=True, teams__in=set(team_of.values())
    ).distinct().prefetch_related("teams")  # fmt: skip
    by_team: dict[int, list[User]] = {}
    for user in people:
        for team in user.teams.all():
            by_team.setdefault(team.pk, []).append(user)
    return {lead_id: by_team.get(team_id, []) for lead_id, team_id in team_of.items()}
