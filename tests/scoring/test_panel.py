"""The score on a lead's page: it sums, it remembers, and what leads wrote stays text."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Team, User
from leads.models import Lead
from scoring import engine
from scoring.explaining import standing
from scoring.models import ModelVersion
from tests import factories
from tests.scoring.models import fit, model

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


def panel(client: Client, lead: Lead) -> str:
    answer = client.get(reverse("scoring:panel", args=[lead.public_id]), **HTMX)  # type: ignore[arg-type]
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def marketing(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


@pytest.fixture
def active(live_model: ModelVersion, move_clock: Callable[[timedelta], None]) -> Lead:
    lead = factories.make_lead(title="Director", email="a@gmail.com", phone="+49 30 1")
    for path in ("/pricing", "/pricing/plans", "/blog/a"):
        factories.make_event(lead, path=path, ago=timedelta(days=5))
    factories.make_event(lead, "demo_request", ago=timedelta(days=3))
    engine.rescore([lead.pk], at=factories.now(), cause="activity")
    return lead


def test_the_lines_as_written_sum_to_the_score_as_written(marketing: Client, active: Lead) -> None:
    text = panel(marketing, active)
    shown = re.findall(r"</svg><b>([+−]?[\d.]+)</b></li>", text)
    total = int(re.findall(r"Together</span><b>(\d+)</b>", text)[0])
    assert len(shown) > 5
    assert sum(round(10 * float(number.replace("−", "-"))) for number in shown) == 10 * total
    assert total == active.score.total


def test_limits_are_lines_of_their_own(marketing: Client) -> None:
    definition = model(fit("title", 30), fit("phone", 25, "phone"), line=50, total_cap=35)
    definition["caps"]["fit"] = 40
    factories.publish_model(definition)
    lead = factories.make_lead(title="CTO", phone="+49 30 1")
    found = standing.of(lead)
    assert found is not None
    assert [(reason.label, reason.points) for reason in found.reasons] == [
        ("Title", 30), ("Phone", 25), ("Limit of fit", -15), ("Limit of the total", -5),
    ]  # fmt: skip


def test_the_history_ends_at_this_moment(marketing: Client, active: Lead) -> None:
    factories.make_event(active, "case_study")
    engine.rescore([active.pk], at=factories.now(), cause="activity")
    found = standing.of(active)
    assert found is not None
    first, second = found.changes
    assert (second.total, second.by, second.cause) == (first.total + 10, 10, "activity")
    assert "step-chart" in panel(marketing, active)


def test_a_crossing_is_shown_with_what_carried_it(marketing: Client, active: Lead) -> None:
    text = panel(marketing, active)
    assert "Carried by" in text and "<strong>Asked for a demo</strong>" in text


def test_a_crossing_that_a_publication_held_back_says_so(marketing: Client) -> None:
    lead = factories.make_lead(title="CTO")
    version = factories.publish_model(model(fit("title", 60)))
    engine.rescore([lead.pk], at=factories.now(), cause="activity")
    text = panel(marketing, lead)
    assert "handoff held back" in text and str(version) in text


def test_without_a_model_the_panel_says_so(marketing: Client) -> None:
    assert "No score yet" in panel(marketing, factories.make_lead())


def test_a_rep_sees_the_score_of_own_leads_only(
    client: Client, sdr: User, outsider: User, team: Team, live_model: ModelVersion
) -> None:
    lead = factories.make_mql().lead
    url = reverse("scoring:panel", args=[lead.public_id])
    client.force_login(sdr)
    assert client.get(url).status_code == 200
    client.force_login(outsider)
    assert client.get(url).status_code == 404


def test_a_followed_link_is_a_whole_page(marketing: Client, active: Lead) -> None:
    page = marketing.get(reverse("scoring:panel", args=[active.public_id]))
    assert b"<html" in page.content and b"What makes" in page.content


def test_more_history_costs_no_more_queries(marketing: Client, active: Lead) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            panel(marketing, active)
        return len(caught)

    queries()
    before = queries()
    for title in ("CTO", "", "CTO", ""):
        Lead.objects.filter(pk=active.pk).update(title=title)
        engine.rescore([active.pk], at=factories.now(), cause="edit")
    assert queries() == before
