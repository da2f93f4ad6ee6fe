"""Which framework a card starts with, and why: the first rule that holds for the handoff's lead."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Team
from handoff.models import Handoff
from handoff.routing import fields as routing
from handoff.routing.words import own_choices as routing_choices
from leads.vocabulary import holding, rule_sql
from leads.vocabulary.labels import Labels
from leads.vocabulary.offered import Choices, Vocabulary
from leads.vocabulary.rules import TEXT
from qualification import catalogue
from qualification.models import Framework, FrameworkRule

_HANDOFF = "(SELECT h.{} FROM handoff_handoff h WHERE h.lead_id = l.id ORDER BY h.id DESC LIMIT 1)"
# Beside the fields of a lead: those of its latest handoff, and the tier that routing knows.
OWN: dict[str, tuple[Any, str, str]] = {
    "team": (gettext_lazy("Team"), TEXT, f"coalesce({_HANDOFF.format('team_id::text')}, '')"),
    "band": (
        gettext_lazy("Band it crossed into"), TEXT, f"coalesce({_HANDOFF.format('band')}, '')"
    ),
    "tier": routing.OWN["tier"],
}  # fmt: skip
OWN_LABELS = {key: (label, type_) for key, (label, type_, _sql) in OWN.items()}


@dataclass(frozen=True)
class Choice:
    """`why` is for the rep; `then` the key of the framework that decides after this one, or empty."""

    framework: Framework
    why: str = ""
    then: str = ""


def own_choices() -> dict[str, Choices]:
    teams = [(str(team.pk), team.name) for team in Team.objects.all()]
    return {**routing_choices(), "team": teams}


def vocabulary() -> Vocabulary:
    return Vocabulary.read(OWN_LABELS, own_choices())


def types() -> dict[str, str]:
    return {key: type_ for key, (_label, type_) in {**OWN_LABELS, **rule_sql.catalogue()}.items()}


def chosen(handoffs: Sequence[Handoff]) -> dict[int, Choice]:
    """By handoff, with what its card starts; in so many queries however many there are. Empty without any
    framework."""
    there = {one.key: one for one in catalogue.frameworks()}
    rules = [rule for rule in FrameworkRule.objects.all() if rule.framework in there]
    asked = {rule.pk: rule.conditions for rule in rules}
    holds = holding.which(asked, {one.lead_id for one in handoffs}, OWN)
    said = labels() if holds else None
    found = {}
    for handoff in handoffs:
        mine = holds.get(handoff.lead_id, set())
        rule = next((one for one in rules if one.pk in mine), None)
        if rule is not None and said is not None:
            then = rule.then if rule.then in there and rule.then != rule.framework else ""
            found[handoff.pk] = Choice(there[rule.framework], why(rule, said), then)
        elif catalogue.DEFAULT in there:
            found[handoff.pk] = Choice(there[catalogue.DEFAULT])
    return found


def labels() -> Labels:
    return Labels.read({**OWN_LABELS, **rule_sql.catalogue()}, own_choices())


def why(rule: FrameworkRule, said: Labels) -> str:
    """“Large companies: Tier of the company is Enterprise”."""
    return _("%(name)s: %(when)s") % {"name": rule.name, "when": said.when(rule.conditions)}
