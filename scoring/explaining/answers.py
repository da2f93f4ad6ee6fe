"""What a lead could answer: for every field it does not tell, values that stand for all others, since no
condition of the model tells them apart."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import combinations, islice
from typing import Any

from leads.vocabulary.lists import Frozen, Level
from leads.vocabulary.rule_values import domain, holds, level, with_levels
from leads.vocabulary.rules import BOOLEAN, DATE, NAMED_LIST, NUMBER, TEXT, Condition
from scoring.definition import Definition

# What people and companies can be asked; the rest is ours to know.
ASKABLE = {
    "email", "title", "country", "phone", "company_name", "company.industry", "company.employees",
    "company.country", "company.domain",
}  # fmt: skip
ROOTS = {"title.seniority": "title", "title.department": "title", "email_domain": "email"}
# No condition of a model names it.
OTHER = "▢"
# Parts of a text that are tried together, and how many texts at most.
TOGETHER, MOST = 3, 800
WORDS_OF_A_LEVEL = 2


@dataclass(frozen=True)
class Answer:
    """A value of a field, and which of the conditions that ask the field it meets."""

    value: Any
    met: tuple[bool, ...]


def root(field: str) -> str:
    """The field that a person tells, out of one that is read from it."""
    return ROOTS.get(field, field)


def is_askable(field: str) -> bool:
    return field in ASKABLE or field.startswith("custom.")


@lru_cache(maxsize=512)
def answers(
    d: Definition, field: str, type_: str, choices: tuple[str, ...], asked: tuple[Condition, ...]
) -> tuple[Answer, ...]:
    """One answer for each way to meet some of the conditions `asked` of `d` and not the others; the first is
    none."""
    found: dict[tuple[bool, ...], Answer] = {}
    for value in _values(field, type_, choices, asked, d.frozen):
        told = with_levels(told_by(field, value), d.frozen)
        met = tuple(holds(condition, told, d.frozen) for condition in asked)
        found.setdefault(met, Answer(value, met))
    return tuple(found.values())


def told_by(field: str, value: Any) -> dict[str, Any]:
    """Everything that a value of a field says."""
    if field == "email":
        return {"email": value, "email_domain": domain(value or "")}
    return {field: value}


def _values(
    field: str, type_: str, choices: Sequence[str], asked: Sequence[Condition], frozen: Frozen
) -> Iterator[Any]:
    yield None if type_ != TEXT else ""
    if choices:
        yield from choices
    elif type_ == BOOLEAN:
        yield from (True, False)
    elif type_ == NUMBER:
        yield from _numbers(asked, low=0 if field == "company.employees" else None)
    elif type_ == DATE:
        yield from _dates(asked)
    else:
        yield from _texts(field, asked, frozen)


def _bounds(asked: Sequence[Condition]) -> Iterator[Any]:
    for condition in asked:
        if condition.op == "between":
            yield from (bound for bound in condition.value if bound is not None)
        elif condition.op == "is":
            yield condition.value


def _numbers(asked: Sequence[Condition], low: int | None) -> list[int]:
    around = {0} | {n + by for n in _bounds(asked) for by in (-1, 0, 1)}
    return sorted(n for n in around if low is None or n >= low)


def _dates(asked: Sequence[Condition]) -> list[str]:
    days = {date(2000, 1, 1)}
    for bound in map(date.fromisoformat, _bounds(asked)):
        days |= {bound + timedelta(days=by) for by in (-1, 0, 1)}
    return sorted(day.isoformat() for day in days)


def _texts(field: str, asked: Sequence[Condition], frozen: Frozen) -> Iterator[str]:
    if field == "email":
        yield from _emails(asked, frozen)
        return
    yield OTHER
    whole, parts = _atoms(asked, frozen)
    yield from whole
    parts += _words_of_levels(asked, frozen)
    yield from _joined(parts)


def _emails(asked: Sequence[Condition], frozen: Frozen) -> Iterator[str]:
    domains = [condition for condition in asked if condition.field == "email_domain"]
    others = [condition for condition in asked if condition.field == "email"]
    whole, parts = _atoms(domains, frozen)
    ends = [f"{OTHER}.example", *whole, *_joined(parts)]
    yield from (f"{OTHER}@{end}" for end in ends)
    whole, parts = _atoms(others, frozen)
    yield from (text for text in [*whole, *parts] if "@" in text)
    starts = [text for text in [*parts, *whole] if "@" not in text]
    yield from (f"{start}@{end}" for start in starts for end in ends[:40])


def _atoms(asked: Iterable[Condition], frozen: Frozen) -> tuple[list[str], list[str]]:
    """Texts that are compared as a whole, and texts that may be a part of another."""
    whole: dict[str, None] = {}
    parts: dict[str, None] = {}
    starts: dict[str, None] = {}
    for condition in asked:
        if condition.field.startswith("title.") or condition.op in ("known", "unknown"):
            continue
        texts = [condition.value] if isinstance(condition.value, str) else condition.value
        if condition.op in NAMED_LIST:
            texts = frozen.values(condition.value)
        into = parts if condition.op in ("has_word", "contains_any") else whole
        into = starts if condition.op == "starts_with" else into
        into.update(dict.fromkeys(texts))
    # What a text starts with comes first in it.
    return list(whole), [*starts, *parts]


def _words_of_levels(asked: Iterable[Condition], frozen: Frozen) -> list[str]:
    fields = {condition.field for condition in asked}
    tables = {"title.seniority": frozen.seniority, "title.department": frozen.department}
    return [word for field in sorted(fields & set(tables)) for word in _words(tables[field])]


def _words(levels: tuple[Level, ...]) -> Iterator[str]:
    """Of every level a few words that no earlier level takes."""
    for one in levels:
        own = (word for word in one.words if level(word, levels) == one.key)
        yield from islice(own, WORDS_OF_A_LEVEL)


def _joined(parts: Sequence[str]) -> Iterator[str]:
    """Texts of one part, of two and of three, as many as may be tried."""
    made = 0
    for together in range(1, TOGETHER + 1):
        for some in combinations(parts, together):
            yield " ".join(some)
            made += 1
            if together > 1 and made >= MOST:
                return
