"""Which rule is the first to hold for which crossing: one statement for any number of them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from django.db import connection

from handoff.models import RoutingRule
from handoff.routing import fields
from leads.stages import Stage
from leads.vocabulary import lists, rule_sql
from leads.vocabulary.rules import RuleError, parse_all

Goes = RoutingRule.Goes
# What is done to a lead before sales hears of it; not once more, and not where a person asks for the handoff.
BEFORE_SALES = (Goes.ASK, Goes.NURTURE)


@dataclass(frozen=True)
class Owner:
    """Who has the account: the lead's own owner, or the one of the latest colleague; customers first."""

    user_id: int
    team_id: int
    is_of_customer: bool


@dataclass(frozen=True)
class Match:
    """`place` counts the rules from 0; None where none holds."""

    crossing_id: int
    lead_id: int
    place: int | None
    tier: str
    is_customer: bool
    owner: Owner | None


def match(
    crossing_ids: Sequence[int], rules: Sequence[RoutingRule], *, asked: Collection[int] = ()
) -> list[Match]:
    """A match for each crossing, in the order of the crossings' times. Rules that ask the lead first or nurture
    it are passed over for those in `asked`."""
    parameters, frozen = rule_sql.Parameters(), lists.current()
    cases = " ".join(_cases(rules, parameters, frozen))
    titles = """SELECT DISTINCT l.title FROM leads_crossing x JOIN leads_lead l ON l.id = x.lead_id
                 WHERE x.id = ANY(%(ids)s)"""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT x.id, x.lead_id, {f"CASE {cases} END" if cases else "NULL::int"}, {fields.TIER},
                       l.stage = '{Stage.CUSTOMER}', o.user_id, o.team_id, o.of_customer
                  FROM leads_crossing x JOIN leads_lead l ON l.id = x.lead_id
                  LEFT JOIN leads_company c ON c.id = l.company_id
                  LEFT JOIN LATERAL ({_OWNER}) o ON true
                  {rule_sql.title_join(frozen, parameters, titles=titles)}
                 WHERE x.id = ANY(%(ids)s) ORDER BY x.at, x.id""",
            {**parameters, "ids": list(crossing_ids), "asked": list(asked)},
        )
        return [
            Match(*row[:5], Owner(*row[5:]) if row[5] else None) for row in cursor.fetchall()
        ]  # fmt: skip


_OWNER = f"""SELECT u.id AS user_id, m.team_id, mate.stage = '{Stage.CUSTOMER}' AS of_customer
               FROM leads_lead mate JOIN accounts_user u ON u.id = mate.owner_id AND u.is_active
               JOIN accounts_user_teams m ON m.user_id = u.id
              WHERE mate.id = l.id OR mate.company_id = l.company_id
              ORDER BY mate.stage = '{Stage.CUSTOMER}' DESC, mate.id <> l.id, mate.id DESC, m.team_id
              LIMIT 1"""


def _cases(
    rules: Sequence[RoutingRule], parameters: rule_sql.Parameters, frozen: lists.Frozen
) -> Iterator[str]:
    types = fields.types()
    for place, rule in enumerate(rules):
        holds = _holds(rule, types, parameters, frozen)
        if holds:
            yield f"WHEN {holds} THEN {place}"


def _holds(
    rule: RoutingRule, types: dict[str, str], parameters: rule_sql.Parameters, frozen: lists.Frozen
) -> str:
    """The rule as SQL. One that asks for a field that is gone holds for nobody; the next decides."""
    try:
        conditions = parse_all(rule.conditions, fields=types)
    except RuleError:
        return ""
    holds = rule_sql.every(conditions, parameters, frozen, fields.OWN)
    if rule.goes == Goes.OWNER:
        return f"{holds} AND o.user_id IS NOT NULL"
    if rule.goes in BEFORE_SALES:
        return f"{holds} AND x.id <> ALL(%(asked)s::bigint[])"
    return holds
