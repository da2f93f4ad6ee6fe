"""Which framework a card starts with, by rules, and what decides after it."""

import pytest

from accounts.models import Team, User
from handoff.models import Handoff, Tier
from leads.models import Company, Lead
from qualification import choosing, dispositions, scorecards, sheets
from qualification.models import Disposition, FrameworkRule
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import answer, claimed

pytestmark = pytest.mark.django_db


def rule(order: int, name: str, framework: str, *conditions: object, then: str = "") -> None:
    FrameworkRule.objects.create(
        order=order, name=name, framework=framework, then=then, conditions=list(conditions)
    )


def is_(field: str, value: str) -> dict[str, str]:
    return {"field": field, "op": "is", "value": value}


def started(handoff: Handoff) -> tuple[str, str, str]:
    card = scorecards.card_of(handoff, at=factories.now())
    assert card is not None
    return card.framework.key, card.chosen_by, card.then


def test_without_rules_a_card_starts_with_bant(live_model: ModelVersion, sdr: User) -> None:
    assert started(claimed(sdr)) == ("bant", "", "")


def test_the_first_rule_that_holds_chooses_and_says_why(
    live_model: ModelVersion, sdr: User, team: Team
) -> None:
    Tier.objects.create(key="large", name="Large", least_employees=500)
    rule(1, "Large companies", "meddic", is_("tier", "large"))
    rule(2, "Outbound", "gpct", is_("direction", "outbound"), then="bant")
    rule(3, "Our team", "champ", is_("team", str(team.pk)))
    large = factories.make_mql()
    company = Company.objects.create(
        name="Acme", identity="name:acme", employees=900, created_at=factories.now()
    )
    Lead.objects.filter(pk=large.lead_id).update(company=company)
    outbound = factories.make_mql(direction="outbound")
    other = factories.make_mql()
    assert started(large) == (
        "meddic", "Large companies: Tier of the company is Large", "",
    )  # fmt: skip
    assert started(outbound) == (
        "gpct", "Outbound: Inbound or outbound is Outbound", "bant",
    )  # fmt: skip
    assert started(other)[0] == "champ"


def test_a_rule_that_asks_for_a_field_that_is_gone_holds_for_nobody(
    live_model: ModelVersion, sdr: User
) -> None:
    rule(1, "Gone", "champ", is_("custom.gone", "x"))
    assert started(claimed(sdr))[0] == "bant"


def test_discovery_comes_before_the_decision(live_model: ModelVersion, sdr: User) -> None:
    rule(1, "Everybody", "gpct", then="bant")
    handoff = claimed(sdr)
    for element in ("goals", "plans", "challenges", "timeline"):
        answer(handoff, element, by=sdr, level=3)
    sheet = sheets.sheet(scorecards.latest(handoff))
    assert sheet is not None and sheet.passes
    assert sheet.later == "BANT decides, and was not asked"
    with pytest.raises(dispositions.NotReady, match="BANT decides, and was not asked"):
        dispositions.accept(handoff, by=sdr, at=factories.now())
    card = choosing.choose(handoff, "bant", by=sdr, at=factories.now())
    assert card.chosen_by == "Decides after GPCT"
    for element in ("budget", "authority"):
        answer(handoff, element, by=sdr, level=3)
    dispositions.accept(handoff, by=sdr, at=factories.now())
    assert not Disposition.objects.get().below_gate
