"""The pages of deals: the list and its filters, one deal, opening, and looking back."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from accounts.models import Team, User
from leads.models import Lead
from qualification.closing import deals
from qualification.models import DealReview, DealSign, DealStage, Opportunity
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.closing.facts import accepted, closers, opened, reason
from tests.qualification.facts import answer_all, claimed

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def web(client: Client, live_model: ModelVersion, sdr: User) -> Client:
    client.force_login(sdr)
    return client


def test_an_accepted_lead_waits_in_the_list_and_is_opened_from_its_page(
    web: Client, sdr: User
) -> None:
    lead = accepted(sdr, company_name="Firm <b>A</b>")
    page = web.get("/qualification/deals/?state=waiting").content.decode()
    assert f"/leads/{lead.public_id}/" in page and "Firm &lt;b&gt;A" in page
    panel = web.get(f"/qualification/lead/{lead.public_id}/deal").content.decode()
    assert "Open an opportunity" in panel and "Send back" in panel
    url = f"/qualification/lead/{lead.public_id}/opportunity"
    sheet = web.get(url, headers=HTMX).content.decode()
    assert 'value="Firm &lt;b&gt;A&lt;/b&gt;"' in sheet
    told = {"name": "Robots", "amount": "1200.50", "currency": "usd", "owner": sdr.pk}
    answer = web.post(url, told, headers=HTMX)
    deal = Opportunity.objects.get()
    assert answer["HX-Redirect"] == f"/qualification/deals/{deal.public_id}/"
    assert (deal.name, deal.amount, deal.currency) == ("Robots", Decimal("1200.50"), "USD")
    # Sent again it leads to the one that is there.
    assert web.post(url, told)["Location"] == f"/qualification/deals/{deal.public_id}/"
    assert Opportunity.objects.count() == 1


def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_lost(
    web: Client, sdr: User, marketer: User
) -> None:
    url = f"/qualification/lead/{accepted(sdr).public_id}/opportunity"
    told = {"name": "Robots", "amount": "-3", "currency": "euros", "owner": marketer.pk}
    answer = web.post(url, told, headers=HTMX)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Three letters" not in page and "Robots" in page
    assert page.count("field__error") >= 2 or page.count("errorlist") >= 2
    assert not Opportunity.objects.exists()


def test_the_numbers_of_the_list_are_those_of_its_rows(web: Client, sdr: User) -> None:
    opened(sdr, amount=Decimal(1000), currency="EUR")
    opened(sdr, amount=None, currency="EUR")
    third = opened(sdr, amount=Decimal(500), currency="USD")
    deals.change(
        third, {"stage": DealStage.objects.get(name="Proposal")}, by=sdr, at=factories.now()
    )
    page = web.get("/qualification/deals/").content.decode()
    assert page.count("<tr data-row") == 3
    assert "1,000 EUR" in page and "500 USD" in page and "1 without an amount" in page
    board = web.get("/qualification/deals/?view=board").content.decode()
    assert board.count('class="board__card"') == 3
    stage = DealStage.objects.get(name="Proposal").pk
    assert f"?state=open&amp;stage={stage}" in board
    one = web.get(f"/qualification/deals/?state=open&stage={stage}").content.decode()
    assert one.count("<tr data-row") == 1
    deals.end(third, "lost", reason=reason("lost_price"), by=sdr, at=factories.now())
    lost = web.get("/qualification/deals/?state=lost&reason=lost_price").content.decode()
    assert lost.count("<tr data-row") == 1 and "Too expensive" in lost
    for odd in (
        "?stage=x&after=zzz&sort=1&state=none",
        "?after=bm8&sort=soon",
        "?stage=99999999999",
    ):
        assert web.get(f"/qualification/deals/{odd}").status_code == 200


def test_pages_of_the_list_are_told_apart_by_key(
    web: Client, sdr: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        deal = opened(sdr)
        day = factories.now().date() + timedelta(days=n) if n else None
        deals.change(deal, {"expected_on": day, "name": f"Deal {n}"}, by=sdr, at=factories.now())
    monkeypatch.setattr("leads.paging.page.__kwdefaults__", {"after": "", "before": "", "size": 2})
    for sort, order in (("new", [2, 1, 0]), ("soon", [1, 2, 0])):
        first = web.get(f"/qualification/deals/?sort={sort}")
        rest = web.get(f"/qualification/deals/{first.context['next_url']}")
        names = [deal.name for page in (first, rest) for deal in page.context["deals"]]
        assert names == [f"Deal {n}" for n in order]


@pytest.mark.parametrize("query", ["", "?view=board", "?state=waiting"])
def test_more_deals_are_no_more_queries(
    web: Client, sdr: User, query: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def ask() -> int:
        with django_assert_max_num_queries(60) as asked:
            assert web.get(f"/qualification/deals/{query}").status_code == 200
        return len(asked)

    opened(sdr)
    accepted(sdr)
    few = ask()
    for _n in range(3):
        opened(sdr)
        accepted(sdr)
    assert ask() == few


def test_a_deal_is_worked_on_its_page(web: Client, sdr: User) -> None:
    deal = opened(sdr)
    url = f"/qualification/deals/{deal.public_id}/"
    assert "12,000 EUR" in web.get(url).content.decode()
    proposal = DealStage.objects.get(name="Proposal")
    web.post(url + "stage", {"stage": proposal.pk})
    assert Opportunity.objects.get().stage == proposal
    assert web.post(url + "stage", {"stage": "x"}).status_code == 422
    told = {"name": "New <i>name</i>", "currency": "EUR", "owner": sdr.pk, "deal": "D-1"}
    assert web.post(url, told).status_code == 302
    assert web.post(url, told | {"currency": "EURO"}).status_code == 422
    refused = web.post(url + "lost", {"note": "They bought <b>elsewhere</b>."})
    page = refused.content.decode()
    assert refused.status_code == 422 and "Choose why it was lost" in page
    assert "They bought &lt;b&gt;elsewhere" in page
    web.post(url + "lost", {"reason": reason("lost_price").pk, "note": "Price."})
    assert Opportunity.objects.get().state == "lost"
    page = web.get(url).content.decode()
    assert "looking back" in page and "New &lt;i&gt;name" in page and "Too expensive" in page
    assert web.post(url + "won", {"reason": ""}).status_code == 409
    assert web.post(url, told).status_code == 409
    assert web.post(url + "reopen").status_code == 302
    assert Lead.objects.get().stage == "opportunity"
    assert web.post(url + "review", {}).status_code == 409
    assert web.post(url + "sideways", {}).status_code == 404


def test_a_review_names_signals_and_marketing_reads_how_often(
    web: Client, sdr: User, marketer: User
) -> None:
    deal = opened(sdr)
    deals.end(deal, "won", reason=reason("price"), by=sdr, at=factories.now())
    url = f"/qualification/deals/{deal.public_id}/"
    signs = web.get(url).context["signs"]
    criterion, element = signs[0], signs[-1]
    assert (criterion.source, element.source) == ("criterion", "element")
    told = {
        "spoke": [criterion.value, "criterion:made up"],
        "earlier": [element.value],
        "note": "!",
    }
    assert web.post(url + "review", told).status_code == 302
    assert web.post(url + "review", told).status_code == 302
    assert (DealReview.objects.count(), DealSign.objects.count()) == (1, 2)
    web.force_login(marketer)
    page = web.get("/qualification/deals/lessons/").content.decode()
    behind = f"?source=criterion&amp;key={criterion.key}&amp;kind=spoke&amp;state=won#behind"
    assert behind in page
    rows = web.get(f"/qualification/deals/lessons/{behind.replace('&amp;', '&')}").context["rows"]
    assert [row.opportunity for row in rows] == [deal]
    assert web.get("/qualification/deals/lessons/?kind=spoke&key=nothing").status_code == 200


def test_who_closes_too_accepts_and_opens_in_one_sheet(web: Client, sdr: User, team: Team) -> None:
    sdr.teams.add(closers(team))
    handoff = claimed(sdr)
    answer_all(handoff, by=sdr)
    url = f"/qualification/{handoff.public_id}/accept"
    assert "Accept and open the opportunity" in web.get(url).content.decode()
    told = {"open": "1", "name": "Robots", "amount": "x", "currency": "EUR", "owner": sdr.pk}
    assert web.post(url, told).status_code == 422
    assert not Opportunity.objects.exists() and Lead.objects.get().stage == "working"
    assert web.post(url, told | {"amount": "10"}).status_code == 302
    assert Lead.objects.get().stage == "opportunity"
    other = claimed(sdr)
    answer_all(other, by=sdr)
    answer = web.post(f"/qualification/{other.public_id}/accept")
    assert answer["Location"] == f"/qualification/lead/{other.lead.public_id}/opportunity"


def test_stages_and_reasons_are_lists_that_are_edited(
    client: Client, manager: User, live_model: ModelVersion
) -> None:
    client.force_login(manager)
    url, stages = "/qualification/deals/settings/", list(DealStage.objects.all())
    assert client.get(url).status_code == 200
    told = {"list": "stages", "order": [s.pk for s in reversed(stages)], "new": "Signed"}
    told |= {f"name-{s.pk}": s.name for s in stages} | {f"used-{s.pk}": "on" for s in stages[1:]}
    assert client.post(url, told).status_code == 302
    names = DealStage.objects.filter(is_active=True).values_list("name", flat=True)
    assert list(names) == ["Negotiation", "Proposal", "Evaluation", "Signed"]
    for wrong in (
        told,
        {"list": "stages"},
        {"list": "x"},
        {"list": "lost", "new": "Too expensive"},
    ):
        assert client.post(url, wrong).status_code == 422


def test_a_lead_that_is_no_deal_is_sent_back(web: Client, sdr: User) -> None:
    lead = accepted(sdr)
    url = f"/qualification/lead/{lead.public_id}/send-back"
    assert web.get(url, headers=HTMX).status_code == 200
    assert web.post(url, {"note": "", "until": "2001-01-01"}).status_code == 422
    day = factories.now().date() + timedelta(days=9)
    assert web.post(url, {"note": "Next year.", "until": str(day)}).status_code == 302
    assert Lead.objects.get().stage == "recycled"
    assert web.get(url).status_code == 404
