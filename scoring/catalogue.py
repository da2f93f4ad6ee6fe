"""What a model may name: the fields of the rule language and the kinds of events."""

from leads import rule_sql, signatures


def catalogues() -> tuple[dict[str, str], set[str]]:
    """Field types by key, and the keys of all event kinds."""
    return rule_sql.types(), set(signatures.kinds())
