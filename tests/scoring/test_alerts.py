"""A lead warms up: its owner is told once a day, whatever storm comes."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Team, User
from handoff import claims
from handoff.models import Notification
from leadhub import pipeline
from leads import editing, timeline
from leads.models import Lead
from scoring import runs
from scoring.models import Alert
from scoring.publishing import versions
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db
ALERTS = {"rise": 20, "pages": ["/pricing"]}


def owned(sdr: User, team: Team, **values: str) -> Lead:
    lead = factories.make_lead(**values)
    pipeline.drain()
    editing.assign([lead.pk], owner=sdr, team=team)
    return lead


def did(lead: Lead, kind: str = "page", path: str = "", ago: timedelta = timedelta(0)) -> None:
    factories.make_event(lead, kind, path=path, ago=ago)
    pipeline.engine.rescore([lead.pk], at=factories.now(), cause="activity")
    pipeline.drain()


def told(user: User) -> list[str]:
    notes = Notification.objects.filter(user=user, kind="warmed").order_by("id")
    return list(notes.values_list("text", flat=True))


def test_the_owner_hears_of_a_rise_within_a_day_once(
    sdr: User, team: Team, move_clock: Callable[[timedelta], None]
) -> None:
    factories.publish_model(model(act("page", 8), line=900, alerts=ALERTS))
    lead = owned(sdr, team, first_name="Ana", last_name="Lima")
    did(lead)
    did(lead)
    assert told(sdr) == []
    for _n in range(30):
        did(lead)
    assert told(sdr) == ["The score of Ana Lima rose by 24 points within a day."]
    assert Alert.objects.count() == 1
    # What was told yesterday is no news today.
    move_clock(timedelta(days=1))
    did(lead)
    assert len(told(sdr)) == 1
    did(lead)
    did(lead)
    assert len(told(sdr)) == 2


def test_the_owner_hears_that_a_page_was_viewed(sdr: User, team: Team) -> None:
    factories.publish_model(model(act("page", 1), line=900, alerts=ALERTS))
    lead = owned(sdr, team, first_name="Ana", last_name="Lima")
    did(lead, path="/about")
    did(lead, path="/Pricing/plans")
    did(lead, path="/pricing")
    assert told(sdr) == ["Ana Lima looked at /Pricing/plans."]
    lines = [line.told for line in timeline.timeline(lead, viewer_id=sdr.pk, show="work").lines]
    assert [(t.text, t.note) for t in lines if t.icon == "bell"] == [
        ("Looked at a page that matters", "/Pricing/plans")
    ]


def test_a_storm_in_one_batch_makes_one_note(sdr: User, team: Team) -> None:
    factories.publish_model(model(act("page", 8), line=900, alerts=ALERTS))
    leads = [owned(sdr, team) for _n in range(3)]
    for lead in leads:
        for _n in range(40):
            factories.make_event(lead, path="/pricing")
    for _n in range(3):
        pipeline.engine.rescore([lead.pk for lead in leads], at=factories.now(), cause="activity")
        pipeline.drain()
    assert len(told(sdr)) == Alert.objects.count() == 3


def test_rules_that_change_warm_nobody_up(sdr: User, team: Team) -> None:
    live = factories.publish_model(model(fit("title", 10), line=900, alerts=ALERTS))
    owned(sdr, team, title="CTO")
    draft = versions.save_draft(
        live.model, model(fit("title", 90), line=900, alerts=ALERTS), by=None, at=factories.now()
    )
    versions.publish(draft, reason="x", opens_handoffs=False, by=None, at=factories.now())
    while runs.advance(factories.now()):
        pass
    pipeline.drain()
    assert told(sdr) == [] and not Alert.objects.exists()


def test_of_a_lead_in_a_queue_the_manager_hears_and_of_nobodys_lead_nobody(
    sdr: User, manager: User, team: Team
) -> None:
    factories.publish_model(model(act("demo", 60, "demo_request"), act("page", 1), alerts=ALERTS))
    handoff = factories.make_mql()
    did(handoff.lead, path="/pricing")
    assert len(told(manager)) == 1 and told(sdr) == []
    alone = factories.make_lead()
    did(alone, path="/pricing")
    assert Notification.objects.filter(kind="warmed").count() == 1
    claims.take(handoff, by=sdr, at=factories.now())


def test_a_model_without_alerts_costs_nothing(sdr: User, team: Team) -> None:
    factories.publish_model(model(act("page", 60), line=900))
    did(owned(sdr, team), path="/pricing")
    assert told(sdr) == []
