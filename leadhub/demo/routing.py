"""How the demo organisation routes today: tiers, a territory, seniors, one person who is away, and a queue for what
nobody was meant to get."""

from datetime import datetime, timedelta
from typing import Any

from handoff.models import Absence, Rep, RoutingRule, TeamRouting, Tier
from leadhub.demo.setting import Setting

TIERS = [("enterprise", "Enterprise", 1000), ("mid", "Mid-size", 100), ("small", "Small", 0)]
# What each person takes: weight, a day, open at once, senior.
TAKES: dict[str, dict[str, Any]] = {
    "sdr": {"weight": 2, "per_day": 12, "is_senior": True},
    "sdr2": {"per_day": 8, "open_limit": 60},
    "sdr3": {"per_day": 8},
    "sdr4": {"weight": 2, "per_day": 10, "is_senior": True},
    "sdr5": {"per_day": 6},
}


def set_up(setting: Setting, at: datetime) -> None:
    """In place of the two rules of the first day."""
    for key, name, least in TIERS:
        Tier.objects.create(key=key, name=name, least_employees=least)
    for key, takes in TAKES.items():
        Rep.objects.update_or_create(user=setting.people[key], defaults=takes)
    away = setting.people["sdr5"]
    until = at.date() + timedelta(days=3)
    Absence.objects.create(user=away, first_day=at.date(), last_day=until)
    Strategy = TeamRouting.Strategy
    TeamRouting.objects.bulk_create(
        [
            TeamRouting(team=setting.europe, strategy=Strategy.WEIGHTED, offer_minutes=30),
            TeamRouting(team=setting.unrouted, is_fallback=True),
        ]
    )
    first = list(RoutingRule.objects.order_by("order"))
    for order, rule in enumerate(_rules(setting, first), start=1):
        rule.order = order
        rule.save()


def _rules(setting: Setting, first: list[RoutingRule]) -> list[RoutingRule]:
    territory, everybody = first
    return [
        RoutingRule(
            name="Above 100 to seniors", team=setting.worldwide, seniors_only=True,
            conditions=[_is("score", [101, None], op="between")],
        ),
        RoutingRule(
            name="Enterprise accounts that we know", goes=RoutingRule.Goes.OWNER,
            conditions=[_is("tier", "enterprise")],
        ),
        territory,
        RoutingRule(
            name="Partners are Mila's", goes=RoutingRule.Goes.REP, rep=setting.people["sdr2"],
            team=setting.worldwide, conditions=[_is("source", "Partner referral")],
        ),
        RoutingRule(
            name="Mid-size, nobody senior: the questions first", goes=RoutingRule.Goes.ASK,
            conditions=[_is("tier", "mid"), _is("title.seniority", None, op="unknown")],
        ),
        RoutingRule(
            name="Small, without an address of their own", goes=RoutingRule.Goes.NURTURE,
            conditions=[_is("tier", "small"), _is("email_domain", "free_mail", op="in_list")],
        ),
        everybody,
    ]  # fmt: skip


def _is(field: str, value: Any, *, op: str = "is") -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}
