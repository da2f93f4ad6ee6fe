"""An accepted lead goes to the team that closes. It waits there until somebody opens an opportunity with it, or sends
it back."""

from datetime import UTC, date, datetime, time

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from handoff import handoffs
from handoff.models import Handoff
from leads import editing, journal, lifecycle, ripening
from leads.models import Lead
from leads.stages import Stage
from qualification.models import PassedSql

End = PassedSql.End


class NotWaiting(Exception):
    """Somebody has opened an opportunity or sent the lead back meanwhile."""


def closing_team(team: Team | None) -> Team | None:
    """Who closes what this team accepts: the one it names, or the team itself."""
    return (team.closed_by if team is not None else None) or team


def is_closer(user: User, team: Team | None) -> bool:
    """Whether this person closes what the team accepts too, and can open the opportunity in the same breath."""
    to = closing_team(team)
    return to is not None and to.closes and user.teams.filter(pk=to.pk).exists()


def pass_on(handoff: Handoff, *, by: User, at: datetime) -> PassedSql:
    """Puts an accepted lead into the hands of those who close; who belongs to them keeps it. The caller holds the
    lead in the transaction of the acceptance."""
    team = Team.objects.filter(pk=handoff.team_id or 0).select_related("closed_by").first()
    to, holder = closing_team(team), handoff.owner or by
    stays = to is None or to == team or holder.teams.filter(pk=to.pk).exists()
    owner = holder if stays else None
    passed = PassedSql.objects.create(
        lead_id=handoff.lead_id, handoff=handoff, team=to, owner=owner, passed_at=at
    )
    if to != team:
        editing.assign([handoff.lead_id], owner=owner, team=to)
    if not stays:
        data = {"passed": passed.pk, "handoff": handoff.pk, "team": to.name if to else ""}
        journal.write("sql.passed", [handoff.lead_id], at=at, by=by, data=data)
    return passed


def send_back(lead: Lead, *, until: date, note: str, by: User | None, at: datetime) -> PassedSql:
    """No deal in it for now: the lead is recycled until that day. Raises NotWaiting."""
    with transaction.atomic():
        lead_id = handoffs.hold_lead(lead.pk)
        passed = waiting(lead_id)
        if passed is None:
            raise NotWaiting
        _end(passed, End.RETURNED, at=at, note=note)
        lifecycle.move([lead_id], Stage.RECYCLED, at=at, by=by, reason=note[:200])
        ripening.set_aside(lead_id, until=datetime.combine(until, time(0), tzinfo=UTC))
        data = {"passed": passed.pk, "note": note[:500]}
        journal.write("sql.returned", [lead_id], at=at, by=by, data=data)
    return passed


def take_back(handoff: Handoff, *, at: datetime) -> bool:
    """The acceptance is taken back: nobody closes it any more. False where an opportunity was opened with it, which
    has to be dealt with first. The caller holds the lead."""
    passed = PassedSql.objects.filter(handoff=handoff).exclude(end=End.UNDONE).first()
    if passed is None:
        return True
    if passed.ended_at is not None:
        return False
    # A handoff that is accepted once more is passed on once more.
    PassedSql.objects.filter(pk=passed.pk).update(ended_at=at, end=End.UNDONE, handoff=None)
    return True


def waiting(lead_id: int) -> PassedSql | None:
    return PassedSql.objects.filter(lead=lead_id, ended_at=None).first()


def opened(lead_id: int, *, at: datetime) -> PassedSql | None:
    """Ends the waiting of a lead because its opportunity is opened. The caller holds the lead."""
    passed = waiting(lead_id)
    if passed is not None:
        _end(passed, End.OPENED, at=at)
    return passed


def _end(passed: PassedSql, end: str, *, at: datetime, note: str = "") -> None:
    passed.ended_at, passed.end, passed.note = at, end, note[:1000]
    passed.save(update_fields=["ended_at", "end", "note"])


def why_sent_back() -> str:
    """What a door says when nobody said why."""
    return _("Say why there is no deal in it; who accepted it reads this.")
