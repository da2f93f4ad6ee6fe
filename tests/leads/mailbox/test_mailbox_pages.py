"""Setting a mailbox up."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts import secrets
from accounts.models import User
from leads.mailbox import taking
from leads.mailbox.parsing import understand
from leads.models import Lead, Mailbox
from tests import factories
from tests.leads.mailbox.letters import letter, numbered

pytestmark = pytest.mark.django_db
TOLD = {
    "name": "Sales", "host": "127.0.0.1", "port": "9", "user": "sales", "password": "s3cret pass",
    "folder": "INBOX", "becomes": "leads", "source": "E-mail", "is_on": "on",
}  # fmt: skip


@pytest.fixture
def web(client: Client, administrator: User, settings: Settings) -> Client:
    settings.OUTBOUND_ALLOWED = ["127.0.0.0/8"]
    client.force_login(administrator)
    return client


def add(web: Client, **other: str) -> Any:
    return web.post("/leads/mailboxes/add/", {**TOLD, **other})


def test_a_mailbox_is_made_and_its_password_is_nowhere_to_be_read(web: Client) -> None:
    answer = add(web)
    mailbox = Mailbox.objects.get()
    assert answer["Location"] == f"/leads/mailboxes/{mailbox.pk}/"
    assert "s3cret" not in mailbox.password and secrets.unseal(mailbox.password) == "s3cret pass"
    assert mailbox.since == factories.now().date() and mailbox.next_at <= factories.now()
    for url in ("/leads/mailboxes/", answer["Location"]):
        page = web.get(url).content.decode()
        assert "Sales" in page and "s3cret" not in page and mailbox.password not in page


def test_a_change_without_a_password_keeps_it_and_goes_on_where_it_was(web: Client) -> None:
    add(web, past="on")
    Mailbox.objects.update(last_uid=7, uid_validity=1)
    mailbox = Mailbox.objects.get()
    assert mailbox.since == (factories.now() - timedelta(days=30)).date()
    url = f"/leads/mailboxes/{mailbox.pk}/"
    web.post(url, {**TOLD, "password": "", "name": "Info"})
    changed = Mailbox.objects.get()
    assert (changed.name, changed.password, changed.last_uid) == ("Info", mailbox.password, 7)
    web.post(url, {**TOLD, "password": "", "folder": "Forms"})
    assert Mailbox.objects.get().last_uid == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"password": ""}, "This field is required"),
        ({"host": "no machine of this name.invalid"}, "There is no machine"),
        ({"host": "10.0.0.1"}, "does not call"),
        ({"port": "70000"}, "less than or equal to 65535"),
        ({"folder": "Ordner Ä"}, "ASCII"),
        ({"becomes": "gold"}, "Select a valid choice"),
    ],
)
def test_mistakes_are_named_beside_the_field(web: Client, wrong: dict[str, str], said: str) -> None:
    answer = add(web, **wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page and 'value="Sales"' in page
    assert "s3cret" not in page and not Mailbox.objects.exists()


def test_a_try_says_why_it_fails(web: Client) -> None:
    add(web)
    answer = web.post(f"/leads/mailboxes/{Mailbox.objects.get().pk}/try/", follow=True)
    assert "The connection failed" in answer.content.decode()


def test_the_page_shows_what_became_of_each_message(web: Client) -> None:
    add(web)
    mailbox, at = Mailbox.objects.get(), factories.now()
    hostile = letter(subject="<img src=x>", Precedence="bulk", Message_ID="<2@x.example>")
    taking.take(mailbox, [understand(letter()), understand(hostile)], at=at)
    page = web.get(f"/leads/mailboxes/{mailbox.pk}/").content.decode()
    assert "Petra Lang" in page and "Newsletter or machine" in page
    assert "&lt;img src=x&gt;" in page and "<img src=x" not in page
    story = web.get(f"/leads/{Lead.objects.get().public_id}/").content.decode()
    assert "Wrote an e-mail: A question" in story and "Can you score suppliers" in story


def test_the_pages_cost_the_same_however_many_there_are(web: Client) -> None:
    add(web)
    first, at, counted = Mailbox.objects.get(), factories.now(), []
    for numbers in (range(1), range(1, 5)):
        some = [numbered(n, sender=f"p{n}@firm.example") for n in numbers]
        taking.take(first, [understand(raw) for raw in some], at=at)
        for url in ("/leads/mailboxes/", f"/leads/mailboxes/{first.pk}/"):
            with CaptureQueriesContext(connection) as context:
                assert web.get(url).status_code == 200
            counted.append(len(context))
        add(web, name="Another")
    assert counted[:2] == counted[2:]


def test_forgetting_a_mailbox_keeps_its_leads(web: Client) -> None:
    add(web)
    mailbox = Mailbox.objects.get()
    taking.take(mailbox, [understand(letter())], at=factories.now())
    web.post(f"/leads/mailboxes/{mailbox.pk}/remove/")
    assert not Mailbox.objects.exists() and Lead.objects.count() == 1


def test_only_administrators_give_passwords_of_mailboxes(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    assert client.get("/leads/mailboxes/").status_code == 403
    assert "/leads/mailboxes/" not in client.get("/leads/forms/").content.decode()
