"""Who hears of what happens to SQLs and deals."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Role, User
from handoff.notifications import Note, tell
from leads.journal import Entry
from qualification.models import Opportunity, PassedSql


def announce(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `sql.passed`: whoever closes hears that an SQL waits."""
    found = PassedSql.objects.filter(
        pk__in=[entry.data["passed"] for entry in entries], ended_at=None
    )
    waiting = list(found.select_related("lead", "team"))
    closers: dict[int, list[User]] = {}
    for user in User.objects.filter(
        is_active=True, role=Role.SDR, teams__in={one.team_id for one in waiting}
    ).prefetch_related("teams"):
        for team in user.teams.all():
            closers.setdefault(team.pk, []).append(user)
    tell(
        [_waits(one, user) for one in waiting for user in set(closers.get(one.team_id or 0, []))],
        at=at,
    )


def _waits(one: PassedSql, user: User) -> Note:
    text = _("%(lead)s was accepted: an SQL waits for an opportunity.") % {"lead": one.lead.name}
    return Note(user, "sql", f"passed:{one.pk}", text, one.lead_id)


def ask_for_review(entries: Sequence[Entry], at: datetime) -> None:
    """Follows `deal.ended`: the owner is asked what could have been seen earlier."""
    ids = [entry.data["opportunity"] for entry in entries]
    found = Opportunity.objects.filter(pk__in=ids, owner__is_active=True, closed_at__isnull=False)
    tell(
        [
            Note(deal.owner, "review", f"deal:{deal.public_id}", _asked(deal), deal.lead_id)
            for deal in found.select_related("owner", "lead") if deal.owner
        ],
        at=at,
    )  # fmt: skip


def _asked(deal: Opportunity) -> str:
    words = {"deal": deal.name}
    if deal.state == Opportunity.State.WON:
        return _("%(deal)s is won. Half a minute: which signals spoke for it?") % words
    return _("%(deal)s is lost. Half a minute: what could have been seen earlier?") % words
