"""A rule in one sentence: for whom it holds, and where it sends them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from handoff.models import RoutingRule, TeamRouting, Tier
from handoff.routing import fields
from leads.bands import bands
from leads.vocabulary.labels import Labels
from leads.vocabulary.offered import Choices

Goes = RoutingRule.Goes


def own_choices() -> dict[str, Choices]:
    """The values of those fields of routing that hold one of a few."""
    return {
        "band": [(band.key, band.name) for band in bands().values()],
        "tier": [(tier.key, tier.name) for tier in Tier.objects.all()],
    }


@dataclass(frozen=True)
class Words:
    """What a page of rules reads once: labels, and how each team shares."""

    labels: Labels
    strategies: dict[int, str]

    @classmethod
    def read(cls) -> "Words":
        shared = {one.team_id: one.get_strategy_display() for one in TeamRouting.objects.all()}
        return cls(Labels.read(fields.catalogue(), own_choices()), shared)

    def when(self, rule: RoutingRule) -> str:
        return self.labels.when(rule.conditions)

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
