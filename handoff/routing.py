"""Whose queue a lead goes to: the first rule that holds, and the reason in words."""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Team
from handoff.models import RoutingRule
from leads.stages import Stage
from leads.vocabulary import lists, rule_sql
from leads.vocabulary.rules import RuleError, parse


@dataclass(frozen=True)
class Decision:
    """`owner_id` is who keeps the lead: the account's owner, for a customer who has one."""

    team_id: int | None
    reason: str
    owner_id: int | None = None


def decide(lead_ids: list[int]) -> dict[int, Decision]:
    """A decision for each lead, in one statement.

    Where no rule holds, the first team's queue takes it and the reason says so: no lead vanishes."""
    rules = list(RoutingRule.objects.select_related("team"))
    numbers = _first_rule(rules, lead_ids)
    fallback = _fallback()
    decided = {
        lead_id: _decision(rules[number], number) if number is not None else fallback
        for lead_id, number in numbers.items()
    }
    return decided | _account_owners(lead_ids)


def _account_owners(lead_ids: list[int]) -> dict[int, Decision]:
    """A customer goes to who owns the account: the lead's own owner, or the one of the latest colleague."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT DISTINCT ON (l.id) l.id, u.id, u.name, t.team_id
                 FROM leads_lead l
                 JOIN leads_lead mate ON mate.id = l.id OR mate.company_id = l.company_id
                 JOIN accounts_user u ON u.id = mate.owner_id AND u.is_active
                 JOIN accounts_user_teams t ON t.user_id = u.id
                WHERE l.id = ANY(%s) AND l.stage = %s AND mate.stage = %s
                ORDER BY l.id, mate.id <> l.id, mate.id DESC, t.team_id""",
            [lead_ids, Stage.CUSTOMER, Stage.CUSTOMER],
        )
        return {
            lead_id: Decision(team, _("%(name)s owns the account") % {"name": name}, owner)
            for lead_id, owner, name, team in cursor.fetchall()
        }


def _first_rule(rules: list[RoutingRule], lead_ids: list[int]) -> dict[int, int | None]:
    parameters = rule_sql.Parameters()
    types, frozen = rule_sql.types(), lists.current()
    cases = []
    for number, rule in enumerate(rules):
        holds = _holds(rule, types, parameters, frozen)
        if holds:
            cases.append(f"WHEN {holds} THEN {number}")
    titles = "SELECT DISTINCT title FROM leads_lead WHERE id = ANY(%(lead_ids)s)"
    decision = f"CASE {' '.join(cases)} END" if cases else "NULL"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT l.id, {decision} FROM leads_lead l
                  LEFT JOIN leads_company c ON c.id = l.company_id
                  {rule_sql.title_join(frozen, parameters, titles=titles)}
                 WHERE l.id = ANY(%(lead_ids)s)""",
            {**parameters, "lead_ids": lead_ids},
        )
        return dict(cursor.fetchall())


def _holds(
    rule: RoutingRule, types: dict[str, str], parameters: rule_sql.Parameters, frozen: lists.Frozen
) -> str:
    """The rule as SQL. One that asks for a field that is gone holds for nobody; the next decides."""
    if not rule.condition:
        return "true"
    try:
        return rule_sql.fragment(parse(rule.condition, fields=types), parameters, frozen)
    except RuleError:
        return ""


def _decision(rule: RoutingRule, number: int) -> Decision:
    reason = _("Rule %(number)d, %(name)s") % {"number": number + 1, "name": rule.name}
    return Decision(rule.team_id, reason)


def _fallback() -> Decision:
    team = Team.objects.order_by("id").first()
    if team is None:
        return Decision(None, _("No rule held and there is no team yet"))
    return Decision(team.pk, _("No rule held, so the first team took it"))
