"""What a definition asks of every lead, apart from any points: a name for each question, the same for all
definitions that ask it, and the definition that asks only some of them."""

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from leads.vocabulary.lists import Frozen
from leads.vocabulary.rules import NAMED_LIST, Condition
from scoring.definition import Criterion, Definition, Idle
from scoring.definition.shape import criterion_json
from scoring.statement.scope import TO_ALL, Applies

# Of a criterion's JSON what only weighs the answer.
WEIGHING = ("key", "label", "group", "points", "first_of", "cap", "idle", "bonus")


@dataclass(frozen=True)
class Asked:
    """The questions of a definition for the leads to whom it applies, each by its name."""

    definition: Definition
    applies: Applies = TO_ALL

    @cached_property
    def units(self) -> dict[str, str]:
        """Of each criterion, by its key."""
        return {c.key: self._unit(c) for c in self.definition.criteria}

    @cached_property
    def bonuses(self) -> dict[str, str]:
        return {
            c.key: _name("bonus", self.units[c.key], c.bonus.days)
            for c in self.definition.criteria
            if c.bonus
        }

    @cached_property
    def variant(self) -> str:
        """Empty where the model has none; so are the next."""
        asked = [[self._condition(when) for when in v.when] for v in self.definition.variants]
        return _name("variant", asked) if asked else ""

    @cached_property
    def disqualified(self) -> str:
        asked = [self._condition(d.condition) for d in self.definition.disqualifiers]
        return _name("disqualified", asked) if asked else ""

    @cached_property
    def quiet(self) -> str:
        d = self.definition
        asks = d.idle is not None or any(c.idle for c in d.criteria)
        return _name("quiet", d.trust) if asks else ""

    @cached_property
    def applying(self) -> str:
        if self.applies == TO_ALL:
            return ""
        mine = [c.to_json() for c in self.applies.mine]
        return _name("applies", mine, [[c.to_json() for c in one] for one in self.applies.earlier])

    @cached_property
    def all(self) -> frozenset[str]:
        rest = (self.variant, self.disqualified, self.quiet, self.applying)
        return frozenset(filter(None, (*self.units.values(), *self.bonuses.values(), *rest)))

    def only(self, missing: Collection[str]) -> tuple[Definition, dict[str, str]]:
        """The definition that asks what is missing, and the column of its units by the name of the question.
        `applying` is not among them: it is asked by a statement's rows."""
        d = self.definition
        criteria: list[Criterion] = []
        columns: dict[str, str] = {}
        for c in d.criteria:
            mine = {self.units[c.key]: "w"} | (
                {self.bonuses[c.key]: "b"} if c.key in self.bonuses else {}
            )
            wanted = {name: kind for name, kind in mine.items() if name in missing}
            if wanted.keys() - columns.keys():
                columns |= {name: f"{kind}{len(criteria)}" for name, kind in wanted.items()}
                criteria.append(replace(c, idle=None, first_of=""))
        asks_quiet = self.quiet in missing and self.quiet
        if asks_quiet:
            columns[self.quiet] = "quiet"
        asks_variant = bool(self.variant) and self.variant in missing
        if asks_variant:
            columns[self.variant] = "variant"
        asks_out = bool(self.disqualified) and self.disqualified in missing
        if asks_out:
            columns[self.disqualified] = "disqualified"
        bare = Definition(
            criteria=tuple(criteria), bands=(), caps={}, trust=d.trust, frozen=d.frozen,
            idle=Idle(1, 1) if asks_quiet else None,
            disqualifiers=d.disqualifiers if asks_out else (),
            variants=d.variants if asks_variant else (),
        )  # fmt: skip
        return bare, columns

    def _unit(self, c: Criterion) -> str:
        if c.condition is not None:
            return _name("condition", self._condition(c.condition))
        shape = {k: v for k, v in criterion_json(c).items() if k not in WEIGHING}
        return _name("deeds", shape, self.definition.trust)

    def _condition(self, condition: Condition) -> list[Any]:
        """With the values of the list and the words of the titles that it reads."""
        return [condition.to_json(), _used(condition, self.definition.frozen)]


def _used(condition: Condition, frozen: Frozen) -> Any:
    if condition.op in NAMED_LIST:
        return frozen.values(condition.value)
    if condition.field.startswith("title."):
        said = frozen.to_json()
        return [said["seniority"], said["department"]]
    return None


def _name(*parts: Any) -> str:
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:40]
