"""A yes or a no is kept with its words and its proof; the newest says what holds."""

from datetime import timedelta
from ipaddress import ip_address

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from leadhub import invariants, pipeline
from leads.models import (
    Consent,
    ConsentPurpose,
    ConsentText,
    Event,
    JournalEntry,
    LeadScore,
)
from leads.privacy import consents, purposes
from leads.privacy.consents import Given
from scoring.models import ModelVersion
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_an_answer_is_kept_with_its_words_and_proof() -> None:
    lead, at = factories.make_lead(), factories.now()
    text = consents.current_texts()["email"]
    proof = consents.proof(address=ip_address("203.0.113.77"), agent="Firefox", form="Talk to us")
    answer = Given(lead.pk, "email", True, text.pk, source="Web form", proof=proof)
    consents.record([answer], at=at)
    kept = Consent.objects.get()
    assert (kept.lead, kept.text, kept.granted, kept.at) == (lead, text, True, at)
    assert kept.proof == {"network": "203.0.113.0/24", "agent": "Firefox", "form": "Talk to us"}
    entry = JournalEntry.objects.get(kind="lead.consented")
    assert entry.data == {"purposes": ["News by e-mail"], "source": "Web form"}
    assert entry.lead == lead and entry.done_at is not None


def test_only_the_network_of_an_address_is_kept() -> None:
    six = consents.proof(address=ip_address("2001:db8:1:2:3::4"), agent="x" * 1000)
    assert six == {"network": "2001:db8:1::/48", "agent": "x" * 300}
    assert consents.proof(address=None, agent="") == {}


def test_the_newest_answer_holds_also_when_written_down_late() -> None:
    lead, at = factories.make_lead(), factories.now()
    consents.record([Given(lead.pk, "email", True)], at=at)
    consents.withdraw([lead.pk], "email", source="Link", at=at + HOUR)
    consents.record([Given(lead.pk, "email", True)], at=at - HOUR)
    assert consents.standing([lead.pk])[lead.pk]["email"].granted is False
    assert consents.agreed([lead.pk], "email") == set()
    consents.record([Given(lead.pk, "email", True)], at=at + 2 * HOUR)
    assert consents.agreed([lead.pk], "email") == {lead.pk}
    assert Consent.objects.count() == 4


def test_two_answers_of_one_moment_hold_in_their_order() -> None:
    lead, at = factories.make_lead(), factories.now()
    consents.record([Given(lead.pk, "phone", True), Given(lead.pk, "phone", False)], at=at)
    assert consents.standing([lead.pk])[lead.pk]["phone"].granted is False


def test_nobody_asked_is_neither_yes_nor_no() -> None:
    lead = factories.make_lead()
    assert consents.standing([lead.pk]) == {}
    assert consents.agreed([lead.pk], "email") == set()


def test_an_unknown_purpose_is_named_and_nothing_is_kept() -> None:
    lead = factories.make_lead()
    answers = [Given(lead.pk, "email", True), Given(lead.pk, "telepathy", True)]
    with pytest.raises(consents.UnknownPurpose, match="telepathy"):
        consents.record(answers, at=factories.now())
    assert not Consent.objects.exists()


def test_a_hundred_answers_take_as_many_statements_as_one() -> None:
    leads = [factories.make_lead().pk for _ in range(30)]
    counts = []
    for some in (leads[:1], leads):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            consents.record([Given(pk, "email", True) for pk in some], at=factories.now())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_other_words_are_another_version_and_the_same_words_are_not(marketer: User) -> None:
    at = factories.now()
    made = purposes.add(
        name="Events", description="", covers_activity=False, text="Invite me.", by=marketer, at=at
    )
    assert made.key == "events"
    again = purposes.reword(made, "Invite me.", by=marketer, at=at)
    other = purposes.reword(made, "Do invite me.", by=marketer, at=at)
    assert (again.version, other.version) == (1, 2)
    assert consents.current_texts()["events"] == other
    assert ConsentText.objects.filter(purpose=made).count() == 2


def test_a_purpose_of_the_same_name_is_refused() -> None:
    with pytest.raises(purposes.NameTaken):
        purposes.add(
            name="Email",
            description="",
            covers_activity=False,
            text="x",
            by=None,
            at=factories.now(),
        )
    assert ConsentPurpose.objects.filter(key="email").count() == 1


def test_who_takes_back_consent_to_be_followed_counts_no_more(live_model: ModelVersion) -> None:
    lead, at = factories.make_lead(), factories.now()
    factories.make_event(lead, "demo_request")
    pipeline.drain()
    score = LeadScore.objects.get(lead=lead)
    assert score.engagement > 0
    consents.withdraw([lead.pk], "activity", source="Link", at=at)
    factories.make_event(lead, "demo_request")
    pipeline.drain()
    assert set(Event.objects.filter(lead=lead).values_list("trust", flat=True)) == {6}
    score.refresh_from_db()
    assert score.engagement == 0
    consents.record([Given(lead.pk, "activity", True)], at=factories.now())
    pipeline.drain()
    assert set(Event.objects.filter(lead=lead).values_list("trust", flat=True)) == {0}
    score.refresh_from_db()
    assert score.engagement > 0
    assert invariants.check() == []


def test_another_purpose_leaves_events_alone() -> None:
    lead = factories.make_lead()
    factories.make_event(lead)
    consents.withdraw([lead.pk], "email", source="Link", at=factories.now())
    assert Event.objects.get(lead=lead).trust == 0
