"""What the fields of forms about rules offer, read once for a form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from leads.stages import GIVEN
from leads.vocabulary import choices, lists, rule_sql
from leads.vocabulary.lists import Frozen
from leads.vocabulary.rules import NO_VALUE, OPERATORS

Choices = list[tuple[str, Any]]
# What may be asked of a field that holds one of a few values.
OF_CHOICES = {"is", "one_of", "not_one_of", *NO_VALUE}
# A score cannot ask for a stage that it brings about (definition/parsing.py).
OF_STAGES = {"is", "one_of"}


@dataclass(frozen=True)
class Vocabulary:
    """`fields`, `kinds` and `lists` are what can be chosen, by label; `types` the types of the fields;
    `choices` the values of fields that hold one of a few."""

    fields: Choices
    types: dict[str, str]
    kinds: Choices
    lists: Choices
    choices: dict[str, Choices] = field(default_factory=dict)

    @classmethod
    def read(
        cls, own: Mapping[str, tuple[Any, str]] = {}, own_choices: Mapping[str, Choices] = {}
    ) -> "Vocabulary":
        """`own` are fields beside those of the catalogue, key -> (label, type), and `own_choices` their values."""
        found = {**own, **rule_sql.catalogue()}
        frozen = lists.current()
        return cls(
            _by_label({key: str(label) for key, (label, _type) in found.items()}),
            {key: type_ for key, (_label, type_) in found.items()},
            _by_label(choices.kind_labels()),
            _by_label({named.key: named.name for named in frozen.lists}),
            {**_choices(frozen), **own_choices},
        )

    def operators(self, field: str, own: str = "") -> Choices:
        """What can be asked of a field, in the order of the rule language; `own` is asked already."""
        offered = OPERATORS[self.types[field]].items()
        if field == "stage":
            return [(op, label) for op, label in offered if op in OF_STAGES or op == own]
        if field in self.choices:
            return [(op, label) for op, label in offered if op in OF_CHOICES or op == own]
        return list(offered)


def _choices(frozen: Frozen) -> dict[str, Choices]:
    found = choices.value_choices(frozen)
    return {**found, "stage": [one for one in found["stage"] if one[0] in GIVEN]}


def _by_label(labels: dict[str, str]) -> Choices:
    return sorted(labels.items(), key=lambda item: item[1].lower())
