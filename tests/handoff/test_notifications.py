"""People are told once, and an e-mail leaves the house in one piece."""

from datetime import timedelta
from email import message_from_string

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend

from accounts import clock
from accounts.models import Role, Team, User
from handoff import claims, notifications
from handoff.attempts import PAUSES
from handoff.delivering import deliver
from handoff.delivering.claiming import LEASE
from handoff.models import Delivery, Handoff, Notification
from handoff.notifications import Note, bell, mails, tell
from handoff.routing import told
from leads.models import Lead
from tests import factories
from tests.handoff.moments import earlier, minutes, ring_all

pytestmark = pytest.mark.django_db


def mailed(manager: User, text: str = "Nobody claimed Maya.", lead: Lead | None = None) -> None:
    note = Note(manager, "breach", "timer:1:1", text, lead.pk if lead else None, by_mail=True)
    tell([note], at=clock.now())


def test_the_same_thing_is_told_once(manager: User) -> None:
    note = Note(manager, "breach", "timer:1:1", "Late.", by_mail=True)
    assert tell([note, note], at=clock.now()) == 1
    assert tell([note], at=clock.now()) == 0
    assert Notification.objects.count() == Delivery.objects.count() == 1


def test_an_e_mail_is_sent_once_with_a_link_to_the_lead(manager: User) -> None:
    lead = factories.make_lead()
    mailed(manager, lead=lead)
    assert deliver(clock.now()) == 1
    assert mail.outbox[0].to == [manager.email]
    assert str(lead.public_id) in mail.outbox[0].body
    assert Delivery.objects.get().state == "sent"


def test_a_refused_e_mail_is_tried_again_and_given_up_in_the_end(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailed(manager)

    def refuse(*_args: object) -> int:
        raise ConnectionRefusedError("no mail today")

    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    at = clock.now()
    waits = []
    while Delivery.objects.get().state == "pending":
        assert deliver(at) == 1
        assert deliver(at) == 0
        delivery = Delivery.objects.get()
        waits.append(delivery.next_at - at)
        at = max(at, delivery.next_at)
    assert len(waits) == len(PAUSES) + 1
    for wait, pause in zip(waits, PAUSES, strict=False):
        assert 0.79 * pause < wait < 1.21 * pause + timedelta(seconds=2)
    assert (delivery.state, delivery.attempts) == ("failed", 10)
    assert "no mail today" in delivery.error
    assert deliver(at + timedelta(days=9)) == 0


def test_a_worker_that_died_while_sending_leaves_the_e_mail_to_the_next(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailed(manager)
    monkeypatch.setattr(mails, "send", lambda _mail, to: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        deliver(clock.now())
    monkeypatch.undo()
    assert not deliver(clock.now())
    assert deliver(clock.now() + LEASE)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    "name",
    [
        "Eve\r\nBcc: everybody@firm.example",
        "Eve\nSubject: You won\n\nClick here",
        "Eve\u2028Bcc: a@b.example",
        "Eve\u202egnp.exe",
        "x" * 5000,
        "=?utf-8?B?QmNjOg==?=, <a@b.example>",
    ],
)
def test_a_hostile_name_changes_neither_header_nor_recipient(manager: User, name: str) -> None:
    mailed(manager, f"Nobody claimed {name} by 10:00.")
    assert deliver(clock.now()) == 1
    message = message_from_string(mail.outbox[0].message().as_string())
    assert message.get_all("To") == [manager.email]
    assert message["Bcc"] is None
    assert len(message.get_all("Subject") or []) == 1
    assert len(mail.outbox[0].subject) <= 200


def test_a_new_handoff_is_announced_to_the_sdrs_of_its_team(
    sdr: User, outsider: User, handoff: Handoff
) -> None:
    notes = Notification.objects.filter(kind="opened")
    assert [note.user for note in notes] == [sdr]
    told.announce([handoff.pk], at=clock.now())
    assert notes.count() == 1


def test_a_warning_goes_to_the_owner_alone(handoff: Handoff, sdr: User, team: Team) -> None:
    factories.make_user(Role.SDR, teams=[team])
    claims.take(handoff, by=sdr, at=clock.now())
    earlier(handoff, minutes(200))
    ring_all()
    assert [note.user for note in Notification.objects.filter(kind="warn")] == [sdr]


def test_a_breach_in_a_team_without_manager_goes_to_the_administrators(
    handoff: Handoff, administrator: User
) -> None:
    earlier(handoff, minutes(62))
    ring_all()
    assert [note.user for note in Notification.objects.filter(kind="breach")] == [administrator]


def test_a_breach_is_told_in_the_zone_of_the_reader(handoff: Handoff, manager: User) -> None:
    User.objects.filter(pk=manager.pk).update(time_zone="Asia/Tokyo")
    earlier(handoff, minutes(62))
    ring_all()
    assert Notification.objects.get(kind="breach").text.count(" JST.") == 1


def test_people_who_left_are_told_nothing(handoff: Handoff, manager: User) -> None:
    User.objects.filter(pk=manager.pk).update(is_active=False)
    earlier(handoff, minutes(62))
    ring_all()
    assert not Notification.objects.filter(user=manager).exists()


def test_what_came_after_the_page_stays_unread(manager: User) -> None:
    tell(
        [Note(manager, "warn", "one", "One."), Note(manager, "warn", "two", "Two.")], at=clock.now()
    )
    first, second = Notification.objects.order_by("id")
    notifications.mark_read(manager, at=clock.now(), upto=first.pk)
    assert bell.look(manager).unread == 1
    notes, more = notifications.page(manager, size=1)
    assert (notes, more) == ([second], True)
    assert notifications.page(manager, before=second.pk) == ([first], False)
