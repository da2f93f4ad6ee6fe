"""What the manager's page is asked for: a team, a period, a promise. All of it stands in the address."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet

from accounts import policy
from accounts.models import Team, User
from handoff import queue_settings
from handoff.models import SlaTimer
from insights import facts
from insights.numbers import Number, Show, behind
from insights.periods import Period

Milestone = SlaTimer.Milestone
# A share of promises kept below the goal is marked, and how far below decides how.
NEAR = 5


@dataclass(frozen=True)
class Ask:
    """`team` is None for all that `user` may see."""

    user: User
    period: Period
    at: datetime
    milestone: str = Milestone.FIRST_TOUCH
    team: int | None = None

    @cached_property
    def goal(self) -> int:
        """The share of promises that shall be kept, in per cent."""
        return queue_settings.current().goal_percent

    @property
    def narrowing(self) -> dict[str, Any]:
        """What every list behind a number of this page is narrowed by."""
        return {"team": self.team}

    def url(self, **changes: Any) -> str:
        """The query string of this, with changes."""
        asked = replace(self, **changes)
        pairs = {**asked.period.query, "team": asked.team, "promise": asked.milestone}
        return "?" + urlencode({key: value for key, value in pairs.items() if value})

    def promised(self, *, every: bool = False) -> QuerySet[SlaTimer]:
        """Promises of the period that were kept or missed; `every` is those of all milestones."""
        found = facts.promised(self.user, self.period, at=self.at)
        if not every:
            found = found.filter(milestone=self.milestone)
        return found if self.team is None else found.filter(handoff__team=self.team)

    def handed(self) -> QuerySet[Any]:
        """MQLs handed over in the period."""
        found = facts.handed(self.user, self.period)
        return found if self.team is None else found.filter(team=self.team)

    def kept(
        self, kept: int, late: int, *, period: Period | None = None, **narrowed: Any
    ) -> "Rate":
        """How many of the promises of one kind, or of a part of the period, were kept; each number opens its
        promises."""

        def number(value: int, **more: Any) -> Number:
            narrowing = {"milestone": self.milestone, **self.narrowing, **narrowed, **more}
            return Number(
                value, behind(Show.PROMISED, period or self.period, **narrowing), kept + late
            )

        return Rate(
            number(kept, kept="yes"), number(late, kept="no"), number(kept + late), self.goal
        )


@dataclass(frozen=True)
class Rate:
    """Promises kept and late, and both together; `kept.percent` is the hit rate, `goal` what it should be."""

    kept: Number
    late: Number
    all: Number
    goal: int

    @property
    def points(self) -> int:
        """How far the hit rate lies above (or below) the goal."""
        return (self.kept.percent or 0) - self.goal

    @property
    def verdict(self) -> str:
        """How it is marked: is-few, is-ok, is-near or is-missed."""
        if self.kept.is_few:
            return "is-few"
        if self.points >= 0:
            return "is-ok"
        return "is-near" if self.points >= -NEAR else "is-missed"


def teams(user: User) -> list[Team]:
    """Those that `user` may choose from."""
    everybody = policy.scope(user, "sla.view") is policy.Scope.ALL
    return list(Team.objects.order_by("name") if everybody else user.teams.order_by("name"))
