"""Rules that choose a framework are added, changed, ordered and removed; what cannot be meant is refused beside its
field."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from leads import journal
from leads.vocabulary.reading import understand
from qualification import by_rule, catalogue
from qualification.models import FrameworkRule

MOST_CONDITIONS = 6
MOST_RULES = 50


class Refused(ValueError):
    """`problems` maps "rule.<field>" to sentences; what is wrong in the n-th condition is at "rule.when<n>"."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__("; ".join(text for texts in problems.values() for text in texts))
        self.problems = problems


def put(
    shape: Mapping[str, Any], *, rule: FrameworkRule | None, place: int, by: User, at: datetime
) -> FrameworkRule:
    """Saves a new rule, or `rule` changed, at this place of the order, which counts from 1. `shape` has name,
    framework, then and conditions. Raises Refused."""
    made = _read(shape, rule)
    with transaction.atomic():
        rest = [one for one in FrameworkRule.objects.select_for_update() if one.pk != made.pk]
        if len(rest) >= MOST_RULES:
            raise Refused({"rule.name": [_("There are %d rules already.") % MOST_RULES]})
        made.save()
        rest.insert(max(0, place - 1), made)
        _place(rest)
        _noted("changed" if rule else "added", made.name, by=by, at=at)
    return made


def reorder(ids: Sequence[int], *, by: User, at: datetime) -> None:
    """Puts the rules into this order; those that are not named stay behind, as they were."""
    with transaction.atomic():
        known = {one.pk: one for one in FrameworkRule.objects.select_for_update()}
        named = [known.pop(pk) for pk in dict.fromkeys(ids) if pk in known]
        _place([*named, *known.values()])
        _noted("ordered", "", by=by, at=at)


def remove(rule: FrameworkRule, *, by: User, at: datetime) -> None:
    """Cards that it has started stay, with its reason."""
    with transaction.atomic():
        rule.delete()
        _place(list(FrameworkRule.objects.select_for_update()))
        _noted("removed", rule.name, by=by, at=at)


def _place(ordered: Sequence[FrameworkRule]) -> None:
    for number, rule in enumerate(ordered, start=1):
        rule.order = number
    FrameworkRule.objects.bulk_update(ordered, ["order"])


def _noted(what: str, name: str, *, by: User, at: datetime) -> None:
    journal.write("frameworks.changed", [None], at=at, by=by, data={"what": what, "name": name})


def _read(shape: Mapping[str, Any], rule: FrameworkRule | None) -> FrameworkRule:
    problems: dict[str, list[str]] = {}
    name = " ".join(str(shape.get("name") or "").split())
    if not name or len(name) > 120:
        problems["rule.name"] = [_("Give the rule a name of at most 120 letters.")]
    there = {one.key for one in catalogue.frameworks()}
    framework, then = str(shape.get("framework") or ""), str(shape.get("then") or "")
    if framework not in there:
        problems["rule.framework"] = [_("Choose one of the frameworks.")]
    if then and (then not in there or then == framework):
        problems["rule.then"] = [_("Choose another framework, or none.")]
    conditions = _conditions(shape.get("conditions") or [], problems)
    if problems:
        raise Refused(problems)
    return FrameworkRule(
        pk=rule.pk if rule else None, order=rule.order if rule else 0, name=name,
        framework=framework, then=then, conditions=conditions,
    )  # fmt: skip


def _conditions(
    shapes: Sequence[Mapping[str, Any]], problems: dict[str, list[str]]
) -> list[dict[str, Any]]:
    if len(shapes) > MOST_CONDITIONS:
        problems["rule.name"] = [_("Give at most %d conditions.") % MOST_CONDITIONS]
        return []
    found = understand(shapes, fields=by_rule.types())
    problems |= found.problems
    return found.conditions
