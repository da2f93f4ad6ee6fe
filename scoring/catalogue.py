"""What a model may name: the fields of the rule language and the kinds of events."""

from leads import lists, rule_sql, signatures
from leads.models import EventKind


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
