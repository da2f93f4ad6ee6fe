"""What was kept long enough is forgotten by itself, a piece at a time."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from leads.models import (
    Erasure,
    Event,
    Import,
    ImportLine,
    Lead,
    PrivacyDeed,
    QuarantinedItem,
    RetentionRule,
)  # fmt: skip
from leads.privacy import retention
from tests import factories

pytestmark = pytest.mark.django_db


def run(at: Any = None) -> int:
    pieces = 0
    while retention.advance(at or factories.now()):
        pieces += 1
        assert pieces < 50
    return pieces


def switch_on(what: str, days: int = 100) -> RetentionRule:
    return RetentionRule.objects.create(what=what, days=days, is_on=True)


def aged(days: int, **over: Any) -> Lead:
    lead = factories.make_lead()
    then = factories.now() - timedelta(days=days)
    Lead.objects.filter(pk=lead.pk).update(created_at=then, updated_at=then, **over)
    return lead


def test_quiet_leads_are_erased_and_those_at_work_stay(monkeypatch: Any) -> None:
    monkeypatch.setattr(retention, "PEOPLE", 2)
    gone = [aged(200) for _ in range(3)]
    stays = [
        aged(50), aged(200, stage="customer"),
        aged(200, last_activity_at=factories.now() - timedelta(days=9)),
    ]  # fmt: skip
    rule = switch_on("leads")
    assert retention.due(rule, at=factories.now()).count == 3
    run()
    erased = set(Lead.objects.exclude(erased_at=None).values_list("pk", flat=True))
    assert erased == {lead.pk for lead in gone}
    assert not erased & {lead.pk for lead in stays}
    assert set(Erasure.objects.values_list("cause", flat=True)) == {"retention"}
    rule.refresh_from_db()
    assert (rule.forgotten, rule.last_run is not None) == (3, True)
    assert run() == 0


def test_a_rule_that_is_off_forgets_nothing() -> None:
    aged(5_000)
    RetentionRule.objects.create(what="leads", days=100)
    assert run() == 0 and not Erasure.objects.exists()


def test_answers_lines_and_refused_messages_are_emptied(marketer: User) -> None:
    old, new = factories.now() - timedelta(days=200), factories.now()
    for at in (old, new):
        job = Import.objects.create(file_name="x", by=marketer, created_at=at, finished_at=at)
        ImportLine.objects.create(imported=job, row=1, line=2, cells=["Ada"])
        QuarantinedItem.objects.create(reason="no", payload="Ada", received_at=at)
    switch_on("answers")
    run()
    assert sorted(ImportLine.objects.values_list("cells", flat=True)) == [[], ["Ada"]]
    assert sorted(QuarantinedItem.objects.values_list("payload", flat=True)) == ["", "Ada"]
    assert PrivacyDeed.objects.filter(kind="forgot").count() == 2


def test_events_keep_what_counts_and_lose_their_details() -> None:
    lead = factories.make_lead()
    factories.make_event(lead, path="/pricing")
    old = factories.now() - timedelta(days=200)
    Event.objects.update(properties={"who": "Ada"}, received_at=old)
    switch_on("events")
    run()
    event = Event.objects.get()
    assert (event.properties, event.signature.path) == ({}, "/pricing")


def test_only_an_administrator_says_how_long_and_it_is_written_down(
    client: Client, administrator: User, marketer: User
) -> None:
    sent = {"leads-days": "400", "leads-is_on": "on", "answers-days": "180", "events-days": "730"}
    client.force_login(marketer)
    assert client.post("/leads/privacy/retention/", sent).status_code == 403
    client.force_login(administrator)
    wrong = client.post("/leads/privacy/retention/", {**sent, "leads-days": "3"})
    assert wrong.status_code == 422 and not RetentionRule.objects.exists()
    assert client.post("/leads/privacy/retention/", sent).status_code == 302
    rule = RetentionRule.objects.get()
    assert (rule.what, rule.days, rule.is_on, rule.by) == ("leads", 400, True, administrator)
    assert PrivacyDeed.objects.get().note == "Leads without activity: 400 days"
