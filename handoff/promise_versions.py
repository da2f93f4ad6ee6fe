"""Promises change by a new version: what runs keeps the one it started with."""

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import Team, User
from handoff.business_time import ALWAYS, WorkWeek
from handoff.models import Calendar, CalendarVersion, Segment, SlaPolicy, SlaPolicyVersion

Targets = dict[str, dict[str, Any]]
# Whom a policy is for: name, team, band, tier and conditions, as the columns of SlaPolicy.
Whom = dict[str, Any]


def set_hours(
    owner: Team | User, week: WorkWeek, *, at: datetime, by: User | None = None
) -> CalendarVersion:
    """The newest version of the hours of a team or of one rep; a new one, unless they are the same as before."""
    # The id makes the name unique, whatever the team is called later.
    whose = {"team": owner} if isinstance(owner, Team) else {"user": owner}
    name = f"{owner.name[:100]} ({'' if isinstance(owner, Team) else 'rep '}{owner.pk})"
    with transaction.atomic():
        Calendar.objects.get_or_create(**whose, defaults={"name": name})
        calendar = Calendar.objects.select_for_update(of=("self",)).get(**whose)
        newest = calendar.versions.order_by("-number").first()
        if newest is not None and WorkWeek.from_json(newest.week).to_json() == week.to_json():
            return newest
        number = newest.number + 1 if newest else 1
        return CalendarVersion.objects.create(
            calendar=calendar, number=number, week=week.to_json(), created_at=at, by=by
        )


def forget_hours(rep: User, *, at: datetime) -> None:
    """The rep works the hours of the team again. Hours that the ledger was reckoned by stay, and those of the
    team become their newest version."""
    with transaction.atomic():
        if Segment.objects.filter(user=rep, calendar_version__calendar__user=rep).exists():
            of_team = CalendarVersion.objects.filter(calendar__team__in=rep.teams.values("pk"))
            newest = of_team.order_by("calendar__team", "-number").first()
            set_hours(rep, WorkWeek.from_json(newest.week) if newest else ALWAYS, at=at)
            return
        CalendarVersion.objects.filter(calendar__user=rep).delete()
        Calendar.objects.filter(user=rep).delete()


def set_targets(
    policy: SlaPolicy, targets: Targets, *, warn_percent: int, at: datetime,
    pause_days: int | None = None, by: User | None = None,
) -> SlaPolicyVersion:  # fmt: skip
    """The newest version of the policy; a new one, unless nothing changed."""
    with transaction.atomic():
        policy = SlaPolicy.objects.select_for_update(of=("self",)).get(pk=policy.pk)
        newest = policy.versions.order_by("-number").first()
        if pause_days is None:
            pause_days = newest.pause_days if newest else 5
        said = {"targets": targets, "warn_percent": warn_percent, "pause_days": pause_days}
        if newest is not None and all(getattr(newest, key) == value for key, value in said.items()):
            return newest
        number = newest.number + 1 if newest else 1
        return SlaPolicyVersion.objects.create(
            policy=policy,
            number=number,
            created_at=at,
            by=by,
            chain=newest.chain if newest else None,
            **said,
        )


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
    whom: Whom, targets: Targets, *, warn_percent: int, at: datetime,
    pause_days: int | None = None, by: User | None = None,
) -> SlaPolicyVersion:  # fmt: skip
    """A further policy, asked before the first that asks for less."""
    with transaction.atomic():
        in_order = _held()
        policy = SlaPolicy(**whom)
        wider = (n for n, one in enumerate(in_order) if _narrowness(one) < _narrowness(policy))
        in_order.insert(next(wider, len(in_order)), policy)
        policy.save()
        _number(in_order)
        return set_targets(
            policy, targets, warn_percent=warn_percent, pause_days=pause_days, at=at, by=by
        )


def set_whom(policy: SlaPolicy, whom: Whom) -> None:
    """Whom the policy is for from now on; clocks that run keep what they were promised."""
    SlaPolicy.objects.filter(pk=policy.pk).update(**whom)


def move(policy: SlaPolicy, *, up: bool) -> None:
    """One place earlier or later in the order in which policies are asked."""
    with transaction.atomic():
        in_order = _held()
        place = next((n for n, one in enumerate(in_order) if one.pk == policy.pk), None)
        other = None if place is None else place + (-1 if up else 1)
        if place is not None and other is not None and 0 <= other < len(in_order):
            in_order[place], in_order[other] = in_order[other], in_order[place]
        _number(in_order)


def retire(policy: SlaPolicy, *, at: datetime) -> None:
    """It is asked no more; clocks that it started run on."""
    SlaPolicy.objects.filter(pk=policy.pk, retired_at=None).update(retired_at=at)


def _held() -> list[SlaPolicy]:
    """The policies that are asked, in order, under lock."""
    found = SlaPolicy.objects.filter(retired_at=None).select_for_update(of=("self",))
    return sorted(found.order_by("pk"), key=lambda one: (one.order, one.team_id is None, one.pk))


def _number(in_order: list[SlaPolicy]) -> None:
    for place, policy in enumerate(in_order, start=1):
        policy.order = place
    SlaPolicy.objects.bulk_update(in_order, ["order"])


def _narrowness(policy: SlaPolicy) -> int:
    """How much a policy asks for: the band weighs most, then tier, source, team."""
    return (
        8 * bool(policy.band) + 4 * bool(policy.tier) + 2 * bool(policy.conditions)
        + bool(policy.team_id)
    )  # fmt: skip
