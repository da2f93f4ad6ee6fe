"""The lead list: who sees what, filters in the URL, pages by key."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Team, User
from leads import editing, paging, queries
from leads.models import AttributeField, Lead, LeadScore
from tests import factories

pytestmark = pytest.mark.django_db
URL = "/leads/"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def names(web: Client, query: str = "", **headers: str) -> list[str]:
    page = web.get(URL + query, headers=headers).content.decode()
    return re.findall(r'class="person__name" href="[^"]+">([^<]*)<', page)


def scored(total: int, band: str = "", **values: Any) -> Lead:
    lead = factories.make_lead(**values)
    LeadScore.objects.filter(lead=lead).update(total=total, band=band)
    return lead


def test_the_highest_score_comes_first(web: Client) -> None:
    for total, name in ((5, "Low"), (80, "High"), (40, "Middle")):
        scored(total, first_name=name)
    assert names(web) == ["High", "Middle", "Low"]


@pytest.mark.parametrize("sort", list(queries.ORDERS))
def test_pages_cover_everything_once_whatever_is_equal(
    web: Client, marketer: User, sort: str
) -> None:
    for number in range(23):
        scored(number % 3, first_name=f"Name {number % 4}" if number % 5 else "")
    Lead.objects.filter(pk__in=Lead.objects.values("pk")[:9]).update(
        last_activity_at=factories.now()
    )
    order, leads = queries.ORDERS[sort], queries.listed(marketer)
    whole = [lead.pk for lead in paging.sorted_by(leads, order)]
    seen, after, pages = [], "", []
    while True:
        page = paging.page(leads, order, after=after, size=4)
        pages.append(page)
        seen += [lead.pk for lead in page.leads]
        after = page.after
        if not after:
            break
    assert seen == whole
    back = paging.page(leads, order, before=pages[-1].before, size=4)
    assert [lead.pk for lead in back.leads] == [lead.pk for lead in pages[-2].leads]
    first = paging.page(leads, order, before=pages[1].before, size=4)
    assert (first.before, [lead.pk for lead in first.leads]) == ("", whole[:4])


def test_a_row_that_goes_away_makes_no_other_row_get_lost(marketer: User) -> None:
    leads = [scored(total) for total in (9, 8, 7, 6)]
    page = paging.page(queries.listed(marketer), queries.ORDERS["score"], size=2)
    LeadScore.objects.filter(lead=leads[0]).update(total=1)
    rest = paging.page(queries.listed(marketer), queries.ORDERS["score"], after=page.after, size=5)
    assert [lead.pk for lead in rest.leads] == [leads[2].pk, leads[3].pk, leads[0].pk]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    cursor=st.one_of(
        st.text(max_size=40), st.sampled_from(["W10", "WzEsIjIiXQ", "e30", "WzFlOTksIDFd"])
    )
)
@pytest.mark.parametrize("sort", list(queries.ORDERS))
def test_a_cursor_that_means_nothing_leads_to_the_first_page(
    marketer: User, sort: str, cursor: str
) -> None:
    if not Lead.objects.exists():
        scored(1)
    assert len(paging.page(queries.listed(marketer), queries.ORDERS[sort], after=cursor).leads) == 1


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=maya", ["Maya Alvarez"]),
        ("?q=ALVAREZ+northw", ["Maya Alvarez"]),
        ("?q=maya@north", ["Maya Alvarez"]),
        ("?q=ext-77", ["ext-77"]),
        ("?q=100%25", ["Percy 100%"]),
        ("?q=a_b", []),
        ("?score_from=50", ["Maya Alvarez"]),
        ("?score_to=10&source=Fair", ["ext-77"]),
        ("?stage=customer", ["Percy 100%"]),
        ("?band=mql", ["Maya Alvarez"]),
        ("?owner=me", ["Percy 100%"]),
    ],
)
def test_filters_find(
    web: Client, marketer: User, live_model: object, query: str, found: list[str]
) -> None:
    scored(60, "mql", email="maya@northwind.example", first_name="Maya", last_name="Alvarez",
           company_name="Northwind")  # fmt: skip
    scored(5, email=None, external=("crm", "ext-77"), source="Fair")
    percy = scored(20, email="percy@x.example", first_name="Percy 100%", last_name="")
    Lead.objects.filter(pk=percy.pk).update(stage="customer")
    LeadScore.objects.filter(lead=percy).update(stage="customer")
    editing.assign([percy.pk], owner=marketer, team=None)
    assert names(web, query) == found


def test_activity_is_counted_from_a_day(web: Client) -> None:
    old, new = scored(1, first_name="Old"), scored(1, first_name="New")
    factories.make_event(old, ago=timedelta(days=9))
    factories.make_event(new, ago=timedelta(days=1))
    since = (factories.now() - timedelta(days=3)).date()
    assert names(web, f"?active_since={since}") == ["New"]
    assert names(web, "?sort=activity") == ["New", "Old"]


@pytest.mark.parametrize("query", ["?stage=nonsense", "?score_from=x", "?active_since=31.2.2026"])
def test_a_filter_that_cannot_be_meant_is_named(web: Client, query: str) -> None:
    scored(1)
    answer = web.get(URL + query)
    assert answer.status_code == 200
    assert 'role="alert"' in answer.content.decode()
    assert names(web, query) == []


def test_empty_lists_say_what_to_do(web: Client) -> None:
    assert "No leads yet" in web.get(URL).content.decode()
    scored(1)
    assert "No lead fits" in web.get(f"{URL}?q=nobody").content.decode()


def test_htmx_gets_the_results_and_a_clean_address(web: Client) -> None:
    scored(1, first_name="Maya")
    answer = web.get(f"{URL}?q=maya&stage=&sort=score", headers={"HX-Request": "true"})
    assert answer["HX-Push-Url"] == "/leads/?q=maya"
    assert "HX-Request" in answer["Vary"]
    assert "<html" not in answer.content.decode()
    back = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<html" in web.get(URL, headers=back).content.decode()


def test_the_number_of_queries_does_not_grow_with_the_rows(web: Client, marketer: User) -> None:
    def queries_of_a_page() -> int:
        with CaptureQueriesContext(connection) as caught:
            web.get(URL)
        return len(caught)

    editing.assign([scored(1).pk], owner=marketer, team=None)
    few = queries_of_a_page()
    editing.assign([scored(n).pk for n in range(20)], owner=factories.make_user(), team=None)
    assert queries_of_a_page() == few


def test_people_see_only_the_leads_they_may(
    client: Client, sdr: User, outsider: User, team: Team
) -> None:
    lead = scored(1, first_name="Ours")
    scored(1, first_name="Nobody's")
    editing.assign([lead.pk], owner=sdr, team=team)
    client.force_login(sdr)
    assert names(client) == ["Ours"]
    client.force_login(outsider)
    assert names(client) == []
    assert client.get("/leads/export/").status_code == 403


def test_hostile_text_is_inert(web: Client) -> None:
    scored(1, first_name=HOSTILE, company_name="{{ 7|add:1 }}", source="\"><b hx-get='/x'>")
    page = web.get(f"{URL}?q=%3Cimg").content.decode()
    assert "<img src=x" not in page and "&lt;img src=x" in page
    assert "<b hx-get" not in page


def test_a_search_uses_the_index(web: Client, marketer: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = queries.search(Lead.objects.all(), "Northwind").order_by().explain()
    assert "lead_searched" in plan


def test_the_export_holds_the_filtered_leads_and_no_formula(web: Client) -> None:
    scored(70, first_name="=cmd()", last_name="Alvarez", phone="+49 30 901820")
    scored(1, first_name="Somebody", last_name="Else")
    answer = web.get("/leads/export/?score_from=50")
    text = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    lines = text.strip().splitlines()
    assert len(lines) == 2
    assert "'=cmd()" in lines[1] and ",70," in lines[1]
    assert lines[0].startswith("\ufeffId,External id,E-mail,First name")
    assert answer["Content-Disposition"].startswith('attachment; filename="leads-')


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?custom.plan=premi", ["Ada"]),
        ("?custom.seats=12", ["Ada"]),
        ("?custom.seats=1", []),
        ("?custom.since=2026-03-01", ["Ada"]),
        ("?custom.trial=false", ["Bo"]),
        ("?custom.size=Small&custom.trial=true", ["Ada"]),
        ("?custom.seats=many", []),
        ("?custom.size=Huge", []),
    ],
)
def test_custom_fields_are_filters(web: Client, query: str, found: list[str]) -> None:
    kinds = {"plan": "text", "seats": "number", "since": "date", "trial": "boolean"}
    for key, kind in kinds.items():
        AttributeField.objects.create(key=key, label=key, type=kind)
    AttributeField.objects.create(
        key="size", label="Size", type="choice", choices=["Small", "Large"]
    )
    ada = {"plan": "Premium", "seats": 12, "since": "2026-03-01", "trial": True, "size": "Small"}
    scored(9, first_name="Ada", **{f"custom.{key}": value for key, value in ada.items()})
    scored(5, first_name="Bo", **{"custom.seats": 120, "custom.trial": False})
    assert names(web, query) == found
    answer = web.get(f"{URL}{query}").content.decode()
    assert ('role="alert"' in answer) == query.endswith(("=many", "=Huge"))


def test_what_takes_too_long_is_refused_with_a_word_on_what_to_narrow(
    web: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    AttributeField.objects.create(key="plan", label="Plan", type="text")
    scored(9, first_name="Ada")
    monkeypatch.setattr(queries, "PATIENCE_S", 0.05)

    def slow(leads: Any) -> tuple[int, bool]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")
        return 1, False

    monkeypatch.setattr(queries, "count", slow)
    for url in (f"{URL}?custom.plan=x", f"{URL}?custom.plan=x&sort=name"):
        answer = web.get(url)
        assert answer.status_code == 422
        assert "look through each for this (Plan). Narrow it first" in answer.content.decode()
    answer = web.get("/leads/export/?custom.plan=x", follow=True)
    assert "look through each for this (Plan)" in answer.content.decode()
    # The next statement has all the time again.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.1)")
