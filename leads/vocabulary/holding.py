"""Which of several rules hold for which leads, in one statement: policies and routing ask it."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection

from leads.vocabulary import lists, rule_sql
from leads.vocabulary.rules import RuleError, parse_all


def which(
    rules: Mapping[int, Any], lead_ids: Collection[int], own: rule_sql.Own = rule_sql.NONE
) -> dict[int, set[int]]:
    """By lead, the keys of the rules that hold for it; a rule is a list of conditions as JSON, all of which
    must hold. One that asks for a field that is gone holds for nobody. `own` are fields of the caller, whose SQL
    reads `l` and `c` as rule_sql does."""
    if not rules or not lead_ids:
        return {}
    parameters, frozen = rule_sql.Parameters(), lists.current()
    held = _held(rules, parameters, frozen, own)
    if not held:
        return {}
    titles = "SELECT DISTINCT title FROM leads_lead WHERE id = ANY(%(lead_ids)s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT l.id, array_remove(ARRAY[{", ".join(held)}]::bigint[], NULL)
                  FROM leads_lead l LEFT JOIN leads_company c ON c.id = l.company_id
                  {rule_sql.title_join(frozen, parameters, titles=titles)}
                 WHERE l.id = ANY(%(lead_ids)s)""",
            {**parameters, "lead_ids": list(lead_ids)},
        )
        return {lead_id: set(keys) for lead_id, keys in cursor.fetchall()}


def _held(
    rules: Mapping[int, Any],
    parameters: rule_sql.Parameters,
    frozen: lists.Frozen,
    own: rule_sql.Own,
) -> list[str]:
    mine = {key: type_ for key, (_label, type_, _sql) in own.items()}
    types, found = {**mine, **rule_sql.types()}, []
    for key, rule in rules.items():
        try:
            conditions = parse_all(rule, fields=types)
        except RuleError:
            continue
        holds = rule_sql.every(conditions, parameters, frozen, own)
        found.append(f"CASE WHEN {holds} THEN {int(key)} END")
    return found
