"""Companies that visited: only who said yes and is nobody's yet is looked up, and no lead comes of it."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import clock, keys
from accounts.models import ApiKey, Role
from leads.activity import visits
from leads.enriching import editing, filling, visiting
from leads.models import Company, Drawer, Event, Lead, LookupAnswer, Visit, VisitingCompany
from tests import factories
from tests.leads.enriching.fake import Fake

pytestmark = pytest.mark.django_db
ADDRESS = "93.184.215.14"
BODY = b"""{"ip": "93.184.215.14", "org": {"title": "Quay Robotics", "site": "https://www.quay.example/", "size": "120",
            "branch": "Machines", "land": "PT"}}"""
FILLS = [
    [["org", "title"], "name"], [["org", "site"], "domain"], [["org", "size"], "employees"],
    [["org", "branch"], "industry"], [["org", "land"], "country"],
]  # fmt: skip


@pytest.fixture
def key() -> str:
    return keys.make(kind=ApiKey.Kind.PUBLIC, name="Website", by=None)[1]


@pytest.fixture
def drawer(fake: Fake) -> Drawer:
    fake.says = (200, {}, BODY)
    url = fake.url.replace("{domain}", "{address}")
    values = {"url": url, "header": "X-Api-Key", "key": "k1", "fills": FILLS}
    filling.switch(editing.save(visiting.drawer(), values), on=True)
    return visiting.drawer()


def look(key: str, *messages: dict[str, Any], address: str = ADDRESS) -> None:
    body = json.dumps({"writeKey": key, "batch": list(messages)})
    answer = Client().post("/v1/batch", body, content_type="text/plain", REMOTE_ADDR=address)
    assert answer.status_code == 200, answer.content


def a_page(number: int = 1, *, who: str = "browser-1", said: str = "yes", **over: Any) -> Any:
    context = {"page": {"path": f"/{number}"}, **({"consent": said} if said else {})}
    message = {"type": "page", "messageId": f"{who}-{number}", "anonymousId": who}
    return {**message, "context": context, **over}


def work() -> None:
    while visiting.advance(clock.now()):
        pass


def test_an_address_becomes_a_company_of_the_day_and_is_forgotten(
    key: str, drawer: Drawer, fake: Fake
) -> None:
    look(key, a_page(1), a_page(2))
    look(key, a_page(2), a_page(3))
    look(key, a_page(1, who="browser-2"))
    work()
    look(key, a_page(4))
    work()
    company = VisitingCompany.objects.get()
    assert (company.name, company.domain, company.industry, company.employees, company.country) == (
        "Quay Robotics", "quay.example", "Machines", 120, "PT",
    )  # fmt: skip
    assert (company.visitors, company.visits, company.pages) == (2, 2, 5)
    assert fake.asked == [(f"/v1/{ADDRESS}", "k1")]
    assert set(Visit.objects.values_list("address", flat=True)) == {None}
    kept = LookupAnswer.objects.get()
    assert ADDRESS not in kept.asked + json.dumps(kept.answer)
    assert not Lead.objects.exists()
    assert not Company.objects.exists()


@pytest.mark.parametrize(
    "message",
    [
        a_page(said=""),
        a_page(said="no"),
        a_page(userId="user-7"),
        a_page(type="track", event="Clicked"),
        a_page(context={"consent": "yes", "userAgent": "Googlebot/2.1"}),
    ],
)
def test_nothing_is_kept_without_a_yes_nor_of_machines_and_known_people(
    key: str, drawer: Drawer, message: Any
) -> None:
    look(key, message)
    assert Event.objects.count() == 1
    assert not Visit.objects.exists()


def test_nothing_is_kept_while_it_is_off_and_switching_off_forgets_who_waits(
    key: str, drawer: Drawer, fake: Fake
) -> None:
    look(key, a_page(1))
    assert Visit.objects.exclude(address=None).count() == 1
    filling.switch(drawer, on=False)
    look(key, a_page(2, who="browser-2"))
    work()
    assert not Visit.objects.exists()
    assert not fake.asked


def test_it_is_off_at_first(key: str) -> None:
    look(key, a_page())
    assert not Visit.objects.exists()


def test_a_visitor_who_became_known_before_the_lookup_is_not_asked_about(
    key: str, drawer: Drawer, fake: Fake
) -> None:
    look(key, a_page(1))
    who = {"type": "identify", "messageId": "i", "anonymousId": "browser-1"}
    look(key, {**who, "traits": {"email": "ann@quay.example"}})
    look(key, a_page(2))
    work()
    assert not Visit.objects.exists()
    assert not fake.asked


def test_addresses_of_own_networks_are_not_kept(key: str, drawer: Drawer) -> None:
    look(key, a_page(), address="10.1.2.3")
    assert not Visit.objects.exists()


@pytest.mark.parametrize("body", [b"{}", b'{"org": {"title": "Mail", "site": "gmail.com"}}'])
def test_people_at_home_are_of_no_company(
    key: str, drawer: Drawer, fake: Fake, body: bytes
) -> None:
    fake.says = (200, {}, body)
    look(key, a_page(1))
    work()
    look(key, a_page(2))
    work()
    assert not VisitingCompany.objects.exists()
    assert Visit.objects.get().address is None
    assert len(fake.asked) == 1


def test_a_failing_provider_is_asked_again_and_then_the_address_is_forgotten(
    key: str, drawer: Drawer, fake: Fake
) -> None:
    fake.says = (500, {}, b"")
    look(key, a_page())
    at = clock.now()
    for hours in range(1, 8):
        visiting.advance(at + timedelta(hours=hours))
    assert len(fake.asked) == 5
    assert Visit.objects.get().address is None
    assert "no time (500)" in visiting.drawer().problem


def test_a_budget_that_is_used_up_waits_for_the_next_day(
    key: str, drawer: Drawer, fake: Fake
) -> None:
    Drawer.objects.filter(pk=drawer.pk).update(calls_a_day=1)
    look(key, a_page(1))
    look(key, a_page(1, who="browser-2"), address="93.184.215.15")
    work()
    assert len(fake.asked) == 1
    assert visiting.advance(clock.now() + timedelta(days=1))
    assert len(fake.asked) == 2


def test_who_it_was_is_forgotten_and_the_counts_stay(key: str, drawer: Drawer) -> None:
    look(key, a_page())
    work()
    visits.forget(clock.now() + timedelta(days=visits.DAYS_KEPT - 1))
    assert Visit.objects.exists()
    visits.forget(clock.now() + timedelta(days=visits.DAYS_KEPT + 1))
    assert not Visit.objects.exists()
    assert VisitingCompany.objects.get().pages == 1


def make_visiting(number: int, **over: Any) -> VisitingCompany:
    at = clock.now() - timedelta(hours=number)
    values = {"name": f"Firm {number}", "identity": f"domain:firm{number}.example", "pages": 1}
    return VisitingCompany.objects.create(**{**values, "day": at.date(), "last_seen": at, **over})


@pytest.fixture
def page(client: Client) -> Client:
    client.force_login(factories.make_user(Role.MARKETER))
    return client


def shown(page: Client, query: str = "") -> str:
    answer = page.get(f"/leads/visiting/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_says_that_it_is_off(page: Client) -> None:
    text = shown(page)
    assert "This is off" in text
    assert f"/leads/enrichment/{visiting.drawer().pk}/" in text


def test_a_company_of_ours_is_linked_with_its_leads(page: Client) -> None:
    lead = factories.make_lead(email="ann@quay.example")
    assert lead.company is not None
    make_visiting(1, identity="domain:quay.example", name="<b>Quay")
    make_visiting(2)
    text = shown(page)
    assert text.count(f"/leads/companies/{lead.company.public_id}/") == 1
    assert "1 lead<" in text
    assert "&lt;b&gt;Quay" in text


def test_the_list_is_filtered_paged_and_asks_the_same_however_long_it_is(page: Client) -> None:
    make_visiting(1)
    shown(page)
    with CaptureQueriesContext(
        connection,
    ) as one:
        shown(page)
    for number in range(2, 62):
        make_visiting(number, pages=number)
    with CaptureQueriesContext(connection) as many:
        first = shown(page, "?days=7")
    assert len(many) == len(one)
    assert first.index("Firm 1<") < first.index("Firm 2<")
    assert "Firm 51<" not in first
    link = re.search(r'href="(\?[^"]*after=[^"]*)"', first)
    assert link is not None
    second = shown(page, link[1].replace("&amp;", "&"))
    assert "Firm 51<" in second
    assert "Firm 50<" not in second
    assert "Firm 1<" not in shown(page, "?pages=2")
    assert "Firm 30<" not in shown(page, "?days=1")
    assert "No such visit" not in shown(page, "?days=x&pages=-1&after=none")


def test_it_is_set_up_tried_and_switched_on(page: Client, fake: Fake) -> None:
    fake.says = (200, {}, BODY)
    pk = visiting.drawer().pk
    url = fake.url.replace("{domain}", "{address}")
    values = {
        "name": "Visiting companies", "url": fake.url, "header": "", "key": "", "calls_a_day": "9",
        "days_kept": "5",
    }  # fmt: skip
    wrong = page.post(f"/leads/enrichment/{pk}/", values)
    assert wrong.status_code == 422
    assert "Say where the address belongs: {address}" in wrong.content.decode()
    mapped = {
        **values,
        "url": url,
        "path": ['["org","title"]'],
        "example": [""],
        "target_0": "name",
    }
    assert page.post(f"/leads/enrichment/{pk}/", mapped).status_code == 302
    tried = page.post(f"/leads/enrichment/{pk}/try/", {"asked": ADDRESS}).content.decode()
    assert "<dd>Quay Robotics</dd>" in tried
    assert page.post(f"/leads/enrichment/{pk}/try/", {"asked": "x"}).status_code == 422
    page.post(f"/leads/enrichment/{pk}/do/", {"deed": "on"})
    assert visiting.drawer().is_on
    assert "Switch visiting companies off" in page.get("/leads/enrichment/").content.decode()
