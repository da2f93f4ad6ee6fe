"""Conditions as they were typed: what is to be kept, and what cannot be meant."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from leads.vocabulary import lists
from leads.vocabulary.rules import RuleError, parse


@dataclass
class Understood:
    """`conditions` as JSON; in `problems` the reason why the n-th cannot be meant is at "rule.when<n>"."""

    conditions: list[dict[str, Any]] = field(default_factory=list)
    problems: dict[str, list[str]] = field(default_factory=dict)


def understand(shapes: Sequence[Any], *, fields: dict[str, str]) -> Understood:
    """`fields` are the types of those that may be asked for, by key."""
    found = Understood()
    known = {named.key for named in lists.current().lists}
    for number, shape in enumerate(shapes, start=1):
        try:
            found.conditions.append(parse(shape, fields=fields, lists=known).to_json())
        except RuleError as error:
            found.problems[f"rule.when{number}"] = [str(error)]
    return found
