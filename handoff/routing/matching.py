"""Which rule is the first to hold for which crossing: one statement for any number of them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts import prepared
from handoff.models import RoutingRule
from handoff.routing import fields
from leads.stages import Stage
from leads.vocabulary import lists, rule_sql
from leads.vocabulary.lists import Frozen
from leads.vocabulary.rules import NAMED_LIST, Condition, RuleError, parse_all

Goes = RoutingRule.Goes
# What is done to a lead before sales hears of it; not once more, and not where a person asks for the handoff.
BEFORE_SALES = (Goes.ASK, Goes.NURTURE)
Conditions = tuple[Condition, ...]


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


@dataclass(frozen=True)
class Question:
    """What rules ask of crossings: a statement that wants `ids` and `asked` beside its parameters."""

    sql: str
    parameters: Mapping[str, Any]


def question(rules: Sequence[RoutingRule]) -> Question:
    """The question that these rules ask with today's lists."""
    parameters = rule_sql.Parameters()
    read = _read(rules)
    frozen = lists.current() if _names_lists(read) else Frozen()
    cases = " ".join(
        f"WHEN {_holds(rule, conditions, parameters, frozen)} THEN {place}"
        for place, (rule, conditions) in enumerate(zip(rules, read, strict=True))
        if conditions is not None
    )
    titles = """SELECT DISTINCT l.title FROM leads_crossing x JOIN leads_lead l ON l.id = x.lead_id
                 WHERE x.id = ANY(%(ids)s::bigint[])"""
    sql = f"""SELECT x.id, x.lead_id, {f"CASE {cases} END" if cases else "NULL::int"}, {fields.TIER},
                     l.stage = '{Stage.CUSTOMER}', o.user_id, o.team_id, o.of_customer
                FROM leads_crossing x JOIN leads_lead l ON l.id = x.lead_id
                LEFT JOIN leads_company c ON c.id = l.company_id
                LEFT JOIN LATERAL ({_OWNER}) o ON true
                {rule_sql.title_join(frozen, parameters, titles=titles)}
               WHERE x.id = ANY(%(ids)s::bigint[]) ORDER BY x.at, x.id"""
    return Question(sql, parameters)


def match(
    crossing_ids: Sequence[int], question: Question, *, asked: Collection[int] = ()
) -> list[Match]:
    """A match for each crossing, in the order of the crossings' times. Rules that ask the lead first or nurture
    it are passed over for those in `asked`."""
    told = {**question.parameters, "ids": list(crossing_ids), "asked": list(asked)}
    with prepared.cursor() as cursor:
        cursor.execute(question.sql, told)
        return [
            Match(pk, lead, place, tier, customer, Owner(*owner) if owner[0] else None)
            for pk, lead, place, tier, customer, *owner in cursor.fetchall()
        ]


def _read(rules: Sequence[RoutingRule]) -> list[Conditions | None]:
    """The conditions of each rule. One that asks for a field that is gone is None: it holds for nobody."""
    asked = {str(one.get("field")) for rule in rules for one in rule.conditions}
    types = fields.BUILT_IN if asked <= fields.BUILT_IN.keys() else fields.types()
    found: list[Conditions | None] = []
    for rule in rules:
        try:
            found.append(parse_all(rule.conditions, fields=types))
        except RuleError:
            found.append(None)
    return found


def _names_lists(read: Iterable[Conditions | None]) -> bool:
    """Whether any of them asks for a list that people keep, or how a title reads."""
    every = [one for conditions in read for one in conditions or ()]
    return rule_sql.reads_titles(every) or any(one.op in NAMED_LIST for one in every)


def _holds(
    rule: RoutingRule, conditions: Conditions, parameters: rule_sql.Parameters, frozen: Frozen
) -> str:
    holds = rule_sql.every(conditions, parameters, frozen, fields.OWN)
    if rule.goes == Goes.OWNER:
        return f"{holds} AND o.user_id IS NOT NULL"
    if rule.goes in BEFORE_SALES:
        return f"{holds} AND x.id <> ALL(%(asked)s::bigint[])"
    return holds


_OWNER = f"""SELECT u.id AS user_id, m.team_id, mate.stage = '{Stage.CUSTOMER}' AS of_customer
               FROM leads_lead mate JOIN accounts_user u ON u.id = mate.owner_id AND u.is_active
               JOIN accounts_user_teams m ON m.user_id = u.id
              WHERE mate.id = l.id OR mate.company_id = l.company_id
              ORDER BY mate.stage = '{Stage.CUSTOMER}' DESC, mate.id <> l.id, mate.id DESC, m.team_id
              LIMIT 1"""
