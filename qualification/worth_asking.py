"""The question worth asking: of what is unknown, that which would change the gate or the band most. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qualification.definition import ASSUMED, PROVEN, Element, FrameworkDefinition
from scoring.explaining.range import Asked, Range


@dataclass(frozen=True)
class Worth:
    """Something to ask, and why. `element` is None for a field of the lead that no element of the framework asks.

    `conditions` of the gate, and `bands`, are how many the answer could change; `points` how much of a sum that
    falls short, and `span` how far the score."""

    element: Element | None
    label: str
    why: tuple[str, ...]
    conditions: int = 0
    bands: int = 0
    points: int = 0
    span: int = 0

    @property
    def reasons(self) -> str:
        return " ".join(self.why)


def worth(
    framework: FrameworkDefinition,
    levels: Mapping[str, int],
    *,
    in_vain: Iterable[str] = (),
    reach: Range | None = None,
) -> list[Worth]:
    """What is worth asking, the first first; empty where no answer would change anything.

    `levels` holds the steps of the elements that were asked. What was asked in vain is asked again last."""
    moving = {one.field: one for one in reach.fields} if reach else {}
    vain = set(in_vain)
    found = [
        made
        for element in framework.elements
        if levels.get(element.key, 0) <= ASSUMED
        if (made := _of_element(framework, element, levels, moving)) is not None
    ]
    asked = {field for element in framework.elements for field in element.facts}
    found += [_of_field(one) for field, one in moving.items() if field not in asked]
    return sorted(found, key=lambda one: _rank(one, vain))


def _rank(one: Worth, vain: set[str]) -> tuple[Any, ...]:
    """What a person said no word to stands last; else by how much hangs on it, in the order of the framework."""
    tried = one.element is not None and one.element.key in vain
    return tried, -(one.conditions + one.bands), -one.points, -one.span


def _of_element(
    framework: FrameworkDefinition,
    element: Element,
    levels: Mapping[str, int],
    moving: Mapping[str, Asked],
) -> Worth | None:
    short = framework.gate.sum - framework.total(levels)
    more = element.weight * (PROVEN - levels.get(element.key, 0))
    points, least = max(0, min(short, more)), framework.least(element.key)
    open_condition = levels.get(element.key, 0) < least
    why = []
    if open_condition:
        why.append(_("The gate asks for %(least)d or more.") % {"least": least})
    if points:
        text = ngettext(
            "The sum is %(short)d short; this can bring %(points)d point of it.",
            "The sum is %(short)d short; this can bring %(points)d points of it.", points,
        )  # fmt: skip
        why.append(text % {"short": short, "points": points})
    field = next((moving[key] for key in element.facts if key in moving), None)
    bands = _others(field) if field else 0
    if field is not None:
        why.append(_of_score(field))
    if not why:
        return None
    conditions = int(open_condition) + int(0 < short <= more)
    span = field.span if field else 0
    return Worth(element, element.name, tuple(why), conditions, bands, points, span)


def _of_field(field: Asked) -> Worth:
    return Worth(None, field.label, (_of_score(field),), 0, _others(field), 0, field.span)


def _others(field: Asked) -> int:
    """How many bands there are beside the one it stands in."""
    return max(0, len(field.bands) - 1)


def _of_score(field: Asked) -> str:
    """“The score could become 41 to 68: nurture or MQL.”"""
    said = {"low": field.low, "high": field.high}
    if len(field.bands) < 2:
        return _("The score could become %(low)d to %(high)d.") % said
    names = _(" or ").join(band.name for band in field.bands)
    return _("The score could become %(low)d to %(high)d: %(bands)s.") % {**said, "bands": names}
