"""What a model may name: the fields of the rule language and the kinds of events."""

from leads.activity import signatures
from leads.vocabulary import choices, lists, rule_sql
from leads.vocabulary.lists import Frozen


def catalogues() -> tuple[dict[str, str], set[str]]:
    """Field types by key, and the keys of all event kinds."""
    return rule_sql.types(), set(signatures.kinds())


def field_labels() -> dict[str, str]:
    """What people call the fields a criterion may ask, by key."""
    return {key: str(label) for key, (label, _type) in rule_sql.catalogue().items()}


def seniorities() -> list[tuple[str, str]]:
    """Keys and names of the levels that a title can have."""
    return [(level.key, level.name) for level in lists.current().seniority]


def value_labels(frozen: Frozen) -> dict[str, dict[str, str]]:
    """What people call those values, by the field's key."""
    return {
        field: {key: str(label) for key, label in offered}
        for field, offered in choices.value_choices(frozen).items()
    }
