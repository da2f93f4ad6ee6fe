"""Rules are added, changed, ordered and removed; what cannot be meant is refused with the reason beside its field."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Role, Team, User
from handoff.models import RoutingRule
from handoff.routing import fields, offers
from leads import journal
from leads.vocabulary.reading import understand

Goes = RoutingRule.Goes
WORKS = (Role.SDR, Role.MANAGER, Role.ADMINISTRATOR)
MOST_CONDITIONS = 8


class Refused(ValueError):
    """`problems` maps "rule.<field>" to sentences; what is wrong in the n-th condition is at "rule.when<n>"."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__("; ".join(text for texts in problems.values() for text in texts))
        self.problems = problems


def every() -> list[RoutingRule]:
    """All rules in their order."""
    return list(RoutingRule.objects.select_related("team", "rep"))


def read(shape: Mapping[str, Any], rule: RoutingRule | None = None) -> RoutingRule:
    """The rule that a shape (name, conditions, goes, team, rep, seniors_only) means, not saved. Raises Refused."""
    reader = _Reader(shape)
    name, goes = reader.name(), reader.goes()
    made = RoutingRule(
        pk=rule.pk if rule else None, order=rule.order if rule else 0, name=name, goes=goes,
        conditions=reader.conditions(), rep=reader.rep() if goes == Goes.REP else None,
        seniors_only=goes == Goes.TEAM and bool(shape.get("seniors_only")),
    )  # fmt: skip
    if goes == Goes.TEAM:
        made.team = reader.team(seniors=made.seniors_only)
    elif made.rep is not None:
        made.team = made.rep.teams.order_by("id").first()
    if reader.problems:
        raise Refused(reader.problems)
    return made


def put(
    shape: Mapping[str, Any], *, rule: RoutingRule | None, place: int, by: User | None, at: datetime
) -> RoutingRule:
    """Saves a new rule, or `rule` changed, at this place of the order, which counts from 1. Raises Refused."""
    with transaction.atomic():
        made = read(shape, rule)
        made.save()
        rest = [one for one in every() if one.pk != made.pk]
        rest.insert(max(0, place - 1), made)
        _place(rest)
        _noted("changed" if rule else "added", made.name, by=by, at=at)
    return made


def reorder(ids: Sequence[int], *, by: User | None, at: datetime) -> None:
    """Puts the rules into this order; those that are not named stay behind, as they were."""
    with transaction.atomic():
        known = {one.pk: one for one in every()}
        named = [known.pop(pk) for pk in dict.fromkeys(ids) if pk in known]
        _place([*named, *known.values()])
        _noted("ordered", "", by=by, at=at)


def replace_all(
    shapes: Sequence[Mapping[str, Any]], *, by: User | None, at: datetime
) -> list[RoutingRule]:
    """These rules instead of all there are. Raises Refused, with the number of the rule before the place."""
    made: list[RoutingRule] = []
    problems: dict[str, list[str]] = {}
    for number, shape in enumerate(shapes, start=1):
        try:
            made.append(read(shape))
        except Refused as error:
            problems |= {f"{number}.{place}": texts for place, texts in error.problems.items()}
    if problems:
        raise Refused(problems)
    with transaction.atomic():
        RoutingRule.objects.all().delete()
        for number, rule in enumerate(made, start=1):
            rule.order = number
        RoutingRule.objects.bulk_create(made)
        _noted("replaced", "", by=by, at=at)
    return made


def remove(rule: RoutingRule, *, by: User | None, at: datetime) -> None:
    """Removes a rule. Its decisions stay, with the name it had."""
    with transaction.atomic():
        rule.delete()
        _place(every())
        _noted("removed", rule.name, by=by, at=at)


def _place(ordered: Sequence[RoutingRule]) -> None:
    for number, rule in enumerate(ordered, start=1):
        rule.order = number
    RoutingRule.objects.bulk_update(ordered, ["order"])


def _noted(what: str, name: str, *, by: User | None, at: datetime) -> None:
    """Writes down who did it, and lets routing look again at what the rules before had no place for."""
    offers.look_again(at=at)
    journal.write("routing.changed", [None], at=at, by=by, data={"what": what, "name": name})


class _Reader:
    """Collects what is wrong with a shape."""

    def __init__(self, shape: Mapping[str, Any]) -> None:
        self.shape, self.problems = shape, dict[str, list[str]]()

    def _refuse(self, field: str, text: str) -> None:
        self.problems.setdefault(f"rule.{field}", []).append(text)

    def name(self) -> str:
        name = " ".join(str(self.shape.get("name") or "").split())
        if not name or len(name) > 120:
            self._refuse("name", _("Give the rule a name of at most 120 letters."))
        return name

    def goes(self) -> str:
        goes = str(self.shape.get("goes") or "")
        if goes not in Goes.values:
            self._refuse("goes", _("Say where the leads go: %s.") % ", ".join(Goes.values))
        return goes

    def conditions(self) -> list[dict[str, Any]]:
        shapes = self.shape.get("conditions") or []
        if not isinstance(shapes, list) or len(shapes) > MOST_CONDITIONS:
            self._refuse("conditions", _("Give a list of at most %d conditions.") % MOST_CONDITIONS)
            return []
        found = understand(shapes, fields=fields.types())
        self.problems |= found.problems
        return found.conditions

    def team(self, *, seniors: bool) -> Team | None:
        team = Team.objects.filter(pk=_number(self.shape.get("team"))).first()
        if team is None:
            self._refuse("team", _("Choose a team."))
            return None
        people = team.members.filter(is_active=True, role__in=WORKS)
        if not people.exists():
            self._refuse("team", _("Nobody is in this team, so nobody would see the leads."))
        elif seniors and not people.filter(role=Role.SDR, rep__is_senior=True).exists():
            self._refuse("seniors_only", _("Nobody in this team is a senior yet."))
        return team

    def rep(self) -> User | None:
        rep = User.objects.filter(pk=_number(self.shape.get("rep")), role__in=WORKS).first()
        if rep is None:
            self._refuse("rep", _("Choose a person."))
        elif not rep.is_active:
            self._refuse("rep", _("%s is deactivated.") % rep.name)
        elif not rep.teams.exists():
            self._refuse(
                "rep", _("%s is in no team, whose queue the leads would lie in.") % rep.name
            )
        return rep


def _number(value: Any) -> int:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
