"""Somebody is forgotten everywhere, and every number of every report stays what it was."""

import re

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Team, User
from handoff import claims, touches
from handoff.models import Handoff
from leadhub import invariants, pipeline
from leads.models import (
    ContactKey,
    DuplicatePair,
    Erasure,
    Event,
    Import,
    ImportLine,
    JournalEntry,
    Lead,
    LeadScore,
    PrivacyDeed,
    QuarantinedItem,
)  # fmt: skip
from leads.privacy import consents, erasing, suppression
from qualification import dispositions
from qualification.models import Answer, DispositionReason, Scorecard
from scoring import engine
from scoring.models import ModelVersion
from tests import factories

pytestmark = pytest.mark.django_db
REPORTS = ("/reports/stages/", "/reports/compliance/", "/reports/reasons/")
MARK = "zanzibar"


def write_everywhere(sdr: User, *, decided: bool = True) -> Lead:
    """A person whose name, address and words stand in every table that a journey touches."""
    handoff = factories.make_mql(
        email=f"{MARK}@firm.example", first_name=MARK, last_name=MARK, phone="+49 30 1234567",
        company_name=f"{MARK} Ltd",
    )  # fmt: skip
    lead, at = handoff.lead, factories.now()
    client = Client()
    form = factories.make_form()
    page = client.get(f"/f/{form.slug}/").content.decode()
    hidden = dict(re.findall(r'name="(submission)" value="([^"]*)"', page))
    client.post(f"/f/{form.slug}/", {**hidden, "email": lead.email, "title": f"{MARK} chief"})
    Event.objects.filter(lead=lead).update(properties={"who": MARK})
    consents.record(
        [consents.Given(lead.pk, "email", True, source=MARK, proof={"form": MARK})], at=at
    )
    job = Import.objects.create(file_name="list.csv", by=sdr, created_at=at, rows=2)
    ImportLine.objects.create(imported=job, row=1, line=2, cells=[MARK], lead=lead)
    ImportLine.objects.create(
        imported=job, row=2, line=3, cells=[lead.email, "x"], reason=f"“{lead.email}” is there"
    )
    QuarantinedItem.objects.create(reason="no", payload=f'{{"e": "{lead.email}"}}', received_at=at)
    pipeline.drain()
    claims.take(handoff, by=sdr, at=at)
    pipeline.drain()
    touches.log(lead, kind="call", by=sdr, at=at, occurred_at=at, answer="reached", note=MARK)
    Answer.objects.create(
        card=Scorecard.objects.get(handoff=handoff), element="budget", level=2, evidence=MARK,
        by=sdr, at=at,
    )  # fmt: skip
    if decided:
        handoff.refresh_from_db()
        reason = DispositionReason.objects.filter(is_active=True).first()
        dispositions.disqualify(handoff, reason=reason, by=sdr, at=at, note=MARK)
    factories.set_score(lead, 77, by=sdr)
    pipeline.drain()
    lead.refresh_from_db()
    return lead


def everything_written() -> dict[str, int]:
    """Tables in which the person's mark or address still stands."""
    found = {}
    with connection.cursor() as cursor:
        for model in apps.get_models():
            name = model._meta.db_table
            cursor.execute(
                f'SELECT count(*) FROM "{name}" AS t WHERE t::text ILIKE %s OR t::text LIKE %s',
                [f"%{MARK}%", "%1234567%"],
            )
            if count := cursor.fetchone()[0]:
                found[name] = count
    return found


def numbers(user: User) -> dict[str, list[str]]:
    """Every number that the reports show."""
    client = Client()
    client.force_login(user)
    shown = {}
    for url in REPORTS:
        answer = client.get(url)
        assert answer.status_code == 200, url
        text = re.sub(r"<[^>]+>|\?[^\"]*", " ", answer.content.decode().split("<main")[1])
        shown[url] = re.findall(r"\d[\d.,%]*", text)
    return shown


def test_nothing_of_the_person_is_left_anywhere(
    live_model: ModelVersion, team: Team, sdr: User, administrator: User
) -> None:
    lead = write_everywhere(sdr)
    assert len(everything_written()) > 8
    erasing.erase([lead], cause="request", at=factories.now(), by=administrator)
    left = everything_written()
    # A company is no person.
    assert left.pop("leads_company") == 1
    assert left == {}
    pipeline.drain()


def test_every_number_of_every_report_stays(
    live_model: ModelVersion, team: Team, sdr: User, manager: User, marketer: User,
    administrator: User,
) -> None:  # fmt: skip
    lead = write_everywhere(sdr)
    factories.make_mql()
    before = [numbers(user) for user in (manager, marketer)]
    assert any(
        number not in ("0", "0%") for shown in before for number in shown["/reports/stages/"]
    )
    score = LeadScore.objects.filter(lead=lead).values().get()
    erasing.erase([lead], cause="request", at=factories.now(), by=administrator)
    pipeline.drain()
    assert [numbers(user) for user in (manager, marketer)] == before
    after = LeadScore.objects.filter(lead=lead).values().get()
    assert after == {**score, "armed": False, "armed_from": None}
    broken = invariants.check()
    # An import that was planted and never ran does not add up.
    assert broken == []


def test_the_stub_is_never_scored_again(
    live_model: ModelVersion, team: Team, sdr: User, administrator: User
) -> None:
    lead = write_everywhere(sdr)
    total = LeadScore.objects.get(lead=lead).total
    erasing.erase([lead], cause="request", at=factories.now(), by=administrator)
    factories.publish_model()
    pipeline.drain()
    engine.rescore([lead.pk], at=factories.now(), cause="edit")
    assert LeadScore.objects.get(lead=lead).total == total


def test_an_open_handoff_leaves_the_queue_and_its_clocks_stop(
    live_model: ModelVersion, team: Team, sdr: User
) -> None:
    handoff = factories.make_mql()
    erasing.erase([handoff.lead], cause="request", at=factories.now())
    handoff.refresh_from_db()
    assert (handoff.state, handoff.next_due_at) == (Handoff.State.ERASED, None)
    assert not handoff.timers.filter(closed_at=None).exists()


def test_the_receipt_says_what_went_and_names_nobody(
    live_model: ModelVersion, team: Team, sdr: User, administrator: User
) -> None:
    lead = write_everywhere(sdr)
    expected = {part.label: part.rows for part in erasing.preview(lead)}
    (receipt,) = erasing.erase([lead], cause="request", at=factories.now(), by=administrator)
    kept = Erasure.objects.get(pk=receipt.pk)
    assert kept.rows == expected
    assert kept.rows["Calls, e-mails and meetings"] == 1 and kept.by == administrator
    assert JournalEntry.objects.filter(kind="lead.erased", lead=lead).count() == 1
    assert PrivacyDeed.objects.get(kind="erased").count == 1


def test_who_comes_back_is_a_new_lead_and_is_marked(
    live_model: ModelVersion, team: Team, sdr: User
) -> None:
    lead = factories.make_lead(email="back@firm.example", phone="+49 30 7654321")
    public_id = lead.public_id
    erasing.erase([lead], cause="request", at=factories.now())
    pipeline.drain()
    again = factories.make_lead(email="back@firm.example")
    pipeline.drain()
    assert again.pk != lead.pk
    assert suppression.suppressed(["back@firm.example", "else@firm.example"]) == {
        "back@firm.example"
    }
    assert suppression.suppressed_phones(["+49307654321"]) == {"+49307654321"}
    assert JournalEntry.objects.get(kind="lead.suppressed").lead == again
    assert not Lead.objects.filter(public_id=public_id).exists()
    assert ContactKey.objects.filter(value="back@firm.example").get().lead == again


def test_a_lead_is_erased_once(live_model: ModelVersion) -> None:
    lead = factories.make_lead()
    assert len(erasing.erase([lead], cause="request", at=factories.now())) == 1
    assert erasing.erase([lead], cause="request", at=factories.now()) == []


def test_many_people_take_as_many_statements_as_one(live_model: ModelVersion) -> None:
    leads = [factories.make_lead() for _ in range(12)]
    counts = []
    for some in (leads[:1], leads[1:]):
        with CaptureQueriesContext(connection) as queries:
            erasing.erase(some, cause="retention", at=factories.now())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_who_was_merged_into_the_person_goes_as_well(live_model: ModelVersion) -> None:
    lead, other = factories.make_lead(), factories.make_lead(first_name="Twin")
    ContactKey.objects.filter(lead=other).update(lead=lead)
    Lead.objects.filter(pk=other.pk).update(merged_into=lead)
    erasing.erase([lead], cause="request", at=factories.now())
    other.refresh_from_db()
    assert (other.first_name, other.erased_at is not None) == ("", True)
    assert suppression.suppressed([str(lead.email), "x@firm.example"]) == {lead.email}


def test_no_pair_asks_about_somebody_who_was_erased(live_model: ModelVersion) -> None:
    one, two, three = (factories.make_lead() for _ in range(3))
    for first, second in ((one, two), (two, three), (one, three)):
        DuplicatePair.objects.create(first=first, second=second, score=80, found_at=factories.now())
    erasing.erase([two], cause="request", at=factories.now())
    assert [(pair.first, pair.second) for pair in DuplicatePair.objects.all()] == [(one, three)]
