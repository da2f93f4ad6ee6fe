"""What a routing rule may ask for: the fields of the rule language, and three of a crossing.

The SQL reads `x` (leads_crossing), `l` and `c` as rule_sql does."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leads.vocabulary import rule_sql
from leads.vocabulary.rules import NUMBER, TEXT

TIER = """coalesce((SELECT r.key FROM handoff_tier r WHERE r.least_employees <= c.employees
                     ORDER BY r.least_employees DESC LIMIT 1), '')"""

OWN: dict[str, tuple[Any, str, str]] = {
    "score": (_("Score when it crossed"), NUMBER, "x.total"),
    "band": (_("Band it crossed into"), TEXT, "x.band"),
    "tier": (_("Tier of the company"), TEXT, TIER),
}


OWN_LABELS = {key: (label, type_) for key, (label, type_, _sql) in OWN.items()}


# The types of those that every installation has.
BUILT_IN = {key: type_ for key, (_label, type_, _sql) in {**OWN, **rule_sql.BUILT_IN}.items()}


def catalogue() -> dict[str, tuple[Any, str]]:
    """Every field that a rule may name: key -> (label, type)."""
    return {**OWN_LABELS, **rule_sql.catalogue()}


def types() -> dict[str, str]:
    return {key: type_ for key, (_label, type_) in catalogue().items()}
