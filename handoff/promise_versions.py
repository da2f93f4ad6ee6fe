"""Promises change by a new version: what runs keeps the one it started with."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Team, User
from handoff.business_time import WorkWeek
from handoff.models import Calendar, CalendarVersion, SlaPolicy, SlaPolicyVersion

FOR_A_BAND, FOR_A_TEAM, FOR_ALL = 0, 1, 1000
Targets = dict[str, dict[str, Any]]


def set_hours(team: Team, week: WorkWeek, *, at: datetime) -> CalendarVersion:
    """The newest version of the team's hours; a new one, unless the hours are the same as before."""
    # The id makes the name unique, whatever the team is called later.
    name = f"{team.name[:100]} ({team.pk})"
    with transaction.atomic():
        Calendar.objects.get_or_create(team=team, defaults={"name": name})
        calendar = Calendar.objects.select_for_update().get(team=team)
        newest = calendar.versions.order_by("-number").first()
        if newest is not None and WorkWeek.from_json(newest.week) == week:
            return newest
        number = newest.number + 1 if newest else 1
        return CalendarVersion.objects.create(
            calendar=calendar, number=number, week=week.to_json(), created_at=at
        )


def set_targets(
    policy: SlaPolicy, targets: Targets, *, warn_percent: int, at: datetime
) -> SlaPolicyVersion:
    """The newest version of the policy; a new one, unless nothing changed."""
    with transaction.atomic():
        policy = SlaPolicy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
        newest = policy.versions.order_by("-number").first()
        if newest is not None and (newest.targets, newest.warn_percent) == (targets, warn_percent):
            return newest
        return SlaPolicyVersion.objects.create(
            policy=policy, number=newest.number + 1 if newest else 1, targets=targets,
            warn_percent=warn_percent, created_at=at, chain=newest.chain if newest else None,
        )  # fmt: skip


def set_chain(
    policy: SlaPolicy, chain: list[dict[str, Any]] | None, *, at: datetime, by: User | None = None
) -> SlaPolicyVersion:
    """The newest version with another chain of escalation, None for the usual; a new one, unless it is the same."""
    with transaction.atomic():
        policy = SlaPolicy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
        newest = policy.versions.order_by("-number").first()
        if newest is None:
            return SlaPolicyVersion.objects.create(
                policy=policy, number=1, targets={}, chain=chain, created_at=at, by=by
            )
        if newest.chain == chain:
            return newest
        newest.pk, newest.number, newest.chain = None, newest.number + 1, chain
        newest.created_at, newest.by = at, by
        newest.save(force_insert=True)
        return newest


def add_policy(
    *, name: str, team: Team | None, band: str, targets: Targets, warn_percent: int, at: datetime
) -> SlaPolicyVersion:
    """A further policy: one for a band is asked first, then one for a team, then one for all."""
    with transaction.atomic():
        order = FOR_A_BAND if band else FOR_A_TEAM if team else FOR_ALL
        policy = SlaPolicy.objects.create(name=name, team=team, band=band, order=order)
        return set_targets(policy, targets, warn_percent=warn_percent, at=at)
