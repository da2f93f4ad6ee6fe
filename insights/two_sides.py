"""What marketing and sales promised each other for a month, and what became of it; each number opens its leads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts import policy
from accounts.models import Team, User
from handoff.models import Handoff
from insights import complete, facts, periods
from insights.figures import DECIDED
from insights.numbers import Number, Show, behind
from insights.periods import Period
from qualification.agreement import terms
from qualification.agreement.terms import Promised


@dataclass(frozen=True)
class Line:
    """One promise to or of a team: a number of MQLs, or a share in percent."""

    label: str
    is_share: bool
    promised: int | None
    actual: Number

    @property
    def reached(self) -> int | None:
        return self.actual.percent if self.is_share else self.actual.value

    @property
    def is_missed(self) -> bool:
        """Nothing is missed where nothing was promised, or a share of nothing."""
        return None not in (self.promised, self.reached) and self.reached < self.promised  # type: ignore[operator]


@dataclass(frozen=True)
class Sides:
    """Both sides' lines for one team."""

    team: Team
    marketing: list[Line]
    sales: list[Line]

    @property
    def missed(self) -> list[Line]:
        return [line for line in (*self.marketing, *self.sales) if line.is_missed]


def month_of(day: date, here: ZoneInfo) -> Period:
    """The calendar month of a day, up to that day."""
    return Period(day.replace(day=1), day, here)


def month_before(day: date, here: ZoneInfo) -> Period:
    """The whole month before that of a day."""
    return month_of(day.replace(day=1) - timedelta(days=1), here)


def report(
    user: User, promises: Sequence[Promised], period: Period, *, at: datetime
) -> list[Sides]:
    """A line for each promise of each team; two queries for any number of teams."""
    handed, kept = _handed(user, promises, period), _kept(user, period, at=at)
    return [
        _sides(one, period, handed.get(one.team.pk, {}), kept.get(one.team.pk, {}))
        for one in promises
    ]


def _handed(user: User, promises: Iterable[Promised], period: Period) -> dict[int, dict[str, int]]:
    fields = {one.team.pk: one.terms.complete_fields for one in promises}
    rows = complete.with_known(
        facts.handed(user, period), (key for keys in fields.values() for key in keys)
    )
    known = Q(pk__in=[])
    for team_id, keys in fields.items():
        known |= Q(team=team_id) & complete.complete(keys)
    counted = rows.values("team").annotate(
        all=Count("pk"), complete=Count("pk", filter=known),
        accepted=Count("pk", filter=Q(state=Handoff.State.ACCEPTED)),
        decided=Count("pk", filter=Q(state__in=DECIDED)),
    )  # fmt: skip
    rows_of: Any = counted.order_by()
    return {row["team"]: row for row in rows_of}


def _kept(user: User, period: Period, *, at: datetime) -> dict[int, dict[str, int]]:
    rows = facts.promised(user, period, at=at).values("handoff__team")
    counted = rows.annotate(all=Count("pk"), kept=Count("pk", filter=facts.KEPT))
    rows_of: Any = counted.order_by()
    return {row["handoff__team"]: row for row in rows_of}


def _sides(one: Promised, period: Period, handed: dict[str, Any], kept: dict[str, Any]) -> Sides:
    given, team = one.terms, one.team.pk

    def opens(show: Show, value: int, whole: int, **narrowed: Any) -> Number:
        return Number(value, behind(show, period, team=team, **narrowed), whole)

    all_handed = handed.get("all", 0)
    marketing = [
        Line(_("MQLs"), False, given.mqls_a_month, opens(Show.HANDED, all_handed, all_handed)),
        Line(
            _("Accepted"), True, given.accepted_percent,
            opens(Show.HANDED, handed.get("accepted", 0), handed.get("decided", 0),
                  state=Handoff.State.ACCEPTED.value),
        ),
        Line(
            _("Complete"), True, given.complete_percent,
            opens(Show.HANDED, handed.get("complete", 0), all_handed,
                  known=",".join(given.complete_fields)),
        ),
    ]  # fmt: skip
    met = opens(Show.PROMISED, kept.get("kept", 0), kept.get("all", 0), kept="yes")
    return Sides(one.team, marketing, [Line(_("Deadlines met"), True, given.kept_percent, met)])


def teams_of(user: User) -> list[Team]:
    """The teams whose figures this person may see."""
    everybody = policy.scope(user, facts.ACTION) is policy.Scope.ALL
    return list(Team.objects.all() if everybody else user.teams.all())


def missed(user: User, *, at: datetime) -> list[tuple[Team, Line]]:
    """The promises of the last whole month that were not kept, for the first page."""
    here = periods.zone()
    before = month_before(periods.today(at, here), here)
    promised = [one for one in terms.of_teams(teams_of(user)) if one.terms.pk]
    sides = report(user, promised, before, at=at) if promised else []
    return [(one.team, line) for one in sides for line in one.missed]
