"""A rule in one sentence: for whom it holds, and where it sends them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from handoff.models import RoutingRule, TeamRouting, Tier
from handoff.routing import fields
from leads.bands import bands
from leads.vocabulary import choices, lists, wording
from leads.vocabulary.offered import Choices
from leads.vocabulary.rules import RuleError, parse_all

Goes = RoutingRule.Goes


def own_choices() -> dict[str, Choices]:
    """The values of those fields of routing that hold one of a few."""
    return {
        "band": [(band.key, band.name) for band in bands().values()],
        "tier": [(tier.key, tier.name) for tier in Tier.objects.all()],
    }


@dataclass(frozen=True)
class Words:
    """Labels by key, read once for a page."""

    fields: dict[str, str]
    types: dict[str, str]
    values: dict[str, dict[str, str]]
    lists: dict[str, str]
    strategies: dict[int, str]

    @classmethod
    def read(cls) -> "Words":
        frozen, found = lists.current(), fields.catalogue()
        offered = {**choices.value_choices(frozen), **own_choices()}
        values = {key: {k: str(label) for k, label in some} for key, some in offered.items()}
        shared = {one.team_id: one.get_strategy_display() for one in TeamRouting.objects.all()}
        return cls(
            {key: str(label) for key, (label, _type) in found.items()},
            {key: type_ for key, (_label, type_) in found.items()},
            values, wording.list_names(frozen), shared,
        )  # fmt: skip

    def when(self, rule: RoutingRule) -> str:
        """“Country is DE or AT and Tier of the company is Enterprise”."""
        try:
            conditions = parse_all(rule.conditions, fields=self.types)
        except RuleError:
            return _("Nobody: it asks for a field that is gone")
        if not conditions:
            return _("Every lead")
        said = [wording.said(one, self.fields, self.values, self.lists) for one in conditions]
        return _(" and ").join(said)

    def where(self, rule: RoutingRule) -> str:
        """“to North, each in turn, seniors only”. The team and the person come with the rule."""
        if rule.goes == Goes.REP and rule.rep:
            return _("to %(name)s") % {"name": rule.rep.name}
        if rule.goes == Goes.OWNER:
            return _("to the owner of the account, where it has one")
        if rule.goes == Goes.ASK:
            return _("is asked by e-mail first; the answer brings it to the rules after")
        if rule.goes == Goes.NURTURE or rule.team is None:
            return _("stays with marketing, in nurture")
        said = _("to %(team)s, %(strategy)s") % {
            "team": rule.team.name,
            "strategy": self.strategies.get(rule.team.pk, TeamRouting.Strategy.OPEN.label),
        }
        return _("%(said)s, seniors only") % {"said": said} if rule.seniors_only else said
