"""How teams share, what people can take, when they are away, and what tiers there are."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import Role, Team, User
from handoff.models import Absence, Rep, TeamRouting, Tier
from handoff.routing import offers
from leads import journal

LONGEST_ABSENCE = 366


class Refused(ValueError):
    """Something that cannot be meant; the text is for the person who wrote it."""


def routing_of(team: Team) -> TeamRouting:
    """How the team shares; not saved where nobody has said so yet."""
    return TeamRouting.objects.filter(team=team).first() or TeamRouting(team=team)


def people(team: Team) -> list[User]:
    """The active SDRs of a team, each with what they can take (`rep`, made where it is missing)."""
    members = team.members.filter(is_active=True, role=Role.SDR)
    missing = members.filter(rep=None)
    Rep.objects.bulk_create([Rep(user=user) for user in missing], ignore_conflicts=True)
    return list(members.select_related("rep").prefetch_related("absences").order_by("name", "id"))


def share(
    team: Team,
    *,
    strategy: str,
    offer_minutes: int,
    is_fallback: bool,
    takes: Mapping[int, Mapping[str, Any]],
    by: User | None,
    at: datetime,
) -> None:
    """Says how the team shares and what each of its people takes: by user id weight, per_day, open_limit, is_senior."""
    with transaction.atomic():
        if is_fallback:
            others = TeamRouting.objects.filter(is_fallback=True).exclude(team=team)
            others.update(is_fallback=False)
        told = {"strategy": strategy, "offer_minutes": offer_minutes, "is_fallback": is_fallback}
        TeamRouting.objects.update_or_create(team=team, defaults=told)
        for user_id, limits in sorted(takes.items()):
            Rep.objects.filter(user=user_id, user__teams=team).update(**limits)
        offers.look_again(at=at)
        data = {"what": "team", "name": team.name}
        journal.write("routing.changed", [None], at=at, by=by, data=data)


def be_away(user: User, *, first_day: date, last_day: date, at: datetime) -> Absence:
    """From the first day to the last one, both whole, nothing is offered to the person; what lies there for them
    is offered to others. Raises Refused."""
    if last_day < first_day:
        raise Refused(_("The last day lies before the first."))
    if (last_day - first_day).days > LONGEST_ABSENCE:
        raise Refused(_("That is longer than a year. Deactivate the person instead."))
    with transaction.atomic():
        made = Absence.objects.create(user=user, first_day=first_day, last_day=last_day)
        offers.withdraw([user.pk], at=at)
    return made


def absences(people: Sequence[User], *, at: datetime) -> list[Absence]:
    """Those of these people that are not over, the next one first."""
    found = Absence.objects.filter(user__in=people, last_day__gte=at.date())
    return list(found.select_related("user"))


def come_back(number: str, people: Sequence[User]) -> None:
    """Takes back the absence of this number, if it is one of these people's."""
    if number.isascii() and number.isdecimal() and len(number) < 10:
        Absence.objects.filter(pk=int(number), user__in=people).delete()


def set_tiers(rows: Sequence[tuple[str, int]]) -> None:
    """These tiers, each a name and the fewest employees, instead of those there are. Raises Refused.

    A tier that keeps its name keeps its key, so that rules go on asking for it."""
    names, numbers = [name for name, _least in rows], [least for _name, least in rows]
    if len({name.casefold() for name in names}) < len(names):
        raise Refused(_("Two tiers have the same name."))
    if len(set(numbers)) < len(numbers):
        raise Refused(_("Two tiers begin with the same number of employees."))
    with transaction.atomic():
        keys = dict(Tier.objects.values_list("name", "key"))
        Tier.objects.all().delete()
        taken = {keys[name] for name in names if name in keys}
        for name, least in rows:
            key = keys.get(name) or _free_key(name, taken)
            taken.add(key)
            Tier.objects.create(key=key, name=name, least_employees=least)


def _free_key(name: str, taken: set[str]) -> str:
    stem = slugify(name)[:34] or "tier"
    number = 1
    while (key := stem if number == 1 else f"{stem}-{number}") in taken:
        number += 1
    return key
