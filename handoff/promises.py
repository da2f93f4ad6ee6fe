"""Which calendar and which policy apply to a team's handoff, in a stated order."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from accounts.models import Team
from handoff.business_time import (
    WorkWeek,
    add,
    add_days,
    between,
    is_open,
    next_closing,
    next_opening,
)
from handoff.chains import Step, of_json
from handoff.models import CalendarVersion, Handoff, SlaPolicy, SlaPolicyVersion, SlaTimer
from handoff.promise_conditions import OWN
from leads.vocabulary import holding


@dataclass(frozen=True)
class Promise:
    """One target: `seconds`, or whole working `days`, on the team's clock; on the wall where there is no
    `week`."""

    milestone: str
    seconds: int
    warn_percent: int
    policy_version_id: int
    calendar_version_id: int | None
    week: WorkWeek | None
    days: int = 0
    chain: tuple[Step, ...] = ()

    def budget(self, start: datetime) -> int:
        """Seconds of this promise's clock that a clock has which starts now."""
        return self.elapsed(start, self.due(start)) if self.days else self.seconds

    def due(self, start: datetime, *, seconds: int | None = None) -> datetime:
        """The deadline of a clock that starts, or of one that has `seconds` left."""
        if self.days and seconds is None:
            if self.week is None:
                return start + timedelta(days=self.days)
            return add_days(self.week, start, self.days)
        left = self.seconds if seconds is None else seconds
        if self.week is None:
            return start + timedelta(seconds=left)
        return add(self.week, start, left)

    def elapsed(self, start: datetime, end: datetime) -> int:
        """Seconds of this promise's clock between two moments."""
        return elapsed(self.week, start, end)


def elapsed(week: WorkWeek | None, start: datetime, end: datetime) -> int:
    """Seconds of these hours between two moments; on the wall where there are none."""
    if week is None:
        return max(0, int((end - start).total_seconds()))
    return between(week, start, end)


def policies() -> QuerySet[Any]:
    """All policies in the order in which they are asked, each with the id of its `newest` version."""
    newest = SlaPolicyVersion.objects.filter(policy=OuterRef("pk")).order_by("-number")
    return (
        SlaPolicy.objects.filter(retired_at=None)
        .annotate(newest=Subquery(newest.values("pk")[:1]))
        .order_by("order", F("team").asc(nulls_last=True), "id")
    )


def newest_calendars(
    team_ids: Collection[int | None] | None = None,
) -> dict[int | None, CalendarVersion]:
    """The hours as they stand, by team; None for those of teams without any. Of these teams, or of all."""
    found = CalendarVersion.objects.filter(calendar__user=None)
    each = found.order_by("calendar_id", "-number").distinct("calendar_id")
    newest = {version.calendar.team_id: version for version in each.select_related("calendar")}
    if team_ids is None or None not in newest:
        return newest
    return {**dict.fromkeys(team_ids, newest[None]), **newest}


class Promises:
    """The policies and calendars as they stand; three queries for any number of handoffs, and one more for
    `lead_ids` where a policy asks something of the lead."""

    def __init__(self, lead_ids: Collection[int] = ()) -> None:
        self._policies = list(policies())
        ids = [policy.newest for policy in self._policies]
        self._versions = SlaPolicyVersion.objects.in_bulk(ids)
        self._calendars = newest_calendars()
        asked = {policy.pk: policy.conditions for policy in self._policies if policy.conditions}
        self._hold = holding.which(asked, lead_ids, OWN)

    def of(self, handoff: Handoff) -> list[Promise]:
        """The promises for a handoff as it stands, written or not; none where no policy fits."""
        policy = next((policy for policy in self._policies if self._fits(policy, handoff)), None)
        return self._promises(self._versions[policy.newest], handoff.team_id) if policy else []

    def _fits(self, policy: Any, handoff: Handoff) -> bool:
        return (
            bool(policy.newest)
            and policy.team_id in (None, handoff.team_id)
            and policy.band in ("", handoff.band)
            and policy.tier in ("", handoff.tier)
            and (not policy.conditions or policy.pk in self._hold.get(handoff.lead_id, ()))
        )

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
    week, team = week_of(version), version.calendar.team
    assert team is not None
    if is_open(week, at):
        return Hours(team, True, next_closing(week, at), None)
    return Hours(team, False, None, next_opening(week, at))


def week_of(version: CalendarVersion) -> WorkWeek:
    """The hours of a version; reading them anew for each of many clocks would take long."""
    return _week(json.dumps(version.week, sort_keys=True))


@lru_cache(maxsize=256)
def _week(text: str) -> WorkWeek:
    return WorkWeek.from_json(json.loads(text))


def promise(
    milestone: str,
    target: dict[str, Any],
    version: SlaPolicyVersion,
    calendar: CalendarVersion | None,
) -> Promise:
    business = calendar if target.get("clock", "business") == "business" else None
    return Promise(
        milestone=milestone,
        seconds=int(target.get("minutes", 0)) * 60,
        days=int(target.get("days", 0)),
        warn_percent=version.warn_percent,
        chain=of_json(version.chain),
        policy_version_id=version.pk,
        calendar_version_id=business.pk if business else None,
        week=week_of(business) if business else None,
    )


def promise_of(timer: SlaTimer) -> Promise:
    """The promise a clock was started with, whatever the policy says today.

    `timer` must come with policy_version and calendar_version selected."""
    target = timer.policy_version.targets[timer.milestone]
    return promise(timer.milestone, target, timer.policy_version, timer.calendar_version)
