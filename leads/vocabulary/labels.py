"""Conditions of a rule in one sentence, with the labels that people gave to fields, values and lists."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from leads.vocabulary import choices, lists, wording
from leads.vocabulary.offered import Choices
from leads.vocabulary.rules import RuleError, parse_all


@dataclass(frozen=True)
class Labels:
    """Labels by key, read once for a page; `types` say what can be asked of a field."""

    fields: dict[str, str]
    types: dict[str, str]
    values: dict[str, dict[str, str]]
    lists: dict[str, str]

    @classmethod
    def read(cls, catalogue: Mapping[str, tuple[Any, str]], own: Mapping[str, Choices]) -> "Labels":
        """`catalogue` gives label and type of each field that can be asked for, `own` the values of those that are no
        lead's."""
        frozen = lists.current()
        offered = {**choices.value_choices(frozen), **own}
        return cls(
            {key: str(label) for key, (label, _type) in catalogue.items()},
            {key: type_ for key, (_label, type_) in catalogue.items()},
            {key: {k: str(label) for k, label in some} for key, some in offered.items()},
            wording.list_names(frozen),
        )

    def when(self, shapes: Sequence[Any]) -> str:
        """“Country is DE or AT and Tier of the company is Enterprise”, of conditions as they are kept."""
        try:
            conditions = parse_all(shapes, fields=self.types)
        except RuleError:
            return _("Nobody: it asks for a field that is gone")
        if not conditions:
            return _("Every lead")
        said = [wording.said(one, self.fields, self.values, self.lists) for one in conditions]
        return _(" and ").join(said)
