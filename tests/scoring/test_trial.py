"""Test on a lead: each line of the draft with what was met, what it gave, and what was taken of it."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from leads.models import Lead
from scoring import engine
from scoring.impact.question import asked_of
from scoring.impact.trial import Trial, Tried, trial
from scoring.live import read
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import drafts
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db


@pytest.fixture
def live() -> ModelVersion:
    shape = model(
        fit("title", 20),
        act("page", 10, cap=25),
        act("form", 5, "form", decay={"kind": "linear", "days": 10}),
        fit("phone", 7, "phone"),
        line=50,
    )
    return factories.publish_model(shape)


@pytest.fixture
def lead(live: ModelVersion) -> Lead:
    found = factories.make_lead(first_name="Tomas", last_name="Petrov", title="CTO")
    for n in range(7):
        factories.make_event(found, "page", path=f"/{n}", ago=timedelta(days=n))
    factories.make_event(found, "form", ago=timedelta(days=4))
    engine.rescore([found.pk], at=factories.now(), cause="activity")
    return found


@pytest.fixture
def marketing(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def tried(version: ModelVersion, lead: Lead) -> tuple[Trial, dict[str, Tried]]:
    found = trial(asked_of(version.model, read(version)), lead)
    assert found is not None
    return found, {one.criterion.key: one for _group, rows in found.groups for one in rows}


def test_a_line_says_what_was_met_and_what_was_taken(live: ModelVersion, lead: Lead) -> None:
    found, by_key = tried(live, lead)
    page, form, phone = by_key["page"], by_key["form"], by_key["phone"]
    assert (page.met, page.full, page.limit, page.points) == (True, 70.0, -45.0, 25.0)
    assert page.evidence and (page.evidence.times, len(page.evidence.deeds)) == (7, 5)
    assert (form.full, form.left, form.faded, form.points) == (5.0, 60, -2.0, 3.0)
    assert (phone.met, phone.points, phone.evidence) == (False, 0.0, None)
    assert (found.total, found.today and found.today.total, found.changes) == (48, 48, [])


def test_it_says_where_the_draft_differs_from_today(
    live: ModelVersion, lead: Lead, marketer: User
) -> None:
    draft = drafts.edit(live.model, drafts.points("title", 30), by=marketer, at=factories.now())
    found, _by_key = tried(draft, lead)
    assert (found.total, found.band.key, found.by) == (58, "mql", 10)
    assert found.today_band and found.today_band.key == "cold"
    assert found.changes == [("Title", 10.0)]


def test_of_lines_that_exclude_one_another_the_first_is_named(marketer: User) -> None:
    first = fit("big", 20, "company_name") | {"first_of": "size"}
    second = fit("any", 9) | {"first_of": "size"}
    version = factories.publish_model(model(first, second))
    _found, by_key = tried(version, factories.make_lead(title="CTO", company_name="Acme"))
    assert (by_key["any"].met, by_key["any"].points, by_key["any"].yields) == (True, 0.0, "Big")
    assert by_key["big"].yields == ""


def test_a_lead_of_another_model_is_tried_and_told_so(live: ModelVersion, lead: Lead) -> None:
    only = {"all": [{"field": "title", "op": "is", "value": "CEO"}]}
    live.model.order = 5
    live.model.save()
    other = ScoringModel.objects.create(
        name="Chiefs", order=0, segment=only, created_at=factories.now()
    )
    found = trial(asked_of(other, read(live)), lead)
    assert found and not found.takes and found.total == 48


def test_a_lead_is_found_by_name_and_tried(marketing: Client, lead: Lead) -> None:
    page = marketing.get(reverse("scoring:try"), {"q": "petrov"})
    assert [one.pk for one in page.context["leads"]] == [lead.pk]
    text = marketing.get(reverse("scoring:try"), {"lead": str(lead.public_id)}).content.decode()
    assert "7 matched events" in text and "60% left with time" in text
    assert "No lead fits" in marketing.get(reverse("scoring:try"), {"q": "nobody"}).content.decode()


@pytest.mark.parametrize("query", ["", "lead=x", "lead=&q=", "q=" + "x" * 500])
def test_a_query_that_means_nothing_shows_the_page(
    marketing: Client, live: ModelVersion, query: str
) -> None:
    assert marketing.get(f"{reverse('scoring:try')}?{query}").status_code == 200


def test_a_lead_nobody_knows_is_not_found(marketing: Client, live: ModelVersion) -> None:
    unknown = {"lead": "00000000-0000-0000-0000-000000000000"}
    assert marketing.get(reverse("scoring:try"), unknown).status_code == 404


def test_it_asks_the_database_no_more_for_more_lines_or_events(
    marketing: Client, live: ModelVersion, lead: Lead
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            marketing.get(reverse("scoring:try"), {"lead": str(lead.public_id)})
        return len(caught)

    queries()
    before = queries()
    for n in range(9):
        factories.make_event(lead, "page", path=f"/{n}")
    assert queries() == before
