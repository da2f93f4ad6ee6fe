"""Crossing the MQL line: once, on the right terms, with what carried it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections

from accounts.models import Team
from handoff.models import Handoff
from leadhub import pipeline
from leads import lifecycle
from leads.models import Crossing, JournalEntry, Lead, LeadScore
from leads.stages import Stage
from scoring import engine, runs
from scoring.publishing import versions
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db


def rescored(lead: Lead, cause: str = "activity") -> LeadScore:
    engine.rescore([lead.pk], at=factories.now(), cause=cause)
    return LeadScore.objects.get(lead=lead)


def finish_runs() -> None:
    while runs.advance(factories.now()):
        pass


@pytest.mark.django_db(transaction=True)
def test_twenty_rescores_at_once_make_one_crossing() -> None:
    factories.publish_model(model(act("demo", 60, "demo_request")))
    leads = [factories.make_lead() for _ in range(3)]
    for lead in leads:
        factories.make_event(lead, "demo_request")
    ids = [lead.pk for lead in leads]

    def work(turn: int) -> None:
        try:
            engine.rescore(ids if turn % 2 else ids[::-1], at=factories.now(), cause="activity")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(work, range(20)))
    assert sorted(Crossing.objects.values_list("lead_id", flat=True)) == sorted(ids)
    assert JournalEntry.objects.filter(kind="lead.crossed").count() == 3
    assert set(LeadScore.objects.values_list("crossings", "armed", "stage")) == {(1, False, "mql")}


def test_a_score_that_swings_around_the_line_crosses_once_while_sales_has_the_lead() -> None:
    factories.publish_model(model(fit("title", 60)))
    lead = factories.make_lead(title="CTO")
    for title in ("CTO", "", "CTO", "", "CTO"):
        Lead.objects.filter(pk=lead.pk).update(title=title)
        rescored(lead, "edit")
    assert list(Crossing.objects.values_list("number", "total")) == [(1, 60)]


def test_a_lead_given_back_crosses_again_only_after_it_was_below_the_line() -> None:
    factories.publish_model(model(fit("title", 60)))
    lead = factories.make_lead(title="CTO")
    rescored(lead)
    lifecycle.move([lead.pk], Stage.RECYCLED, at=factories.now())
    assert rescored(lead).crossings == 1
    Lead.objects.filter(pk=lead.pk).update(title="")
    assert rescored(lead).armed
    Lead.objects.filter(pk=lead.pk).update(title="CTO")
    assert rescored(lead).crossings == 2


@pytest.mark.parametrize("stage", [Stage.CUSTOMER, Stage.DISQUALIFIED])
def test_where_nobody_is_called_the_score_moves_without_a_crossing(stage: str) -> None:
    factories.publish_model(model(fit("title", 60)))
    lead = factories.make_lead(title="")
    lifecycle.move([lead.pk], stage, at=factories.now())
    Lead.objects.filter(pk=lead.pk).update(title="CTO")
    score = rescored(lead)
    assert (score.total, score.crossings, score.stage) == (60, 0, stage)


@pytest.mark.parametrize(("opens", "handed"), [(False, 0), (True, 1)])
def test_a_publication_opens_handoffs_only_where_the_publisher_said_so(
    team: Team, opens: bool, handed: int
) -> None:
    lead = factories.make_lead(title="CTO")
    factories.publish_model(model(fit("title", 60)), opens_handoffs=opens)
    finish_runs()
    pipeline.drain()
    crossing = Crossing.objects.get(lead=lead)
    assert (crossing.cause, crossing.opens_handoff, Handoff.objects.count()) == (
        "publish",
        opens,
        handed,
    )


def test_an_event_that_comes_before_the_run_crosses_on_the_terms_of_the_publication(
    team: Team,
) -> None:
    first = factories.publish_model(model(fit("title", 10), act("page", 1)))
    lead = factories.make_lead(title="CTO")
    pipeline.drain()
    finish_runs()
    draft = versions.save_draft(
        first.model, model(fit("title", 60), act("page", 1)), by=None, at=factories.now()
    )
    versions.publish(draft, reason="more", opens_handoffs=False, by=None, at=factories.now())
    factories.make_event(lead, "page")
    engine.rescore([lead.pk], at=factories.now(), cause="activity")
    finish_runs()
    pipeline.drain()
    crossing = Crossing.objects.get()
    assert (crossing.cause, crossing.total, crossing.opens_handoff) == ("publish", 61, False)
    assert Handoff.objects.count() == 0


def test_the_first_publication_holds_back_leads_that_were_there_before_it(team: Team) -> None:
    lead = factories.make_lead(title="CTO")
    pipeline.drain()
    factories.publish_model(model(fit("title", 60)), opens_handoffs=False)
    engine.rescore([lead.pk], at=factories.now(), cause="activity")
    pipeline.drain()
    assert (Crossing.objects.get().cause, Handoff.objects.count()) == ("publish", 0)


def test_a_new_lead_after_a_publication_that_holds_back_is_handed_over_all_the_same(
    team: Team,
) -> None:
    factories.publish_model(model(fit("title", 60)), opens_handoffs=False)
    finish_runs()
    factories.make_lead(title="CTO")
    pipeline.drain()
    assert Handoff.objects.count() == 1


def test_a_lead_that_comes_while_the_run_is_under_way_is_handed_over(team: Team) -> None:
    factories.publish_model(model(fit("title", 60)), opens_handoffs=False)
    factories.make_lead(title="CTO")
    pipeline.drain()
    finish_runs()
    pipeline.drain()
    assert Handoff.objects.count() == 1
    assert Crossing.objects.get().opens_handoff


def test_a_crossing_keeps_what_made_it_and_what_carried_it(
    move_clock: Callable[[timedelta], None],
) -> None:
    definition = model(
        fit("title", 30), act("demo", 25, "demo_request"), act("visit", 5, cap=10), line=50
    )
    definition["caps"]["engagement"] = 30
    factories.publish_model(definition)
    lead = factories.make_lead(title="CTO")
    factories.make_event(lead, "demo_request")
    factories.make_event(lead, "page")
    factories.make_event(lead, "page")
    rescored(lead)
    crossing = Crossing.objects.get()
    assert {row["key"]: row["micro"] for row in crossing.contributions} == {
        "title": 30_000_000, "demo": 25_000_000, "visit": 10_000_000,
    }  # fmt: skip
    assert (crossing.total, crossing.carried_by) == (60, ["title", "demo"])
    move_clock(timedelta(days=400))
    crossing.refresh_from_db()
    assert crossing.total == 60


def test_nothing_carried_a_crossing_where_each_could_be_missing() -> None:
    factories.publish_model(model(fit("title", 50), act("demo", 50, "demo_request"), line=50))
    lead = factories.make_lead(title="CTO")
    factories.make_event(lead, "demo_request")
    rescored(lead)
    assert Crossing.objects.get().carried_by == []


def test_a_lead_that_may_stay_where_it_stands_is_carried_by_what_keeps_it_there() -> None:
    """It is armed again in a band that it would no longer enter, and needs 40 points to stay."""
    definition = model(
        fit("title", 30), act("visit", 5, cap=15), act("demo", 2, "demo_request"), line=50
    )
    definition["bands"][-1]["leave"] = 40
    factories.publish_model(definition)
    lead = factories.make_lead(title="CTO")
    factories.make_event(lead, "demo_request")
    for _time in range(3):
        factories.make_event(lead, "page")
    assert rescored(lead).total == 47
    LeadScore.objects.filter(lead=lead).update(band=definition["bands"][-1]["key"])
    rescored(lead)
    assert Crossing.objects.get().carried_by == ["title", "visit"]


def test_a_lead_is_never_without_a_row_to_lock(live_model: object) -> None:
    factories.make_lead()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM leads_lead l LEFT JOIN leads_leadscore s ON s.lead_id = l.id WHERE s.lead_id IS NULL"
        )
        assert cursor.fetchone() == (0,)
