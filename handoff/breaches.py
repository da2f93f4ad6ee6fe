"""The rows behind the figures: which promises were kept or broken, how late, and in whose hands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, Value, When
from django.utils.translation import gettext as _

from handoff import sla
from handoff.access import Principal
from handoff.drawer import late_s
from handoff.models import Segment, SlaTimer
from handoff.models.ledger import STANDS
from leads.expressions import RowBefore, RowValue
from leads.paging import moment, whole

PAGE = 25
DAYS = (7, 30)
VERDICTS = ("late", "kept")


@dataclass(frozen=True)
class Ask:
    """What the address bar asks for; what cannot be read there is left out."""

    milestone: str = ""
    verdict: str = "late"
    days: int = 7
    team: int | None = None
    after: str = ""

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Ask":
        milestone, verdict = query.get("milestone", ""), query.get("verdict", "")
        team = query.get("team", "")
        return cls(
            milestone=milestone if milestone in SlaTimer.Milestone.values else "",
            verdict=verdict if verdict in VERDICTS else "late",
            days=30 if query.get("days") == "30" else 7,
            team=int(team) if team.isascii() and team.isdigit() and len(team) < 10 else None,
            after=query.get("after", ""),
        )


@dataclass(frozen=True)
class Row:
    """`late_s` counts the team's working seconds after the deadline; None where it was kept."""

    timer: SlaTimer
    holder: str
    late_s: int | None


def page(principal: Principal, ask: Ask, *, at: datetime) -> tuple[list[Row], str]:
    """The clocks asked for, latest deadline first, and the cursor of the next page or nothing."""
    found = asked(principal, ask, at=at).select_related(
        "handoff__lead", "handoff__owner", "handoff__team", "policy_version", "calendar_version"
    )
    place = _place(ask.after)
    if place is not None:
        found = found.filter(RowBefore(RowValue(F("due_at"), F("pk")), place))
    timers = list(found.order_by("-due_at", "-pk")[: PAGE + 1])
    shown = timers[:PAGE]
    last = shown[-1] if len(timers) > PAGE else None
    following = f"{last.due_at.isoformat()}~{last.pk}" if last and last.due_at else ""
    return rows(shown, at=at), following


def asked(principal: Principal, ask: Ask, *, at: datetime) -> QuerySet[SlaTimer]:
    """The clocks that a figure of the SLA page counts."""
    since = at - timedelta(days=ask.days)
    verdict = sla.late(at=at, since=since) if ask.verdict == "late" else sla.kept(since=since)
    found = sla.clocks(principal).filter(verdict)
    if ask.team is not None:
        found = found.filter(handoff__team_id=ask.team)
    return found.filter(milestone=ask.milestone) if ask.milestone else found


def rows(timers: Sequence[SlaTimer], *, at: datetime) -> list[Row]:
    """Rows for clocks that came with their handoff and versions; one query for all the holders."""
    holders = _holders([timer.pk for timer in timers])
    return [Row(timer, holders[timer.pk], late_s(timer, at)) for timer in timers]


def _place(after: str) -> RowValue | None:
    due, _tilde, pk = after.partition("~")
    try:
        return RowValue(Value(moment(due)), Value(whole(int(pk))))
    except ValueError:
        return None


def _holders(timer_ids: Sequence[int]) -> dict[int, str]:
    """In whose hands each lead was when its deadline came, as the ledger tells."""
    held = Segment.objects.filter(
        STANDS, handoff=OuterRef("handoff"), started_at__lte=OuterRef("due_at")
    ).order_by("-started_at", "-id")
    person = Case(When(holder=Segment.Holder.PERSON, then=F("user__name")))
    found = SlaTimer.objects.filter(pk__in=timer_ids)
    named = found.annotate(name=Subquery(held.values_list(person)[:1]))
    return {pk: name or _("Queue") for pk, name in named.values_list("pk", "name")}
