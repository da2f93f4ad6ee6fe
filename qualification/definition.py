"""A framework, pure: its elements, and what a card's answers amount to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

UNKNOWN, ASSUMED, STATED, PROVEN = range(4)
# What tells something about a meaning, for elements that name no facts of their own.
USUAL_FACTS = {
    "money": ("custom.budget", "company.employees"),
    "decider": ("custom.authority", "title"),
    "problem": ("custom.need", "custom.message"),
    "timing": ("custom.timeline",),
    "goals": ("custom.goals",),
    "competition": ("custom.competitor",),
}


@dataclass(frozen=True)
class Element:
    key: str
    letter: str
    name: str
    means: str
    question: str
    follow_ups: tuple[str, ...]
    tip: str
    # What unknown, assumed, stated and proven look like for this element.
    examples: tuple[str, ...]
    # Elements of different frameworks that mean the same share an answer: budget is money.
    meaning: str = ""
    # How often its step counts in the sum.
    weight: int = 1
    # Fields of a lead that tell something about it, such as "title" or "custom.budget".
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gate:
    """What a card shows at least before its lead is an SQL: `least` a level for some elements, in the order of
    the framework, and `sum` over all of them. A lead below it is accepted with a reason only."""

    least: tuple[tuple[str, int], ...] = ()
    sum: int = 0


NO_GATE = Gate()


@dataclass(frozen=True)
class FrameworkDefinition:
    key: str
    name: str
    best_for: str
    limits: str
    elements: tuple[Element, ...]
    gate: Gate = NO_GATE

    def element(self, key: str) -> Element | None:
        return next((element for element in self.elements if element.key == key), None)

    @property
    def most(self) -> int:
        """The highest sum a card can reach."""
        return PROVEN * sum(element.weight for element in self.elements)

    def total(self, levels: Mapping[str, int]) -> int:
        """What the steps of a card amount to."""
        return sum(element.weight * levels.get(element.key, 0) for element in self.elements)

    def least(self, element: str) -> int:
        """The step that the gate asks of an element; 0 for none."""
        return dict(self.gate.least).get(element, 0)

    def unanswered(self, answers: Mapping[str, Any]) -> list[Element]:
        """Elements that were not asked yet; asked without an answer counts as asked."""
        return [element for element in self.elements if element.key not in answers]

    @property
    def gate_in_words(self) -> str:
        """“SQL when Authority and Need are at least 2 and the sum is 8 or more”; empty without a gate."""
        asked = [
            _("%(names)s are at least %(n)d") % {"names": _joined(names), "n": level}
            if len(names) > 1
            else _("%(names)s is at least %(n)d") % {"names": names[0], "n": level}
            for level, names in self._by_level()
        ]
        if self.gate.sum:
            asked.append(_("the sum is %(n)d or more") % {"n": self.gate.sum})
        return _("SQL when %(asked)s") % {"asked": _joined(asked)} if asked else ""

    def _by_level(self) -> Iterator[tuple[int, list[str]]]:
        least = dict(self.gate.least)
        for level in sorted(set(least.values()), reverse=True):
            names = [e.name for e in self.elements if least.get(e.key) == level]
            yield level, names

    def below_gate(self, levels: Mapping[str, int]) -> list[str]:
        """What is not reached, in words; empty for a card that passes."""
        short = [
            _("%(name)s is %(n)d, not %(least)d") % {
                "name": element.name, "n": levels.get(element.key, 0), "least": least,
            }
            for element in self.elements
            if levels.get(element.key, 0) < (least := self.least(element.key))
        ]  # fmt: skip
        total = self.total(levels)
        if total < self.gate.sum:
            short.append(
                _("the sum is %(n)d, not %(least)d") % {"n": total, "least": self.gate.sum}
            )
        return short


def _joined(parts: Sequence[str]) -> str:
    """“a, b and c”."""
    *first, last = parts
    return (
        _("%(first)s and %(last)s") % {"first": ", ".join(first), "last": last} if first else last
    )


def parse(data: Mapping[str, Any]) -> FrameworkDefinition:
    """A framework out of its JSON. Raises KeyError where a part is missing."""
    elements = tuple(
        Element(
            key=item["key"],
            letter=item["letter"],
            name=item["name"],
            means=item["means"],
            question=item["question"],
            follow_ups=tuple(item["follow_ups"]),
            tip=item["tip"],
            examples=tuple(item["examples"]),
            meaning=item.get("meaning", ""),
            weight=int(item.get("weight", 1)),
            facts=tuple(item.get("facts", USUAL_FACTS.get(item.get("meaning", ""), ()))),
        )
        for item in data["elements"]
    )
    return FrameworkDefinition(
        data["key"], data["name"], data["best_for"], data["limits"], elements, _gate(data, elements)
    )


def _gate(data: Mapping[str, Any], elements: Sequence[Element]) -> Gate:
    """Versions from before there were gates have none."""
    given = data.get("gate") or {}
    least = given.get("least", {})
    asked = tuple((e.key, int(least[e.key])) for e in elements if e.key in least)
    return Gate(asked, int(given.get("sum", 0)))
