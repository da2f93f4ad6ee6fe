"""A mailbox is read from a real server over TLS, and from where it was left."""

import smtplib
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from accounts import secrets
from leadhub import tasks
from leads.mailbox import boxes, imap, polling, taking
from leads.models import Event, Lead, Mailbox, MailMessage
from tests import factories
from tests.leads.mailbox.letters import letter, numbered
from tests.leads.mailbox.servers import PASSWORD, Box, smtp
from tests.leads.mailbox.servers import imap as serve

pytestmark = pytest.mark.django_db


@pytest.fixture
def box() -> Box:
    return Box()


@pytest.fixture
def mailbox(
    box: Box, tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch, db: None
) -> Iterator[Mailbox]:
    settings.OUTBOUND_ALLOWED = ["127.0.0.0/8"]
    with serve(box, tmp_path) as (port, certificate):
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        at = factories.now()
        yield Mailbox.objects.create(
            name="Sales", host="127.0.0.1", port=port, user="sales", source="E-mail",
            password=secrets.seal(PASSWORD), since=at.date(), next_at=at, created_at=at,
        )  # fmt: skip


def read(mailbox: Mailbox) -> Mailbox:
    polling.read_now(factories.now())
    mailbox.refresh_from_db()
    return mailbox


def test_what_is_sent_by_smtp_becomes_a_lead(mailbox: Mailbox, box: Box) -> None:
    with smtp(box) as port, smtplib.SMTP("127.0.0.1", port) as post:
        post.sendmail("petra@northwind.example", ["sales@ours.example"], letter())
    tasks.fetch_mail()
    assert Lead.objects.get().email == "petra@northwind.example"
    mailbox.refresh_from_db()
    assert (mailbox.problem, mailbox.last_uid, mailbox.leased_until) == ("", 1, None)
    assert not polling.read_due(factories.now())


def test_only_what_is_new_is_fetched(mailbox: Mailbox, box: Box) -> None:
    box.put(numbered(1))
    read(mailbox)
    box.asked.clear()
    read(mailbox)
    assert not [told for told in box.asked if told.startswith("UID FETCH")]
    box.put(numbered(2, sender="ola@firm.example"))
    read(mailbox)
    assert [told.split()[2] for told in box.asked if told.startswith("UID FETCH")] == ["2"]
    assert Lead.objects.count() == 2


def test_the_mailbox_itself_is_not_touched(mailbox: Mailbox, box: Box) -> None:
    box.put(letter())
    read(mailbox)
    assert any(told.startswith("EXAMINE") for told in box.asked)
    assert not any(told.startswith(("SELECT", "STORE", "UID STORE")) for told in box.asked)


def test_a_folder_made_anew_is_read_again_and_nothing_counted_twice(
    mailbox: Mailbox, box: Box
) -> None:
    box.put(numbered(1))
    read(mailbox)
    box.validity, box.messages = 2, {}
    box.put(numbered(1))
    box.put(numbered(2))
    assert read(mailbox).last_uid == 2
    assert (Event.objects.count(), MailMessage.objects.count()) == (2, 2)


def test_a_huge_message_is_read_at_its_beginning(mailbox: Mailbox, box: Box) -> None:
    box.put(letter("Begin\n" + "x\n" * 2_000_000))
    read(mailbox)
    assert Event.objects.get().properties["text"].startswith("Begin")


def test_a_batch_that_fails_leaves_nothing_and_is_read_again(
    mailbox: Mailbox, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(polling.BATCH + 1):
        box.put(numbered(number, sender=f"p{number}@firm.example"))
    take, calls = taking.take, iter([True, False])

    def fail_the_second(*args: object, **told: object) -> int:
        if not next(calls):
            raise KeyboardInterrupt
        return take(*args, **told)  # type: ignore[arg-type]

    monkeypatch.setattr(taking, "take", fail_the_second)
    with pytest.raises(KeyboardInterrupt):
        polling.read_now(factories.now())
    mailbox.refresh_from_db()
    assert mailbox.last_uid == polling.BATCH == Lead.objects.count()
    monkeypatch.setattr(taking, "take", take)
    assert not polling.read_due(factories.now()), "somebody still reads it"
    assert polling.read_due(factories.now() + polling.LEASE)
    assert Lead.objects.count() == polling.BATCH + 1


@pytest.mark.parametrize(
    ("speaks", "said"),
    [
        ({"EXAMINE": "{tag} NO no such folder"}, "no such folder"),
        ({"UID SEARCH": "{tag} BAD what"}, "what"),
        ({"UID FETCH": "* 1 FETCH (UID 1 BODY[]<0> {{99999999}}"}, "more than we read"),
        ({"LOGIN": "* BYE too many"}, "too many"),
    ],
)
def test_a_server_that_refuses_is_quoted_and_asked_later_and_later(
    mailbox: Mailbox, box: Box, speaks: dict[str, str], said: str
) -> None:
    box.put(letter())
    box.speaks = speaks
    mailbox = read(mailbox)
    assert said in mailbox.problem
    first = mailbox.next_at - (mailbox.read_at or mailbox.next_at)
    mailbox = read(mailbox)
    second = mailbox.next_at - (mailbox.read_at or mailbox.next_at)
    assert (first, second) == (timedelta(minutes=2), timedelta(minutes=4))
    box.speaks = {}
    mailbox = read(mailbox)
    assert (mailbox.problem, mailbox.failures, Lead.objects.count()) == ("", 0, 1)


def test_a_wrong_password_is_told_as_such(mailbox: Mailbox) -> None:
    Mailbox.objects.update(password=secrets.seal("wrong"))
    mailbox.refresh_from_db()
    assert "did not accept user and password" in boxes.attempt(mailbox).problem


def test_a_certificate_that_nobody_vouches_for_is_refused(
    mailbox: Mailbox, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    assert "secure connection" in boxes.attempt(mailbox).problem
    assert not box.asked, "the password was never sent"


def test_the_own_network_is_not_read(mailbox: Mailbox, box: Box, settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED = []
    assert "does not call" in boxes.attempt(mailbox).problem
    assert not box.asked


def test_a_server_that_says_nothing_ends_the_try(
    mailbox: Mailbox, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "TIMEOUT_S", 0.2)
    box.speaks = {"LOGIN": "* OK wait"}
    assert "too long" in boxes.attempt(mailbox).problem


def test_the_command_reads_now_and_says_what_it_found(
    mailbox: Mailbox, box: Box, capsys: pytest.CaptureFixture[str]
) -> None:
    box.put(letter())
    call_command("fetch_mail")
    assert "Sales: 1 new" in capsys.readouterr().out
    box.speaks = {"LOGIN": "{tag} NO closed"}
    with pytest.raises(CommandError, match="1 of 1"):
        call_command("fetch_mail")


def test_a_mailbox_that_is_off_is_not_read(mailbox: Mailbox, box: Box) -> None:
    Mailbox.objects.update(is_on=False)
    assert not polling.read_due(factories.now()) and not box.asked
