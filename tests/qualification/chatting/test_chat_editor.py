"""Chats are made, changed and looked after."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from leads.models import Lead
from qualification.chatting import steps
from qualification.models import Chat, Conversation
from tests.qualification.chatting.making import Visitor, chat

pytestmark = pytest.mark.django_db
TEXTS = {
    "name": "Talk to us", "slug": "hello", "greeting": "Hello!", "closing": "Bye.", "source": "Chat",
    "purpose": "", "pages": "/pricing\n/demo", "after_s": "5", "embed_hosts": "www.example.com",
    "least_seconds": "3", "is_live": "on",
}  # fmt: skip
STEPS = {
    "order": ["s2", "s1", "s3"],
    "s2-ask": "How many?", "s2-choices": "One\nMany", "s2-when0": "is", "s2-value0": "One",
    "s2-go0": "s3",
    "s1-ask": "What hurts?", "s1-about": "bant.need", "s1-may_skip": "on",
    "s3-ask": "E-mail?", "s3-about": "email",
}  # fmt: skip


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def add(web: Client, **other: Any) -> Any:
    return web.post("/qualification/chats/add/", {**TEXTS, **STEPS, **other})


def test_a_new_chat_begins_with_the_questions_of_the_framework(web: Client) -> None:
    page = web.get("/qualification/chats/add/").content.decode()
    assert "What made you look for something like this now?" in page
    assert re.search(r'<option value="bant.need" selected>\s*BANT: Need', page)
    assert re.search(r'<option value="email" selected>', page)


def test_it_is_made_in_the_order_it_was_given_and_talks_by_its_rules(web: Client) -> None:
    assert add(web)["Location"] == "/qualification/chats/hello/"
    made = Chat.objects.get()
    assert [step.key for step in steps.read(made.steps)] == ["s2", "s1", "s3"]
    assert (made.pages, made.embed_hosts) == (["/pricing", "/demo"], ["www.example.com"])
    assert "What hurts?" in Visitor().say("Many").shown
    assert "E-mail?" in Visitor().say("One").shown
    page = web.get("/qualification/chats/hello/").content.decode()
    assert "data-chat=&quot;hello&quot;" in page and "/c/hello/" in page
    assert "Talk to us" in web.get("/qualification/chats/").content.decode()


def test_it_can_be_changed_and_switched_off(web: Client) -> None:
    add(web)
    web.post("/qualification/chats/hello/", {**TEXTS, **STEPS, "is_live": "", "name": "Ask us"})
    made = Chat.objects.get()
    assert (made.name, made.is_live) == ("Ask us", False)
    assert "This chat is closed" in Visitor().shown


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"order": []}, "Ask at least one question"),
        ({"s3-about": ""}, "Ask for the e-mail once"),
        ({"s1-about": "email"}, "Ask for the e-mail once"),
        ({"s1-ask": ""}, "This field is required"),
        ({"s2-value0": ""}, "Say which answer"),
        ({"order": ["s1", "s3", "s2"]}, "A rule leads to a later question"),
        ({"s3-choices": "a\nb"}, "An address is typed"),
        ({"s2-choices": "\n".join("abcdefghi")}, "At most 8 choices"),
        ({"s1-about": "bant.horoscope"}, "Select a valid choice"),
        ({"slug": "taken"}, "Another chat has this address"),
        ({"slug": "add"}, "This address is our own"),
        ({"pages": "pricing"}, "begins with a slash"),
        ({"embed_hosts": "not a site"}, "is not a site"),
    ],
)
def test_mistakes_are_named_and_nothing_is_lost(
    web: Client, wrong: dict[str, Any], said: str
) -> None:
    chat("taken")
    answer = add(web, **wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page
    assert wrong.get("order") == [] or "How many?" in page
    assert Chat.objects.count() == 1


def test_a_question_is_added_and_taken_away_and_what_was_typed_stays(web: Client) -> None:
    more = add(web, more="1", name="")
    page = more.content.decode()
    assert more.status_code == 200 and 'name="s4-ask"' in page and "How many?" in page
    assert "This field is required" not in page
    less = add(web, less="1", gone="s1").content.decode()
    assert 'name="s1-ask"' not in less and "How many?" in less
    assert not Chat.objects.exists()


def test_who_was_suspected_is_released_or_left_out(web: Client) -> None:
    chat("hello", least_seconds=60)
    for name in ("maya", "robot"):
        Visitor().say("20k", "I", "Sheets", "May", f"{name}@northwind.example", name)
    page = web.get("/qualification/chats/hello/").content.decode()
    assert "Sent faster than a person can type." in page and "Sheets" in page
    rows = {row.values["email"][:4]: row.pk for row in Conversation.objects.all()}
    url = "/qualification/chats/hello/{}/"
    web.post(url.format(rows["maya"]), {"release": "1"})
    assert Lead.objects.get().first_name == "maya"
    web.post(url.format(rows["robo"]), {"leave": "1"})
    assert Lead.objects.count() == 1
    assert web.post(url.format(rows["robo"]), {"release": "1"}).status_code == 404


def test_the_pages_cost_the_same_however_many_there_are(web: Client) -> None:
    counted = []
    for number in range(2):
        for n in range(1 + 2 * number):
            made = chat(f"chat-{number}-{n}")
            Visitor(f"/c/{made.slug}/").say(
                "20k", "I", "Sheets", "May", f"{n}@firm.example", "Maya"
            )
        for url in ("/qualification/chats/", "/qualification/chats/chat-0-0/"):
            with CaptureQueriesContext(connection) as context:
                assert web.get(url).status_code == 200
            counted.append(len(context))
        Visitor("/c/chat-0-0/").say("20k", "I", "Sheets", "May", "late@firm.example", "Ola")
    assert counted[:2] == counted[2:]


def test_sales_people_make_no_chats(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    assert client.get("/qualification/chats/").status_code == 403
