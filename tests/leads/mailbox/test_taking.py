"""Messages become leads, events and touches, once each."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from handoff import claims
from handoff.models import Handoff, Notification, Touch
from leadhub import pipeline
from leads.mailbox import taking
from leads.mailbox.parsing import understand
from leads.models import Event, JournalEntry, Lead, Mailbox, MailMessage
from scoring.models import ModelVersion
from tests import factories
from tests.leads.mailbox.letters import BOUNCE, letter, numbered

pytestmark = pytest.mark.django_db


@pytest.fixture
def mailbox(db: None) -> Mailbox:
    at = factories.now()
    return Mailbox.objects.create(
        name="Sales", host="imap.example", user="sales", source="E-mail",
        since=at.date(), next_at=at, created_at=at,
    )  # fmt: skip


def take(mailbox: Mailbox, *raws: bytes) -> int:
    return taking.take(mailbox, [understand(raw) for raw in raws], at=factories.now())


def kinds() -> list[tuple[str, int]]:
    events = Event.objects.order_by("id").values_list("signature__kind__key", "trust")
    return list(events)


def test_a_stranger_who_writes_becomes_a_lead(mailbox: Mailbox) -> None:
    assert take(mailbox, letter()) == 1
    lead = Lead.objects.get()
    assert (lead.email, lead.name, lead.source) == (
        "petra@northwind.example",
        "Petra Lang",
        "E-mail",
    )
    event = Event.objects.get()
    assert event.properties["text"] == "Can you score suppliers as well?"
    assert kinds() == [("email_received", 0)]
    assert JournalEntry.objects.filter(kind="lead.captured", lead=lead).exists()
    assert MailMessage.objects.get().lead == lead


def test_a_message_is_taken_once_wherever_it_lies(mailbox: Mailbox) -> None:
    take(mailbox, letter(), letter())
    other = Mailbox.objects.get()
    other.pk = None
    other.save()
    assert take(mailbox, letter()) == take(other, letter()) == 0
    assert (Lead.objects.count(), Event.objects.count(), MailMessage.objects.count()) == (1, 1, 1)


def test_a_lead_that_writes_again_keeps_its_facts_and_its_owner_hears(
    mailbox: Mailbox, sdr: User, live_model: ModelVersion
) -> None:
    lead = factories.make_lead(email="petra@northwind.example", first_name="Petruska")
    Lead.objects.update(owner=sdr)
    take(mailbox, letter())
    pipeline.drain()
    lead.refresh_from_db()
    assert lead.first_name == "Petruska" and Lead.objects.count() == 1
    assert Notification.objects.get().text == "Petruska Lang wrote: A question"
    assert lead.last_activity_at is not None


def test_an_absence_is_no_touch_and_no_lead(mailbox: Mailbox) -> None:
    away = letter(Auto_Submitted="auto-replied")
    take(mailbox, away)
    assert not Lead.objects.exists() and not Event.objects.exists()
    lead = factories.make_lead(email="petra@northwind.example")
    take(mailbox, numbered(2, Auto_Submitted="auto-replied"))
    assert kinds() == [("auto_reply", Event.Trust.BOT)]
    lead.refresh_from_db()
    assert lead.last_activity_at is None
    assert not JournalEntry.objects.filter(kind="lead.wrote").exists()


def test_an_absence_beside_the_first_message_is_known_as_hers(mailbox: Mailbox) -> None:
    take(mailbox, numbered(1), numbered(2, Auto_Submitted="auto-replied"))
    assert sorted(kinds()) == [("auto_reply", Event.Trust.BOT), ("email_received", 0)]


def test_a_bounce_is_an_event_of_whom_it_was_written_to(mailbox: Mailbox) -> None:
    lead = factories.make_lead(email="petra@northwind.example")
    take(mailbox, BOUNCE)
    assert Event.objects.get().lead == lead and kinds()[0][0] == "bounce"
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    "raw",
    [letter(Precedence="bulk"), letter(sender="no-reply@shop.example"), letter(sender=""), b""],
)
def test_newsletters_and_what_nobody_sent_are_met_and_left(mailbox: Mailbox, raw: bytes) -> None:
    assert take(mailbox, raw) == 1
    assert not Lead.objects.exists() and MailMessage.objects.get().lead is None


def test_a_mailbox_of_touches_makes_no_leads(mailbox: Mailbox) -> None:
    mailbox.becomes = Mailbox.Becomes.KNOWN
    known = factories.make_lead(email="petra@northwind.example")
    take(mailbox, numbered(1), numbered(2, sender="stranger@firm.example"))
    assert Lead.objects.get() == known and Event.objects.get().lead == known


def test_what_a_colleague_writes_to_a_lead_is_a_touch_that_keeps_the_promise(
    mailbox: Mailbox, sdr: User, team: object, live_model: ModelVersion
) -> None:
    handoff = factories.make_mql(email="petra@northwind.example")
    claims.take(handoff, by=sdr, at=factories.now())
    told = {"sender": f"Rui <{sdr.email}>", "to": "Petra <petra@northwind.example>, x@y.example"}
    take(mailbox, letter(subject="Our offer", **told))
    pipeline.drain()
    touch = Touch.objects.get()
    assert (touch.kind, touch.by, touch.note) == ("email", sdr, "Our offer")
    assert Handoff.objects.get().first_touch_at is not None
    assert MailMessage.objects.get().kind == "sent"
    assert not Lead.objects.filter(email__in=[sdr.email, "x@y.example"]).exists()


def test_what_leaves_by_a_shared_address_is_nobodys_touch_and_no_lead(
    mailbox: Mailbox, live_model: ModelVersion
) -> None:
    Mailbox.objects.update(user="Sales@Ours.example")
    factories.make_lead(email="petra@northwind.example")
    take(mailbox, letter(sender="sales@ours.example", to="petra@northwind.example"))
    pipeline.drain()
    touch = Touch.objects.get()
    assert (touch.by, touch.lead.email) == (None, "petra@northwind.example")
    assert Lead.objects.count() == 1


def test_a_message_from_the_future_happened_now(mailbox: Mailbox) -> None:
    take(mailbox, letter(Date="Tue, 3 Nov 2099 10:00:00 +0000"))
    assert Event.objects.get().occurred_at <= factories.now()


def test_an_old_message_counts_where_it_belongs(mailbox: Mailbox) -> None:
    take(mailbox, letter(Date="Tue, 3 Nov 2020 10:00:00 +0000"))
    event = Event.objects.get()
    assert event.received_at - event.occurred_at > timedelta(days=365)


def test_the_work_does_not_grow_with_the_messages(mailbox: Mailbox) -> None:
    counted = []
    for numbers in (range(1), range(1, 15)):
        some = [numbered(n, sender=f"p{n}@firm.example") for n in numbers]
        with CaptureQueriesContext(connection) as context:
            take(mailbox, *some)
        counted.append(len(context))
    assert counted[0] >= counted[1]
