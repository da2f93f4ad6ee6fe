"""A framework, pure: its elements, and what a card's answers amount to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

UNKNOWN, ASSUMED, STATED, PROVEN = range(4)


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


@dataclass(frozen=True)
class FrameworkDefinition:
    key: str
    name: str
    best_for: str
    limits: str
    elements: tuple[Element, ...]

    def element(self, key: str) -> Element | None:
        return next((element for element in self.elements if element.key == key), None)

    @property
    def most(self) -> int:
        """The highest sum a card can reach."""
        return PROVEN * len(self.elements)

    def unanswered(self, answers: Mapping[str, Any]) -> list[Element]:
        """Elements that were not asked yet; asked without an answer counts as asked."""
        return [element for element in self.elements if element.key not in answers]


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
        )
        for item in data["elements"]
    )
    return FrameworkDefinition(
        data["key"], data["name"], data["best_for"], data["limits"], elements
    )
