"""The class of an event as it shows when it comes in."""

from ipaddress import ip_network
from typing import Any

import pytest

from leads.activity.detection import Own, Sending, trust_of
from leads.models import Event

Trust = Event.Trust
PERSON = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/141.0.0.0 Safari/537.36"
)
OURS = Own(
    (ip_network("192.0.2.0/24"),), frozenset({"@ours.example"}), frozenset({"test@x.example"})
)
PEOPLE = [
    PERSON,
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile Safari/604.1",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:140.0) Gecko/20100101 Firefox/140.0",
    "Mozilla/5.0 (Linux; Android 15; CUBOT KINGKONG) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36",
    "",
]
MACHINES = [
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0) Chrome/116.0 Safari/537.36",
    "facebookexternalhit/1.1", "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)", "curl/8.5.0",
    "python-requests/2.32", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/141.0 Safari/537.36",
    "BarracudaCentral/1.0", "Mozilla/5.0 (compatible; AhrefsBot/7.0)", "WhatsApp/2.23", "Go-http-client/1.1",
]  # fmt: skip


@pytest.mark.parametrize("agent", PEOPLE)
def test_browsers_of_people_are_people(agent: str) -> None:
    assert trust_of({}, Sending(agent), Own()) == Trust.HUMAN


@pytest.mark.parametrize("agent", MACHINES)
def test_machines_that_say_so_are_machines_wherever_they_say_it(agent: str) -> None:
    assert trust_of({}, Sending(agent), Own()) == Trust.BOT
    assert trust_of({"context": {"userAgent": agent}}, Sending(PERSON), Own()) == Trust.BOT


@pytest.mark.parametrize(
    ("data", "sending", "email", "expected"),
    [
        ({"context": {"webdriver": True}}, Sending(PERSON), "", Trust.BOT),
        ({}, Sending(PERSON, prefetch=True), "", Trust.PREFETCH),
        ({}, Sending("Mozilla/5.0 (via ggpht.com GoogleImageProxy)"), "", Trust.PREFETCH),
        ({}, Sending(PERSON, address="192.0.2.9"), "", Trust.INTERNAL),
        ({"context": {"ip": "192.0.2.9"}}, Sending(), "", Trust.INTERNAL),
        ({"context": {"ip": "not one"}}, Sending(PERSON), "", Trust.HUMAN),
        ({}, Sending(PERSON), "rui@ours.example", Trust.INTERNAL),
        ({}, Sending("curl/8"), "test@x.example", Trust.TEST),
        ({"context": 7}, Sending(PERSON), "", Trust.HUMAN),
    ],
)
def test_the_strongest_sign_decides(data: Any, sending: Sending, email: str, expected: int) -> None:
    assert trust_of(data, sending, OURS, email) == expected
