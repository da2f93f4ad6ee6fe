"""What a message says, whoever broke it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.mailbox.parsing import LONGEST_TEXT, understand
from tests.leads.mailbox.letters import BOUNCE, HTML, letter


def test_a_plain_message_says_who_and_what() -> None:
    mail = understand(
        letter("Hello\n\n> what you wrote\n\nBye", Date="Tue, 3 Nov 2026 10:00:00 +0100")
    )
    assert (mail.kind, mail.sender, mail.sender_name) == (
        "message",
        "petra@northwind.example",
        "Petra Lang",
    )
    assert (mail.subject, mail.text) == ("A question", "Hello\n\nBye")
    assert mail.sent_at is not None and mail.sent_at.isoformat() == "2026-11-03T09:00:00+00:00"
    assert mail.recipients == ("sales@ours.example",)


def test_a_page_is_read_as_its_words() -> None:
    mail = understand(HTML)
    assert (mail.sender_name, mail.subject) == ("Petra Láng", "Über uns")
    assert mail.text == "We have forty sheets.\n\nCall me."


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        ({"Auto_Submitted": "auto-replied"}, "auto_reply"),
        ({"Auto_Submitted": "auto-generated; owner=x"}, "auto_reply"),
        ({"Auto_Submitted": "no"}, "message"),
        ({"X_Autoreply": "yes"}, "auto_reply"),
        ({"Precedence": "auto_reply"}, "auto_reply"),
        ({"subject": "Out of Office: back in May"}, "auto_reply"),
        ({"subject": "Abwesenheitsnotiz: Urlaub"}, "auto_reply"),
        ({"subject": "Automate our office"}, "message"),
        ({"Precedence": "bulk"}, "bulk"),
        ({"List_Id": "<news.example>"}, "bulk"),
        ({"List_Unsubscribe": "<mailto:x@news.example>"}, "bulk"),
        ({"X_Spam_Flag": "YES"}, "bulk"),
        ({"sender": "no-reply@shop.example"}, "bulk"),
        ({"sender": "noreply+7@shop.example"}, "bulk"),
        ({"sender": "MAILER-DAEMON@mx.example"}, "bulk"),
        ({"sender": "MAILER-DAEMON@mx.example", "Return_Path": "<>"}, "bounce"),
        ({"X_Failed_Recipients": "a@b.example"}, "bounce"),
        ({"sender": ""}, "unreadable"),
        ({"sender": "nobody"}, "unreadable"),
    ],
)  # fmt: skip
def test_machines_are_told_from_people(headers: dict[str, str], kind: str) -> None:
    assert understand(letter(**headers)).kind == kind


def test_a_bounce_says_whom_it_did_not_reach() -> None:
    mail = understand(BOUNCE)
    assert (mail.kind, mail.about) == ("bounce", "petra@northwind.example")


def test_a_delay_is_no_bounce() -> None:
    mail = understand(BOUNCE.replace(b"Action: failed", b"Action: delayed"))
    assert (mail.kind, mail.about) == ("auto_reply", "")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\0\0\0",
        b"From: a@b.example\n\n\0text\xff\xfe",
        b"From: a@b.example\nContent-Type: text/plain; charset=klingon\n\nHi",
        b"From: a@b.example\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n!!!",
        b"From: a@b.example\nSubject: =?utf-8?b?//////?=\nDate: Thu, 99 Foo 9999\n\nHi",
        b"From: =?x?q?\nTo: ,,,\nMessage-ID: [1@\n\nHi",
        b"From: a@b.example\nContent-Type: multipart/mixed\n\nHi",
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=B\n\n" + b"--B\n\n" * 3000,
        b"Content-Type: message/rfc822\n\n" * 2000,
        b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(3000)),
        b"From: a@b.example\n\n" + b"x" * 300_000,
        b"From: a@b.example\nSubject: " + b"y" * 100_000 + b"\n\nHi",
    ],
)  # fmt: skip
def test_what_is_broken_on_purpose_is_read_as_far_as_it_can_be(raw: bytes) -> None:
    mail = understand(raw)
    assert len(mail.digest) == 16 and len(mail.text) <= LONGEST_TEXT and len(mail.subject) <= 200
    assert "\0" not in mail.text + mail.subject


@given(st.binary(max_size=400), st.sampled_from([letter(), BOUNCE, HTML]), st.integers(0, 600))
def test_a_message_with_a_hole_never_breaks_the_reader(hole: bytes, raw: bytes, at: int) -> None:
    mail = understand(raw[:at] + hole + raw[at + len(hole) :])
    mail.text.encode(), mail.subject.encode(), mail.sender_name.encode()


def test_the_same_message_has_one_digest_and_another_has_another() -> None:
    assert understand(letter("one")).digest == understand(letter("two")).digest
    assert understand(letter(Message_ID="")).digest != understand(letter("x", Message_ID="")).digest
