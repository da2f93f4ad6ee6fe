"""What is promised by which policy, and how often it was missed, whoever heard of it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max
from django.utils.translation import gettext as _

from accounts.models import User
from handoff import chains
from handoff.chains import Do
from handoff.models import (
    CalendarVersion,
    Channel,
    SlaEvent,
    SlaPolicy,
    SlaPolicyVersion,
    SlaTimer,
)
from handoff.promises import newest_calendars
from handoff.promises import policies as in_order
from handoff.words import span_of
from insights import facts
from insights.numbers import Number, Show, behind
from insights.sla.asking import Ask

MILESTONES = dict(SlaTimer.Milestone.choices)


@dataclass(frozen=True)
class Target:
    """A milestone, and what is promised for it in words; on the team's clock, or on the wall."""

    label: str
    said: str
    is_business: bool


@dataclass(frozen=True)
class Policy:
    """`version` is its newest; `hours` says by whose working time it counts, empty where none does; `chain` says step
    by step what happens; `fired` is when it was missed last, as an alarm noticed."""

    name: str
    version: SlaPolicyVersion
    targets: list[Target]
    hours: str
    chain: list[str]
    fired: datetime | None
    late: Number
    all: Number


def policies(ask: Ask) -> list[Policy]:
    """In the order in which they are asked; of one team, those that fit it."""
    every = in_order().select_related("team")
    found = [one for one in every if ask.team is None or one.team_id in (None, ask.team)]
    versions = SlaPolicyVersion.objects.in_bulk([one.newest for one in found if one.newest])
    counts, fired = _counts(ask), _fired([one.pk for one in found])
    names, calendars = _names(versions.values()), newest_calendars()
    return [
        Policy(
            one.name, version, (targets := _targets(version)), _hours(one, targets, calendars),
            _chain(version, names), fired.get(one.pk), *_numbers(ask, one.pk, *counts.get(one.pk, (0, 0))),
        )
        for one in found
        if one.newest and (version := versions[one.newest])
    ]  # fmt: skip


def _targets(version: SlaPolicyVersion) -> list[Target]:
    return [
        Target(
            str(MILESTONES.get(milestone, milestone)), span_of(target),
            target.get("clock", "business") == "business",
        )
        for milestone, target in version.targets.items()
        if target
    ]  # fmt: skip


def _hours(
    policy: SlaPolicy, targets: Iterable[Target], calendars: Mapping[int | None, CalendarVersion]
) -> str:
    """“hours of North, Europe/Berlin”; each team's own where it is for all."""
    if not any(target.is_business for target in targets):
        return ""
    team = policy.team
    if team is None:
        return _("hours of each team")
    calendar = calendars.get(team.pk) or calendars.get(None)
    if calendar is None:
        return _("no working hours yet: round the clock")
    said = {"team": team.name, "zone": calendar.week["zone"]}
    if calendar.calendar.team_id is None:
        return _("hours for all, %(zone)s") % said
    return _("hours of %(team)s, %(zone)s") % said


def _chain(version: SlaPolicyVersion, names: dict[tuple[str, int], str]) -> list[str]:
    warn = version.warn_percent
    steps = chains.in_order(chains.of_json(version.chain), warn)
    return [chains.words(step, warn_percent=warn, names=names) for step in steps]


def _names(versions: Iterable[SlaPolicyVersion]) -> dict[tuple[str, int], str]:
    """Of the reps and channels that chains name."""
    steps = [step for version in versions for step in chains.of_json(version.chain)]
    reps = User.objects.in_bulk([step.to for step in steps if step.do == Do.REASSIGN and step.to])
    posts = Channel.objects.in_bulk([step.to for step in steps if step.do == Do.POST and step.to])
    return {
        **{(Do.REASSIGN, pk): rep.name for pk, rep in reps.items()},
        **{(Do.POST, pk): channel.name for pk, channel in posts.items()},
    }


def _counts(ask: Ask) -> dict[int, tuple[int, int]]:
    """(late, all) of every milestone, by policy."""
    by_policy = ask.promised(every=True).values_list("policy_version__policy")
    late = Count("pk", filter=facts.LATE)
    return {
        pk: (n, all_of_them)
        for pk, n, all_of_them in by_policy.annotate(late=late, n=Count("pk")).order_by()
    }


def _fired(policies: list[int]) -> dict[int, datetime]:
    rung: Any = SlaEvent.objects.filter(
        kind=SlaEvent.Kind.BREACH, timer__policy_version__policy__in=policies
    )
    of = F("timer__policy_version__policy")
    return dict(rung.values_list(of).annotate(last=Max("fired_at")).order_by())


def _numbers(ask: Ask, policy: int, late: int, whole: int) -> tuple[Number, Number]:
    narrowed = {"policy": policy, **ask.narrowing}
    return (
        Number(late, behind(Show.PROMISED, ask.period, kept="no", **narrowed), whole),
        Number(whole, behind(Show.PROMISED, ask.period, **narrowed), whole),
    )
