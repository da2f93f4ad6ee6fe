"""Who gets into a sequence, what they are sent, and what ends it."""

import email
import threading
import uuid
from collections.abc import Callable
from datetime import timedelta
from email import policy

import pytest
from django.db import connection

from accounts.models import Team, User
from handoff import delivering
from handoff.models import Delivery, Handoff
from leadhub import pipeline
from leads import journal
from leads.models import ConsentPurpose, Event, JournalEntry, Lead
from leads.privacy import consents, preferences, suppression
from qualification import dispositions, undoing
from qualification.asking import answering, links
from qualification.models import Ask, Enrolment, SequenceMail
from qualification.nurturing import composing, editing, enrolling, following, sending
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.routing.facts import rule
from tests.leads.mailbox.servers import Box, smtp
from tests.qualification.facts import any_reason, claimed
from tests.qualification.nurturing.making import LINK, sequence

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]


def end_of(lead: Lead) -> str:
    return Enrolment.objects.get(lead=lead).end


def send() -> None:
    while sending.advance(factories.now()):
        pass


def test_a_lead_gets_each_email_once_with_days_between(move_clock: Move) -> None:
    made = sequence("First", "Second", waits=3)
    lead = factories.make_lead(first_name="Maya", company_name="Northwind")
    assert enrolling.enrol(made, [lead.pk], at=factories.now()) == [lead.pk]
    assert enrolling.enrol(made, [lead.pk], at=factories.now()) == []
    send()
    assert [d.subject for d in Delivery.objects.all()] == ["For Northwind"]
    move_clock(timedelta(days=2))
    send()
    assert Delivery.objects.count() == 1
    move_clock(timedelta(days=1, minutes=1))
    send()
    assert Delivery.objects.count() == 2 and end_of(lead) == ""
    move_clock(timedelta(days=8))
    send()
    assert (Delivery.objects.count(), end_of(lead)) == (2, "done")
    kinds = (
        JournalEntry.objects.filter(lead=lead, kind__startswith="lead.")
        .order_by("id")
        .values_list("kind", flat=True)
    )
    assert [k for k in kinds if "nurt" in k or "enrol" in k] == [
        "lead.enrolled", "lead.nurtured", "lead.nurtured", "lead.unenrolled",
    ]  # fmt: skip


def test_routing_sends_the_middle_tier_the_questions_and_answers_open_a_handoff(
    live_model: ModelVersion, team: Team
) -> None:
    sequence("Tell us: {questions}", audience="routed", asks="bant")
    rule("Mid-size", goes="nurture")
    rule("All", team=team)
    lead = factories.make_lead(title="Chief Operating Officer", email="mid@firm.example")
    factories.make_event(lead, "demo_request")
    pipeline.drain()
    assert not Handoff.objects.exists() and Enrolment.objects.get().lead == lead
    send()
    ask = Ask.objects.get()
    assert links.url_of(ask) in Delivery.objects.get(lead=lead).body
    answering.answer(ask, {"need": "Robots"}, sending=uuid.uuid4(), at=factories.now())
    pipeline.drain()
    assert end_of(lead) == "replied" and not Handoff.objects.exists()
    told = {"budget": "20", "authority": "I do", "timeline": "Now"}
    answering.answer(ask, told, sending=uuid.uuid4(), at=factories.now())
    pipeline.drain()
    assert Handoff.objects.get().team == team


def test_who_is_recycled_goes_into_its_sequence(live_model: ModelVersion, sdr: User) -> None:
    sequence(audience="recycled")
    handoff, at = claimed(sdr), factories.now()
    day = dispositions.first_day(at)
    dispositions.recycle(handoff, until=day, reason=any_reason(), by=sdr, at=at)
    pipeline.drain()
    assert Enrolment.objects.get().lead == handoff.lead
    # What is undone within seconds was never sent.
    send()
    undoing.undo(handoff, by=sdr, at=factories.now())
    pipeline.drain()
    assert Enrolment.objects.get().end == "crossed" and not SequenceMail.objects.exists()
    # And so does not count, when it is recycled after all.
    dispositions.recycle(handoff, until=day, reason=any_reason(), by=sdr, at=factories.now())
    pipeline.drain()
    assert Enrolment.objects.filter(ended_at=None).count() == 1


def test_new_and_quiet_leads_below_mql_are_found_each_day(move_clock: Move) -> None:
    sequence(audience="new", after_days=2)
    quiet = sequence(audience="stale", after_days=20)
    lead = factories.make_lead()
    factories.make_event(lead)
    assert enrolling.enrol_due(factories.now()) == 0
    move_clock(timedelta(days=3))
    assert enrolling.enrol_due(factories.now()) == 1
    assert enrolling.enrol_due(factories.now()) == 0
    editing.take_out(lead.pk, by=factories.make_user("marketer"), at=factories.now())
    move_clock(timedelta(days=18))
    assert enrolling.enrol_due(factories.now()) == 1
    assert Enrolment.objects.get(ended_at=None).sequence == quiet


def test_a_reply_a_handoff_and_a_no_end_it(
    live_model: ModelVersion, team: Team, move_clock: Move
) -> None:
    made = sequence("One", "Two", waits=3)
    wrote, sold, left, gone = (
        factories.make_lead(title="Chief Operating Officer") for _n in range(4)
    )
    pipeline.drain()
    enrolling.enrol(made, [wrote.pk, sold.pk, left.pk, gone.pk], at=factories.now())
    send()
    assert SequenceMail.objects.count() == 4
    move_clock(timedelta(hours=1))
    at = factories.now()
    journal.write("lead.wrote", [wrote.pk], at=at, data={"subject": "Hi", "mail": 1})
    factories.make_event(sold, "demo_request")
    journal.wake("lead.active", [sold.pk], at=at)
    pipeline.drain()
    preferences.stop(left, at=at, proof={})
    Lead.objects.filter(pk=gone.pk).update(email=None)
    move_clock(timedelta(days=3))
    send()
    assert [end_of(one) for one in (wrote, sold, left, gone)] == [
        "replied", "crossed", "unsubscribed", "unreachable",
    ]  # fmt: skip
    assert SequenceMail.objects.count() == 4


def test_nobody_is_enrolled_who_may_not_be_written_to(sdr: User, live_model: ModelVersion) -> None:
    made, at = sequence(), factories.now()
    barred = factories.make_lead()
    suppression.add_lead(barred, reason="by_hand", at=at)
    nameless = factories.make_lead(email=None, last_name="Nobody")
    working = claimed(sdr).lead
    assert enrolling.enrol(made, [barred.pk, nameless.pk, working.pk], at=at) == []
    with pytest.raises(enrolling.Refused, match="no address"):
        enrolling.add(barred, made, by=sdr, at=at)
    with pytest.raises(enrolling.Refused, match="Sales has"):
        enrolling.add(Lead.objects.get(pk=working.pk), made, by=sdr, at=at)


def test_a_purpose_asks_for_a_yes() -> None:
    purpose = ConsentPurpose.objects.create(key="letters", name="Letters")
    made, at = sequence(purpose=purpose), factories.now()
    yes, silent = factories.make_lead(), factories.make_lead()
    consents.record([consents.Given(yes.pk, "letters", True)], at=at)
    enrolling.enrol(made, [yes.pk, silent.pk], at=at)
    send()
    assert [mail.enrolment.lead for mail in SequenceMail.objects.all()] == [yes]
    assert end_of(silent) == "unsubscribed"


def test_without_a_purpose_a_no_to_letters_holds_and_one_to_being_followed_does_not() -> None:
    ConsentPurpose.objects.create(key="letters", name="Letters")
    ConsentPurpose.objects.create(key="visits", name="Visits", covers_activity=True)
    made, at = sequence(), factories.now()
    unwilling, shy = factories.make_lead(), factories.make_lead()
    consents.record([consents.Given(unwilling.pk, "letters", False)], at=at)
    consents.record([consents.Given(shy.pk, "visits", False)], at=at)
    enrolling.enrol(made, [unwilling.pk, shy.pk], at=at)
    send()
    assert [mail.enrolment.lead for mail in SequenceMail.objects.all()] == [shy]
    assert end_of(unwilling) == "unsubscribed"


def test_a_click_is_an_event_once_and_ends_it_where_it_shall() -> None:
    made = sequence(f"See {LINK}, or {LINK}?a=b.", ends_on_click=True)
    lead = factories.make_lead()
    enrolling.enrol(made, [lead.pk], at=factories.now())
    send()
    mail = SequenceMail.objects.get()
    assert mail.links == [LINK, f"{LINK}?a=b"] and LINK not in Delivery.objects.get().body
    token = composing.link(mail, 1).rstrip("/").rsplit("/", 1)[1]
    place = composing.place_of(token)
    assert place is not None and place.address == f"{LINK}?a=b"
    for machine in (Event.Trust.BOT, Event.Trust.PREFETCH, Event.Trust.INTERNAL):
        assert not following.follow(place, trust=machine, at=factories.now())
    assert (end_of(lead), Event.objects.exists()) == ("", False)
    clicks = [following.follow(place, trust=Event.Trust.HUMAN, at=factories.now()) for _n in "ab"]
    assert clicks == [True, False]
    assert Event.objects.get().signature.kind.key == "email_click"
    assert end_of(lead) == "clicked"
    assert composing.place_of(token[:-1] + "x") is None


def test_what_rests_sends_nothing_and_goes_on_where_it_stood() -> None:
    made = sequence()
    enrolling.enrol(made, [factories.make_lead().pk], at=factories.now())
    editing.change(made, {"is_on": False})
    send()
    assert not Delivery.objects.exists()
    editing.change(made, {"is_on": True})
    send()
    assert Delivery.objects.count() == 1


def test_no_more_than_so_many_leave_in_a_minute(
    move_clock: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "AT_MOST", 2)
    made = sequence()
    leads = [factories.make_lead().pk for _n in range(3)]
    enrolling.enrol(made, leads, at=factories.now())
    send()
    assert Delivery.objects.count() == 2
    move_clock(timedelta(seconds=61))
    send()
    assert Delivery.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_senders_send_each_email_once() -> None:
    made = sequence()
    leads = [factories.make_lead().pk for _n in range(30)]
    enrolling.enrol(made, leads, at=factories.now())
    start = threading.Barrier(2)

    def work() -> None:
        start.wait()
        try:
            for _round in range(40):
                sending.advance(factories.now())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    send()
    assert (Delivery.objects.count(), SequenceMail.objects.count()) == (30, 30)
    assert set(Enrolment.objects.values_list("reached", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_a_mail_arrives_with_one_click_to_end_it(settings: object) -> None:
    box = Box()
    made = sequence("Hello {first_name|there}, <b>look</b>")
    lead = factories.make_lead(first_name="Buy at evil.example/x")
    enrolling.enrol(made, [lead.pk], at=factories.now())
    send()
    with smtp(box) as port:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # type: ignore[attr-defined]
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port  # type: ignore[attr-defined]
        delivering.deliver(factories.now())
    assert Delivery.objects.get().state == "sent"
    (raw,) = box.messages.values()
    mail = email.message_from_bytes(raw, policy=policy.default)
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert preferences.token(lead) in mail["List-Unsubscribe"]
    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert "Hello there" in plain and "evil" not in plain
    assert "&lt;b&gt;look" in html and "<b>look" not in html
