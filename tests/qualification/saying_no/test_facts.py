"""The facts that made a lead an MQL: shown, ticked, and corrected with the rep as the source."""

import pytest
from django.test import Client

from accounts.models import User
from handoff.models import Handoff
from leadhub import pipeline
from leads.models import Company, CompanyChange, Event, EventRelabel, Lead, LeadChange, LeadScore
from qualification import dispositions
from qualification.dispositions import NotReady
from qualification.models import FactVerdict
from qualification.saying_no.facts import facts_of
from qualification.saying_no.told import Tick, Told
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import any_reason, claimed

pytestmark = pytest.mark.django_db
Verdict = FactVerdict.Verdict


def ticked(handoff: Handoff, by: User, **verdicts: tuple[str, str]) -> None:
    """Says no with a verdict and a value by the criterion's key."""
    facts = {fact.criterion: fact for fact in facts_of(handoff)}
    ticks = [Tick(facts[key], *said) for key, said in verdicts.items()]
    dispositions.disqualify(
        handoff, reason=any_reason("not_a_decision_maker"), by=by, at=factories.now(),
        told=Told(ticks=ticks),
    )  # fmt: skip


def test_the_largest_criteria_come_with_what_stood_behind_them(
    live_model: ModelVersion, sdr: User
) -> None:
    handoff = claimed(sdr, title="Chief Executive Officer")
    demo, title = facts_of(handoff)
    assert (demo.criterion, demo.points, demo.about) == ("demo", 30, "1 event")
    assert len(demo.events) == 1
    assert (title.criterion, title.text, title.about) == (
        "c_level", "Chief Executive Officer", "Job title",
    )  # fmt: skip


def test_a_wrong_title_is_corrected_and_the_score_follows(
    live_model: ModelVersion, sdr: User
) -> None:
    handoff = claimed(sdr)
    before = LeadScore.objects.get().fit
    ticked(handoff, sdr, c_level=(Verdict.WRONG, "Office manager"), demo=(Verdict.RIGHT, ""))
    change = LeadChange.objects.latest("id")
    assert (change.old, change.by, change.source) == (
        {"title": "Chief Operating Officer"}, sdr, "Rep: Rui Rep",
    )  # fmt: skip
    pipeline.drain()
    assert Lead.objects.get().title == "Office manager"
    assert LeadScore.objects.get().fit == before - 20
    wrong = FactVerdict.objects.get(criterion="c_level")
    assert (wrong.fact, wrong.old, wrong.new) == (
        "Chief Operating Officer", "Chief Operating Officer", "Office manager",
    )  # fmt: skip
    assert not FactVerdict.objects.get(criterion="demo").corrected


def test_a_wrong_title_nobody_knows_better_is_emptied(live_model: ModelVersion, sdr: User) -> None:
    ticked(claimed(sdr), sdr, c_level=(Verdict.OUTDATED, ""))
    assert Lead.objects.get().title == ""


def test_what_somebody_else_did_counts_no_more(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    ticked(handoff, sdr, demo=(Verdict.WRONG, ""))
    event = Event.objects.get(lead=handoff.lead)
    assert event.trust == Event.Trust.STRANGER
    assert EventRelabel.objects.get().before == {"trust": 0}
    pipeline.drain()
    assert LeadScore.objects.get().engagement == 0
    assert FactVerdict.objects.get().events == {str(event.pk): 0}


def test_a_company_is_corrected_too_but_never_emptied(live_model: ModelVersion, sdr: User) -> None:
    lead = factories.make_lead(title="Chief Operating Officer", email="a@large.example")
    Company.objects.update(employees=900)
    factories.make_event(lead, "demo_request")
    pipeline.drain()
    handoff = Handoff.objects.get(lead=lead)
    Handoff.objects.filter(pk=handoff.pk).update(owner=sdr, state="claimed")
    with pytest.raises(NotReady, match="not a whole number"):
        ticked(handoff, sdr, size=(Verdict.WRONG, "a few"))
    ticked(handoff, sdr, size=(Verdict.WRONG, "40"), c_level=(Verdict.NOT_COUNTING, ""))
    assert Company.objects.get().employees == 40
    assert CompanyChange.objects.get().old == {"employees": 900}
    assert Lead.objects.get().title == "Chief Operating Officer"


def test_the_same_value_is_no_correction(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    with pytest.raises(NotReady) as refused:
        ticked(handoff, sdr, c_level=(Verdict.WRONG, "Chief Operating Officer"))
    assert list(refused.value.problems) == ["value_c_level"]
    assert Handoff.objects.get().state == "claimed"


def test_not_a_decision_maker_asks_which_fact(
    live_model: ModelVersion, client: Client, sdr: User
) -> None:
    handoff = claimed(sdr)
    client.force_login(sdr)
    url = f"/qualification/{handoff.public_id}/disqualify"
    sent = {"reason": str(any_reason("not_a_decision_maker").pk)}
    assert "Tick at least one" in client.post(url, sent).content.decode()
    sent |= {"verdict_c_level": "wrong", "value_c_level": "x" * 500}
    long = client.post(url, sent)
    assert (long.status_code, "fact__value" in long.content.decode()) == (422, True)
    sent["value_c_level"] = "Trainee"
    assert client.post(url, sent).status_code == 302
    assert Lead.objects.get().title == "Trainee"
