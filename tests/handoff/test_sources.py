"""A handoff counts under the source that its lead has, also after it got another one."""

import pytest

from accounts.models import Team, User
from handoff.models import Handoff
from leads.hygiene import fixes
from leads.identity import merging
from leads.models import Fix, Lead
from scoring.models import ModelVersion
from tests import factories

pytestmark = pytest.mark.django_db


def source_of(handoff: Handoff) -> str:
    return Handoff.objects.get(pk=handoff.pk).source


def other_lead() -> Lead:
    return factories.make_lead(email="maya@other.example", source="Fair")


@pytest.fixture
def handed(live_model: ModelVersion, team: Team) -> Handoff:
    handoff = factories.make_mql()
    assert source_of(handoff) == handoff.lead.source != "Fair"
    return handoff


def test_it_opens_with_the_source_of_its_lead(handed: Handoff) -> None:
    assert list(Handoff.objects.values_list("source", flat=True)) == [handed.lead.source]


def test_a_word_that_is_mended_is_mended_in_the_past_too(handed: Handoff, marketer: User) -> None:
    words = {handed.lead.source.lower(): "The website"}
    fix = Fix(kind="words", field="source", words=words)
    fixes.start(fix, by=marketer, at=factories.now())
    while fixes.advance(factories.now()):
        pass
    factories.pipeline.drain()
    assert source_of(handed) == Lead.objects.get(pk=handed.lead_id).source == "The website"


def test_a_lead_that_goes_up_in_another_takes_its_source_and_gets_its_own_back(
    handed: Handoff, marketer: User
) -> None:
    other = other_lead()
    merge = merging.merge(other, handed.lead, by=marketer, at=factories.now())
    factories.pipeline.drain()
    assert source_of(handed) == "Fair"
    merging.undo(merge, by=marketer, at=factories.now())
    factories.pipeline.drain()
    assert source_of(handed) == handed.lead.source
