"""How people want to be told: by kind, not in quiet hours, and not a hundred times a minute."""

from datetime import UTC, datetime, time, timedelta
from email import message_from_bytes
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, User
from handoff import notifications
from handoff.delivering import deliver
from handoff.delivering.forgetting import forget
from handoff.models import Delivery, NoticeChoice, Notification
from handoff.notifications import Note, bell, choices, kinds, mails, tell
from handoff.notifications.choices import Choice
from tests import factories

pytestmark = pytest.mark.django_db
# A Tuesday at noon.
NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
NIGHT = {"starts": time(22), "ends": time(7)}


def breach(user: User, number: int = 1, text: str = "Nobody claimed Maya.") -> Note:
    return Note(user, "breach", f"timer:{number}:1", text)


def wants(user: User, kind: str, **over: bool) -> None:
    usual = {"in_app": True, "by_mail": True, "passes": False}
    choices.choose(user, {kind: Choice(**{**usual, **over})})


def test_who_chose_nothing_has_the_defaults_of_the_kind(manager: User) -> None:
    tell([breach(manager), Note(manager, "opened", "h:1", "New.")], at=NOON)
    assert Notification.objects.count() == 2
    assert Delivery.objects.get().notification.kind == "breach"


@pytest.mark.parametrize(
    ("choice", "shown", "mailed"),
    [
        ({"in_app": False, "by_mail": False}, 0, 0),
        ({"in_app": True, "by_mail": False}, 1, 0),
        ({"in_app": False, "by_mail": True}, 0, 1),
        ({"in_app": True, "by_mail": True}, 1, 1),
    ],
)
def test_each_kind_is_told_as_it_was_chosen(
    manager: User, choice: dict[str, bool], shown: int, mailed: int
) -> None:
    wants(manager, "opened", **choice)
    tell([Note(manager, "opened", "h:1", "New."), Note(manager, "opened", "h:1", "New.")], at=NOON)
    assert (len(notifications.page(manager)[0]), bell.look(manager).unread) == (shown, shown)
    assert Delivery.objects.count() == mailed


def test_what_comes_in_quiet_hours_is_held_and_comes_together(manager: User) -> None:
    User.objects.filter(pk=manager.pk).update(time_zone="Europe/Lisbon")
    manager.refresh_from_db()
    choices.keep_hours(manager, **NIGHT, days=[], at_most=5)
    wants(manager, "breach")
    late = NOON + timedelta(hours=11)
    tell([breach(manager, 1)], at=late)
    tell([breach(manager, 2)], at=late + timedelta(hours=2))
    assert bell.look(manager).unread == 2
    assert deliver(late + timedelta(hours=7)) == 0
    assert deliver(NOON + timedelta(hours=19)) == 1
    assert "2 notes" in mail.outbox[0].subject
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_what_is_urgent_passes_by_choice(manager: User) -> None:
    choices.keep_hours(manager, **NIGHT, days=[], at_most=5)
    wants(manager, "opened")
    late = NOON + timedelta(hours=11)
    tell([breach(manager), Note(manager, "opened", "h:1", "New.")], at=late)
    assert deliver(late) == 1
    assert "Nobody claimed" in mail.outbox[0].subject


def test_a_storm_of_notes_is_a_few_e_mails_and_one_more(manager: User) -> None:
    for number in range(40):
        tell([breach(manager, number)], at=NOON + timedelta(milliseconds=number))
    tell([breach(factories.make_user(Role.MANAGER))], at=NOON)
    assert deliver(NOON + timedelta(seconds=1)) == choices.AT_MOST + 1
    assert deliver(NOON + timedelta(seconds=66)) == 1
    assert "35 notes" in mail.outbox[-1].subject
    assert mail.outbox[-1].to == [manager.email]
    assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_a_digest_that_is_sent_again_has_the_same_id(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    choices.keep_hours(manager, **NIGHT, days=[], at_most=1)
    tell([breach(manager, number) for number in range(5)], at=NOON)
    deliver(NOON)
    ids = []

    def refuse(sent: mail.EmailMessage, *, to: str) -> object:
        ids.append(sent.extra_headers["Message-ID"])
        return mails.Outcome(mails.Result.LATER, "not now")

    monkeypatch.setattr(mails, "send", refuse)
    deliver(NOON + timedelta(minutes=2))
    deliver(NOON + timedelta(minutes=3))
    assert len(ids) == 2 and len(set(ids)) == 1
    assert Delivery.objects.filter(state="pending").count() == 4


def test_telling_many_costs_no_more_statements_than_telling_one(manager: User) -> None:
    counted = []
    for size in (1, 30):
        users = [factories.make_user(Role.MANAGER) for _ in range(size)]
        with CaptureQueriesContext(connection) as context:
            tell([breach(user, size) for user in users], at=NOON)
        counted.append(len(context))
    assert counted[0] == counted[1]


def test_who_left_gets_no_e_mail_that_waited(manager: User) -> None:
    tell([breach(manager)], at=NOON)
    User.objects.filter(pk=manager.pk).update(is_active=False)
    deliver(NOON)
    assert Delivery.objects.get().state == "withheld" and not mail.outbox


def test_a_message_that_cannot_be_put_together_fails_alone(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell([breach(manager, 1), breach(manager, 2, "Broken.")], at=NOON)
    whole = mails.of_notes

    def sometimes(notes: list[Notification]) -> mail.EmailMultiAlternatives:
        if notes[0].text == "Broken.":
            raise LookupError("no such word")
        return whole(notes)

    monkeypatch.setattr(mails, "of_notes", sometimes)
    assert deliver(NOON) == 2
    states = dict(Delivery.objects.values_list("notification__text", "state"))
    assert states == {"Nobody claimed Maya.": "sent", "Broken.": "pending"}
    assert "no such word" in Delivery.objects.get(state="pending").error


class Text(HTMLParser):
    """What a mail program shows and where it leads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.mark.parametrize(
    "name",
    ["<script>alert(1)</script>", '<a href="http://evil.example">a</a>', "Eve\r\nBcc: x@y.z", "{{ 7 }}{% x %}"],
)  # fmt: skip
def test_an_e_mail_is_plain_and_html_and_its_text_is_text(manager: User, name: str) -> None:
    lead = factories.make_lead()
    note = Note(manager, "breach", "timer:1:1", f"Nobody claimed {name}.", lead.pk)
    tell([note], at=NOON)
    deliver(NOON)
    sent = message_from_bytes(mail.outbox[0].message().as_bytes())
    assert sent.is_multipart() and sent.get_content_type() == "multipart/alternative"
    plain, html = (part.get_payload(decode=True).decode() for part in sent.get_payload())
    shown = Text(html)
    assert "script" not in shown.tags and all(
        link.startswith("http://127.0.0.1") for link in shown.links
    )
    assert " ".join(name.split()) in " ".join(shown.words.split())
    assert str(lead.public_id) in plain and str(lead.public_id) in html
    assert "style sheets" not in html and "djlint" not in html
    assert sent["Message-ID"] == f"<notice-{Notification.objects.get().pk}@localhost>"
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_click_in_the_e_mail_ends_its_kind_and_no_other(manager: User, client: Client) -> None:
    tell([breach(manager)], at=NOON)
    deliver(NOON)
    url = str(mail.outbox[0].extra_headers["List-Unsubscribe"]).strip("<>").partition("8000")[2]
    page = client.get(url)
    assert page.status_code == 200 and not NoticeChoice.objects.exists()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(url, {"List-Unsubscribe": "One-Click"}).status_code == 200
    tell([breach(manager, 2), Note(manager, "channel_off", "c", "Off.")], at=NOON)
    assert Delivery.objects.filter(notification__kind="breach").count() == 1
    assert Delivery.objects.filter(notification__kind="channel_off").count() == 1
    assert bell.look(manager).unread == 3
    assert client.get(url[:-3] + "x/").status_code == 404


def test_the_page_keeps_what_is_ticked(manager: User, client: Client) -> None:
    client.force_login(manager)
    page = "/notifications/settings/"
    assert client.get(page).status_code == 200
    sent = {
        "opened-by_mail": "on",
        "starts": "22:00",
        "ends": "07:00",
        "days": ["5", "6"],
        "at_most": "3",
    }
    assert client.post(page, sent).status_code == 302
    wishes = choices.wishes_of([manager])[manager.pk]
    assert wishes.of("opened") == Choice(False, True, False)
    assert wishes.of("breach") == Choice(False, False, False)
    assert (wishes.quiet.starts, wishes.quiet.days, wishes.at_most) == (time(22), {5, 6}, 3)
    assert NoticeChoice.objects.count() == len(kinds.KINDS)


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ({"ends": ""}, "Say until when"),
        ({"starts": ""}, "Say from when"),
        ({"ends": "22:00"}, "are the same"),
        ({"days": list("0123456")}, "Leave one day"),
        ({"days": ["9"]}, "9 is not one"),
        ({"at_most": "0"}, "greater than or equal to 1"),
        ({"starts": "25:00"}, "valid time"),
    ],
)
def test_hours_that_cannot_be_are_refused_beside_their_field(
    manager: User, client: Client, over: dict[str, object], told: str
) -> None:
    client.force_login(manager)
    sent = {"starts": "22:00", "ends": "07:00", "at_most": "5", "opened-in_app": "on", **over}
    answer = client.post("/notifications/settings/", sent)
    assert answer.status_code == 422 and told in answer.content.decode()
    assert not NoticeChoice.objects.exists()


def test_the_bell_asks_for_little_and_hears_of_what_is_new(manager: User, client: Client) -> None:
    client.force_login(manager)
    tell([breach(manager)], at=NOON)
    page = client.get("/notifications/").content.decode()
    url = page.split('id="bell-count" hx-get="')[1].split('"')[0]
    assert client.get(url).status_code == 204
    with CaptureQueriesContext(connection) as context:
        client.get(url)
    # Session, person, notes.
    assert len(context) <= 3
    tell([breach(manager, number) for number in range(2, 150)], at=NOON)
    told = client.get(url).content.decode()
    assert "99+" in told and "100 unread" in told
    newest = Notification.objects.latest("pk").pk
    read = client.post("/notifications/latest/", {"upto": newest}).content.decode()
    assert 'hx-swap-oob="true"' in read and bell.look(manager).unread == 0


def test_what_left_is_kept_for_a_month(manager: User) -> None:
    tell([breach(manager)], at=NOON)
    deliver(NOON)
    assert forget(NOON + timedelta(days=29)) == 0
    assert forget(NOON + timedelta(days=31)) == 1
    assert not Delivery.objects.exists() and Notification.objects.exists()
