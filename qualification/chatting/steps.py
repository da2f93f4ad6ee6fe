"""The steps of a chat, pure: what is asked, and what is asked next depending on what was said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

END = "end"
EMAIL = "email"
# What a rule can look for in an answer: these words, words that hold these, or none at all.
IS, HAS, SKIPPED = "is", "has", "skipped"


@dataclass(frozen=True)
class Rule:
    """Goes to the step `go`, or to END, where the answer fits. Steps before this one cannot be gone to."""

    when: str
    value: str
    go: str

    def fits(self, words: str) -> bool:
        said, value = words.strip().casefold(), self.value.strip().casefold()
        if self.when == SKIPPED:
            return not said
        if self.when == HAS:
            return bool(value) and value in said
        return bool(said) and said == value


@dataclass(frozen=True)
class Step:
    """`about` is where the answer goes: a field of the lead such as “email”, an element of a framework such as
    “bant.budget”, or nowhere. With `choices` one of them is chosen, else words are typed."""

    key: str
    ask: str
    about: str = ""
    choices: tuple[str, ...] = ()
    may_skip: bool = False
    rules: tuple[Rule, ...] = ()

    @property
    def element(self) -> tuple[str, str] | None:
        """(framework, element) that the answer is about."""
        framework, dot, element = self.about.partition(".")
        return (framework, element) if dot and framework != "custom" else None

    @property
    def field(self) -> str:
        """The field of the lead that the answer is, or empty."""
        return "" if self.element else self.about


Said = Mapping[str, str]


def read(data: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    """The steps out of Chat.steps."""
    return tuple(
        Step(
            key=item["key"],
            ask=item["ask"],
            about=item.get("about", ""),
            choices=tuple(item.get("choices", ())),
            may_skip=bool(item.get("may_skip")),
            rules=tuple(Rule(**rule) for rule in item.get("rules", ())),
        )
        for item in data
    )


def written(steps: Sequence[Step]) -> list[dict[str, Any]]:
    """What Chat.steps holds of them."""
    return [
        {
            "key": step.key,
            "ask": step.ask,
            "about": step.about,
            "choices": list(step.choices),
            "may_skip": step.may_skip,
            "rules": [{"when": r.when, "value": r.value, "go": r.go} for r in step.rules],
        }
        for step in steps
    ]


def path(steps: Sequence[Step], said: Said) -> tuple[list[Step], Step | None]:
    """The steps that were answered on the way that the rules lead, and the one to ask now; None at the end.

    It ends always, since a rule that does not lead forward is passed over."""
    done: list[Step] = []
    place = {step.key: number for number, step in enumerate(steps)}
    place[END] = len(steps)
    number = 0
    while number < len(steps):
        step = steps[number]
        if step.key not in said:
            return done, step
        done.append(step)
        number = _after(step, said[step.key], place, number)
    return done, None


def _after(step: Step, words: str, place: Mapping[str, int], number: int) -> int:
    for rule in step.rules:
        target = place.get(rule.go, 0)
        if rule.fits(words) and target > number:
            return target
    return number + 1
