"""Links to questions: one a lead and framework, sent once a day, ended and taken back."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from handoff import delivering
from handoff.models import Delivery
from leads.models import JournalEntry
from leads.privacy import suppression
from qualification.asking import links
from qualification.asking.links import Sent
from qualification.models import Ask
from tests import factories
from tests.qualification.asking.making import ask_of, bant, path_of

pytestmark = pytest.mark.django_db


def test_a_set_of_leads_is_asked_in_the_same_number_of_statements(sdr: User) -> None:
    some = [factories.make_lead().pk for _number in range(5)]
    framework, at = bant(), factories.now()
    counted = []
    for ids in (some[:1], some[1:]):
        with CaptureQueriesContext(connection) as context:
            assert links.send(ids, framework, by=sdr, at=at).mailed == len(ids)
        counted.append(len(context))
    assert counted[0] == counted[1]


def test_the_letter_carries_the_link_and_nothing_the_lead_typed(sdr: User) -> None:
    lead = factories.make_lead(email="maya@northwind.example", first_name="http://spam.example")
    assert links.send([lead.pk], bant(), by=sdr, at=factories.now()) == Sent(mailed=1)
    delivering.deliver(factories.now())
    letter = mail.outbox[0]
    assert letter.to == ["maya@northwind.example"]
    assert links.url_of(Ask.objects.get()) in letter.body
    assert "spam" not in f"{letter.body} {letter.subject}"
    assert Delivery.objects.get().state == "sent"
    entry = JournalEntry.objects.get(kind="lead.asked")
    assert (entry.lead, entry.actor) == (lead, sdr)


def test_two_clicks_send_one_letter_and_tomorrow_there_may_be_another(sdr: User) -> None:
    lead, at = factories.make_lead(), factories.now()
    links.send([lead.pk], bant(), by=sdr, at=at)
    assert links.send([lead.pk], bant(), by=sdr, at=at) == Sent(mailed_today=1)
    links.send([lead.pk], bant(), by=sdr, at=at + timedelta(days=1))
    assert (Delivery.objects.count(), Ask.objects.count()) == (2, 1)


def test_a_lead_without_an_address_gets_a_link_and_no_letter(sdr: User) -> None:
    lead = factories.make_lead(email=None, last_name="Okafor")
    assert links.send([lead.pk], bant(), by=sdr, at=factories.now()) == Sent(without_address=1)
    assert Ask.objects.get().mailed_at is None and not Delivery.objects.exists()


def test_who_asked_for_nothing_gets_nothing_even_late(sdr: User) -> None:
    at = factories.now()
    asked, late = (factories.make_lead(email=f"{name}@firm.example") for name in ("asked", "late"))
    suppress("asked@firm.example")
    ids = [asked.pk, late.pk]
    assert links.send(ids, bant(), by=sdr, at=at) == Sent(mailed=1, suppressed=1)
    suppress("late@firm.example")
    assert delivering.deliver(at) == 1
    assert Delivery.objects.get().state == "withheld" and not mail.outbox


def suppress(email: str) -> None:
    reason = suppression.Reason.UNSUBSCRIBED
    suppression.add([(suppression.Kind.EMAIL, email)], reason=reason, at=factories.now())


def test_a_link_taken_back_opens_nothing_and_a_new_one_differs(client: Client) -> None:
    lead = factories.make_lead()
    old = ask_of(lead)
    assert client.get(path_of(old)).status_code == 200
    assert links.revoke(lead, old.pk, at=factories.now())
    assert not links.revoke(lead, old.pk, at=factories.now())
    answer = client.get(path_of(old))
    assert (answer.status_code, "This link has ended" in answer.content.decode()) == (404, True)
    assert path_of(ask_of(lead)) != path_of(old)


def test_a_link_ends_but_not_for_who_has_the_page_open(
    client: Client, move_clock: Callable[[timedelta], None]
) -> None:
    path = path_of(ask_of(factories.make_lead()))
    move_clock(links.VALID + timedelta(hours=1))
    assert client.get(path).status_code == 200
    move_clock(links.GRACE)
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("token", ["x", "a.b", "00000000000000000000000000000000.x", "ä" * 40])
def test_a_guessed_link_opens_nothing(client: Client, token: str) -> None:
    ask_of(factories.make_lead())
    assert client.get(f"/q/{token}/").status_code == 404


def test_an_unsigned_id_of_a_link_opens_nothing(client: Client) -> None:
    ask = ask_of(factories.make_lead())
    assert client.get(f"/q/{ask.public_id.hex}/").status_code == 404
