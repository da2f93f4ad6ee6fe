"""Numbers of data health, and the lists behind them."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from leads import queries
from leads.hygiene import health, issues
from leads.models import DuplicatePair, Lead
from leads.privacy import erasing, suppression
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def plant() -> None:
    """A lead for each issue, out of two sources, and leads that are counted nowhere."""
    full: dict[str, Any] = {
        "first_name": "Ada", "company_name": "Acme", "title": "Chief", "country": "DE",
        "phone": "+49 30 1234567",
    }  # fmt: skip
    factories.make_lead(source="Fair", **full)
    factories.make_lead(source="Fair", **{**full, "phone": "call me"})
    factories.make_lead(source="Fair", **{**full, "email": "info@firm.example"})
    factories.make_lead(source="Web", **{**full, "email": "x@mailinator.com"})
    factories.make_lead(source="Web", **{**full, "email": None})
    factories.make_lead(source="Web")
    old = factories.make_lead(source="Web", **full)
    long_ago = factories.now() - timedelta(days=200)
    Lead.objects.filter(pk=old.pk).update(created_at=long_ago)
    one, two = factories.make_lead(source="Web", **full), factories.make_lead(source="Web", **full)
    DuplicatePair.objects.create(first=one, second=two, score=90, found_at=factories.now())
    gone = factories.make_lead(source="Web")
    erasing.erase([gone], cause="request", at=factories.now())
    merged = factories.make_lead(source="Web")
    Lead.objects.filter(pk=merged.pk).update(merged_into=one)


def test_every_issue_is_counted_among_living_leads(marketer: User) -> None:
    plant()
    suppression.add_list(
        str(Lead.objects.exclude(email=None).order_by("pk")[0].email),
        reason="complaint", at=factories.now(), by=marketer,
    )  # fmt: skip
    made = health.health(queries.listed(marketer), at=factories.now())
    counts = {
        str(n.label): n.count for _key, _label, numbers in made.groups for n in numbers if n.count
    }
    assert made.total == 9
    assert counts == {
        "No e-mail": 1, "No phone": 1, "No name": 1, "No company": 1, "No job title": 1,
        "No country": 1, "Phone that is none": 1, "Address of a role": 1, "Throw-away address": 1,
        "May be a duplicate": 2, "Nothing for 180 days": 1, "Said no": 1,
    }  # fmt: skip
    assert [(s.name, s.total) for s in made.sources] == [("Web", 6), ("Fair", 3)]


def test_every_number_opens_just_its_leads(web: Client) -> None:
    plant()
    page = web.get("/leads/health/").content.decode()
    links = re.findall(r'<a href="(/leads/\?issue=[^"]+)"[^>]*>([\d,]+)</a>', page)
    assert len(links) == 11
    by_source = re.findall(
        r'<a href="(/leads/\?[^"]*source=[^"]+)" aria-label="[^"]*: (\d+)"', page
    )
    assert len(by_source) >= 11
    for url, count in links + by_source:
        shown = web.get(unescape(url)).content.decode()
        assert shown.count('<tr id="lead-') == int(count), url


def test_health_is_one_pass_however_many_leads_and_sources(web: Client) -> None:
    def queries_of_page() -> int:
        with CaptureQueriesContext(connection) as found:
            assert web.get("/leads/health/").status_code == 200
        return len(found)

    factories.make_lead()
    before = queries_of_page()
    plant()
    assert queries_of_page() == before


def test_an_unknown_issue_is_said(web: Client) -> None:
    factories.make_lead()
    assert "alert" in web.get("/leads/?issue=gremlins").content.decode()
    assert set(dict(issues.CHOICES)) == set(issues.ISSUES)


def test_an_empty_installation_is_told_what_to_do(web: Client) -> None:
    assert "No leads yet" in web.get("/leads/health/").content.decode()
