"""What a model may name: the fields of the rule language and the kinds of events."""

from typing import Any

from leads.activity import signatures
from leads.models import AttributeField, EventKind
from leads.stages import Direction, Stage
from leads.vocabulary import lists, rule_sql
from leads.vocabulary.lists import Frozen
from scoring.models import ScoringModel


def catalogues() -> tuple[dict[str, str], set[str]]:
    """Field types by key, and the keys of all event kinds."""
    return rule_sql.types(), set(signatures.kinds())


def field_labels() -> dict[str, str]:
    """What people call the fields a criterion may ask, by key."""
    return {key: str(label) for key, (label, _type) in rule_sql.catalogue().items()}


def kind_labels() -> dict[str, str]:
    """What people call the kinds of events, by key."""
    return dict(EventKind.objects.values_list("key", "label"))


def seniorities() -> list[tuple[str, str]]:
    """Keys and names of the levels that a title can have."""
    return [(level.key, level.name) for level in lists.current().seniority]


def value_choices(frozen: Frozen) -> dict[str, list[tuple[str, Any]]]:
    """The values of fields that hold one of a few, with their labels, by the field's key."""
    custom = AttributeField.objects.filter(type=AttributeField.Type.CHOICE)
    return {
        "title.seniority": [(level.key, level.name) for level in frozen.seniority],
        "title.department": [(level.key, level.name) for level in frozen.department],
        "stage": list(Stage.choices),
        "lead_type": list(ScoringModel.Kind.choices),
        "direction": list(Direction.choices),
        **{f"custom.{one.key}": [(v, v) for v in map(str, one.choices)] for one in custom},
    }


def value_labels(frozen: Frozen) -> dict[str, dict[str, str]]:
    """What people call those values, by the field's key."""
    return {
        field: {key: str(label) for key, label in choices}
        for field, choices in value_choices(frozen).items()
    }
