"""Which calendar and which policy apply to a team's handoff, in a stated order."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.models import Team
from handoff.business_time import WorkWeek, add, between, is_open, next_closing, next_opening
from handoff.models import CalendarVersion, SlaPolicy, SlaPolicyVersion, SlaTimer


@dataclass(frozen=True)
class Promise:
    """One target: `seconds` on the team's clock, or on the wall where there is no `week`."""

    milestone: str
    seconds: int
    warn_percent: int
    policy_version_id: int
    calendar_version_id: int | None
    week: WorkWeek | None

    def due(self, start: datetime, *, seconds: int | None = None) -> datetime:
        budget = self.seconds if seconds is None else seconds
        if self.week is None:
            return start + timedelta(seconds=budget)
        return add(self.week, start, budget)

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Seconds of this promise's clock between two moments."""
        if self.week is None:
            return max(0, int((end - start).total_seconds()))
        return between(self.week, start, end)


def policies() -> QuerySet[Any]:
    """All policies in the order in which they are asked, each with the id of its `newest` version."""
    newest = SlaPolicyVersion.objects.filter(policy=OuterRef("pk")).order_by("-number")
    return (
        SlaPolicy.objects.annotate(newest=Subquery(newest.values("pk")[:1]))
        .order_by("order", F("team").asc(nulls_last=True), "id")
    )  # fmt: skip


class Promises:
    """The policies and calendars as they stand; three queries for any number of handoffs."""

    def __init__(self) -> None:
        self._policies = list(policies())
        ids = [policy.newest for policy in self._policies]
        self._versions = SlaPolicyVersion.objects.in_bulk(ids)
        calendars = CalendarVersion.objects.order_by("calendar_id", "-number")
        each = calendars.distinct("calendar_id").select_related("calendar")
        self._calendars = {version.calendar.team_id: version for version in each}

    def of(self, *, team_id: int | None, band: str) -> list[Promise]:
        """The promises for a handoff of this team and band; none where no policy fits."""
        for policy in self._policies:
            if policy.team_id in (None, team_id) and policy.band in ("", band) and policy.newest:
                return self._promises(self._versions[policy.newest], team_id)
        return []

    def _promises(self, version: SlaPolicyVersion, team_id: int | None) -> list[Promise]:
        calendar = self._calendars.get(team_id) or self._calendars.get(None)
        return [
            promise(milestone, target, version, calendar)
            for milestone, target in sorted(version.targets.items())
        ]


@dataclass(frozen=True)
class Hours:
    """Whether a team works now: until when, or from when on; both None for one without an end."""

    team: Team
    is_open: bool
    closes: datetime | None
    opens: datetime | None


def hours(teams: Iterable[Team], *, at: datetime) -> list[Hours]:
    """Where each team that has working hours stands with them."""
    found = CalendarVersion.objects.filter(calendar__team__in=[team.pk for team in teams])
    newest = found.order_by("calendar_id", "-number").distinct("calendar_id")
    versions = newest.select_related("calendar__team")
    return sorted((_hours(version, at) for version in versions), key=lambda h: h.team.name)


def _hours(version: CalendarVersion, at: datetime) -> Hours:
    week, team = WorkWeek.from_json(version.week), version.calendar.team
    assert team is not None
    if is_open(week, at):
        return Hours(team, True, next_closing(week, at), None)
    return Hours(team, False, None, next_opening(week, at))


def promise(
    milestone: str,
    target: dict[str, Any],
    version: SlaPolicyVersion,
    calendar: CalendarVersion | None,
) -> Promise:
    business = calendar if target.get("clock", "business") == "business" else None
    return Promise(
        milestone=milestone,
        seconds=int(target["minutes"]) * 60,
        warn_percent=version.warn_percent,
        policy_version_id=version.pk,
        calendar_version_id=business.pk if business else None,
        week=WorkWeek.from_json(business.week) if business else None,
    )


def promise_of(timer: SlaTimer) -> Promise:
    """The promise a clock was started with, whatever the policy says today.

    `timer` must come with policy_version and calendar_version selected."""
    target = timer.policy_version.targets[timer.milestone]
    return promise(timer.milestone, target, timer.policy_version, timer.calendar_version)
