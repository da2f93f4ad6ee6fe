"""Everything rescored: in chunks, once, whatever happens to the worker."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from leads.models import Crossing, LeadScore, ScoreHistory
from scoring import engine, runs
from scoring.live import live_models
from scoring.models import RescoreChunk, RescoreRun
from scoring.publishing import versions
from scoring.statement.scope import these
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "CHUNK", 2)


def totals() -> list[int]:
    return sorted(LeadScore.objects.values_list("total", flat=True))


def finish() -> int:
    pieces = 0
    while runs.advance(factories.now()):
        pieces += 1
    return pieces


def test_a_publication_reaches_every_lead_and_is_counted() -> None:
    for title in ("CTO", "", "CTO", "CEO", ""):
        factories.make_lead(title=title)
    factories.publish_model(model(fit("title", 20)))
    run = RescoreRun.objects.get()
    assert runs.progress(run) == runs.Progress(0, 3)
    assert finish() == 3
    run.refresh_from_db()
    assert run.finished_at is not None
    assert (runs.progress(run).percent, totals()) == (100, [0, 0, 20, 20, 20])


def test_a_chunk_whose_worker_died_is_done_by_the_next_after_its_lease(move_clock: Move) -> None:
    factories.make_lead(title="CTO")
    factories.publish_model(model(fit("title", 20)))
    assert runs._claim(factories.now()) is not None
    assert not runs.advance(factories.now())
    assert totals() == [0]
    move_clock(runs.LEASE + timedelta(seconds=1))
    assert runs.advance(factories.now())
    assert totals() == [20]
    assert RescoreRun.objects.get().finished_at is not None


def test_a_worker_that_dies_in_the_middle_leaves_nothing_half_done(
    move_clock: Move, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.make_lead(title="CTO")
    factories.publish_model(model(fit("title", 60)))
    with monkeypatch.context() as patch:
        patch.setattr(engine.promotion, "promote", lambda *a, **k: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            runs.advance(factories.now())
    assert (totals(), ScoreHistory.objects.count()) == ([0], 0)
    move_clock(runs.LEASE + timedelta(seconds=1))
    assert finish() == 1
    assert (totals(), LeadScore.objects.get().crossings) == ([60], 1)


def test_two_workers_on_one_chunk_after_a_lost_lease_write_once(move_clock: Move) -> None:
    factories.make_lead(title="CTO")
    factories.publish_model(model(fit("title", 60)))
    assert runs._claim(factories.now()) is not None
    move_clock(runs.LEASE + timedelta(seconds=1))
    finish()
    everybody = these(list(LeadScore.objects.values_list("pk", flat=True)))
    models = live_models()
    causes = {model.version.pk: ("publish", False) for model in models}
    engine.rescore_scope(models, everybody, at=factories.now(), causes=causes)
    assert (ScoreHistory.objects.count(), LeadScore.objects.get().crossings) == (1, 1)


def test_a_later_version_overtakes_a_run_that_is_under_way() -> None:
    for _ in range(4):
        factories.make_lead(title="CTO")
    first = factories.publish_model(model(fit("title", 20)))
    assert runs.advance(factories.now())
    draft = versions.save_draft(first.model, model(fit("title", 30)), by=None, at=factories.now())
    versions.publish(draft, reason="better", opens_handoffs=False, by=None, at=factories.now())
    finish()
    assert totals() == [30] * 4
    assert RescoreChunk.objects.filter(run__version=first, done_at=None).exists()
    assert not RescoreRun.objects.filter(finished_at=None).exists()


def test_who_comes_while_a_publication_is_under_way_crosses_on_their_own_terms() -> None:
    early = factories.make_lead(title="CTO")
    factories.publish_model(model(fit("title", 60)), opens_handoffs=False)
    late = factories.make_lead(title="CTO")
    finish()
    engine.rescore([late.pk], at=factories.now(), cause="activity")
    opens = dict(Crossing.objects.values_list("lead_id", "opens_handoff"))
    assert opens == {early.pk: False, late.pk: True}


def test_a_run_without_leads_is_done_at_once() -> None:
    factories.publish_model()
    run = RescoreRun.objects.get()
    assert run.finished_at is not None
    assert runs.progress(run).percent == 100


def test_the_turn_of_the_day_rescores_once_a_day(move_clock: Move) -> None:
    decay = {"kind": "half_life", "days": 1}
    lead = factories.make_lead()
    factories.make_event(lead, "demo_request")
    factories.publish_model(model(act("demo", 40, "demo_request", decay=decay), line=100))
    finish()
    assert totals() == [40]
    move_clock(timedelta(days=1))
    assert runs.start_of_day(factories.now()) is not None
    assert runs.start_of_day(factories.now()) is None
    finish()
    assert totals() == [20]
    assert ScoreHistory.objects.filter(cause="decay").count() == 0


def test_the_turn_of_the_day_waits_for_a_publication_that_is_under_way(move_clock: Move) -> None:
    factories.make_lead(title="CTO")
    factories.publish_model(model(fit("title", 60)), opens_handoffs=False)
    move_clock(timedelta(days=1))
    assert runs.start_of_day(factories.now()) is None
    finish()
    assert not Crossing.objects.get().opens_handoff
    assert runs.start_of_day(factories.now()) is not None


def test_a_run_whose_worker_died_after_the_last_chunk_is_closed_by_the_next() -> None:
    factories.make_lead()
    factories.publish_model()
    RescoreChunk.objects.update(done_at=factories.now())
    assert not runs.advance(factories.now())
    assert RescoreRun.objects.get().finished_at is not None


def test_decay_is_kept_in_the_history_where_the_band_changes(move_clock: Move) -> None:
    decay = {"kind": "half_life", "days": 1}
    lead = factories.make_lead()
    factories.make_event(lead, "demo_request")
    factories.publish_model(model(act("demo", 60, "demo_request", decay=decay), line=50))
    finish()
    move_clock(timedelta(days=1))
    runs.start_of_day(factories.now())
    finish()
    assert list(ScoreHistory.objects.order_by("id").values_list("total", "band", "cause")) == [
        (60, "mql", "publish"), (30, "cold", "decay"),
    ]  # fmt: skip
