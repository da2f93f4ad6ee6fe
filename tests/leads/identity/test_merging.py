"""Two leads become one and two again: nothing is lost, nothing is double, and taken back all is as it was."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from accounts import clock
from accounts.models import Team
from handoff import claims
from handoff.models import Handoff, SlaAlarm, SlaTimer
from leadhub import invariants, pipeline
from leads import journal
from leads.capturing import capture
from leads.identity import merging, movers, pairs
from leads.models import ContactKey, Crossing, Event, Lead, LeadScore, Merge
from leads.stages import Stage
from qualification.models import Scorecard
from scoring.explaining import replay
from tests import factories

pytestmark = pytest.mark.django_db

# What a merge and its undoing add, and what they keep for the record.
KEPT = {"leads_journalentry", "leads_merge", "leads_eventrelabel", "leads_leadchange", "leads_formercompany",
        "leads_duplicatepair", "leads_matchasked", "leads_scorehistory"}  # fmt: skip


def whole(lead_ids: list[int]) -> dict[str, Any]:
    """Every row that points at these leads, and the leads themselves, of all tables."""
    seen: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for relation in Lead._meta.get_fields(include_hidden=True):
            # A table between two others points at leads itself.
            if not relation.auto_created or relation.concrete or relation.many_to_many:
                continue
            table, column = relation.related_model._meta.db_table, relation.field.column
            if table not in KEPT and column != "merged_into_id":
                cursor.execute(
                    f"SELECT to_jsonb(t) - 'computed_at' FROM {table} t WHERE {column} = ANY(%s) ORDER BY 1",
                    [lead_ids],
                )
                seen[table] = cursor.fetchall()
        cursor.execute(
            "SELECT to_jsonb(t) - 'updated_at' FROM leads_lead t WHERE id = ANY(%s) ORDER BY id",
            [lead_ids],
        )
        seen["leads_lead"] = cursor.fetchall()
        cursor.execute("SELECT to_jsonb(t) FROM handoff_slatimer t ORDER BY id")
        seen["timers"] = cursor.fetchall()
        cursor.execute("SELECT to_jsonb(t) FROM handoff_slaalarm t ORDER BY id")
        seen["alarms"] = cursor.fetchall()
    return seen


def merge(survivor: Lead, loser: Lead, **more: Any) -> Merge:
    return merging.merge(survivor, loser, by=None, at=clock.now(), **more)


def undo(made: Merge) -> None:
    merging.undo(made, by=None, at=clock.now())


def two_mqls() -> tuple[Handoff, Handoff]:
    return (
        factories.make_mql(email="maya@firm.example", first_name="Maya"),
        factories.make_mql(email="m.petrova@other.example", last_name="Petrova", phone="+49 30 1"),
    )


def test_the_survivor_has_what_both_had(live_model: object) -> None:
    kept = factories.make_lead(email="maya@firm.example", first_name="Maya")
    gone = factories.make_lead(email="m@other.example", first_name="M.", last_name="Petrova")
    factories.make_event(kept, "page", path="/a")
    factories.make_event(gone, "demo_request")
    merge(kept, gone)
    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.first_name, kept.last_name, kept.email) == ("Maya", "Petrova", "maya@firm.example")
    assert (gone.merged_into, gone.email) == (kept, None)
    assert set(Event.objects.values_list("lead", flat=True)) == {kept.pk}
    assert set(ContactKey.objects.values_list("lead", flat=True)) == {kept.pk}


def test_chosen_values_come_from_the_other_lead(live_model: object) -> None:
    kept = factories.make_lead(email="old@firm.example", title="Assistant", company_name="Firm")
    gone = factories.make_lead(email="new@firm.example", title="Director", company_name="Firm Ltd")
    merge(kept, gone, take={"email", "title"})
    kept.refresh_from_db()
    assert (kept.email, kept.title, kept.company_name) == ("new@firm.example", "Director", "Firm")


def test_both_addresses_find_the_survivor() -> None:
    kept, gone = factories.make_lead(email="a@x.example"), factories.make_lead(email="b@y.example")
    merge(kept, gone)
    again, _result = capture.add({"email": "b@y.example"}, source="API", at=clock.now())
    assert again.pk == kept.pk


def test_taken_back_everything_is_as_it_was(team: Team, live_model: object) -> None:
    mine, theirs = two_mqls()
    claims.take(theirs, by=factories.make_user(teams=[team]), at=clock.now())
    pipeline.drain()
    ids = [mine.lead_id, theirs.lead_id]
    before = whole(ids)
    made = merge(mine.lead, theirs.lead, take={"email", "last_name"})
    pipeline.drain()
    assert whole(ids) != before
    undo(made)
    pipeline.drain()
    after = whole(ids)
    for table in before:
        assert after[table] == before[table], table


def test_the_older_open_handoff_stays_and_the_clocks_of_the_other_stop(
    team: Team, live_model: object
) -> None:
    older, younger = two_mqls()
    # The lead that came later survives; the handoff that was opened first stays all the same.
    merge(younger.lead, older.lead)
    older.refresh_from_db()
    younger.refresh_from_db()
    assert (older.state, older.lead_id) == ("queued", younger.lead_id)
    assert younger.state == "merged"
    assert not SlaTimer.objects.filter(handoff=younger, closed_at=None).exists()
    assert not SlaAlarm.objects.filter(timer__handoff=younger, state="pending").exists()
    pipeline.drain()
    assert invariants.check() == []


def test_a_card_follows_the_lead(team: Team, live_model: object) -> None:
    mql = factories.make_mql()
    claims.take(mql, by=factories.make_user(teams=[team]), at=clock.now())
    pipeline.drain()
    stranger = factories.make_lead()
    merge(stranger, mql.lead)
    assert Scorecard.objects.get().lead_id == stranger.pk
    stranger.refresh_from_db()
    assert stranger.stage == Stage.WORKING
    assert stranger.owner is not None
    pipeline.drain()
    assert invariants.check() == []


def test_crossings_are_numbered_as_they_happened(team: Team, live_model: object) -> None:
    first, second = two_mqls()
    merge(second.lead, first.lead)
    crossings = Crossing.objects.order_by("number")
    assert [c.pk for c in crossings] == [first.crossing_id, second.crossing_id]
    assert [c.number for c in crossings] == [1, 2]
    assert LeadScore.objects.get(pk=second.lead_id).crossings == 2


def test_the_score_is_that_of_all_deeds(live_model: object) -> None:
    kept, gone = factories.make_lead(title="CFO"), factories.make_lead()
    factories.make_event(gone, "demo_request")
    merge(kept, gone)
    pipeline.drain()
    score = LeadScore.objects.get(pk=kept.pk)
    assert score.engagement > 0
    assert (LeadScore.objects.get(pk=gone.pk).total, LeadScore.objects.get(pk=gone.pk).armed) == (
        0,
        False,
    )
    assert invariants.check() == []


def test_what_was_known_before_the_merge_is_still_known(live_model: object) -> None:
    kept, gone = factories.make_lead(title="CFO"), factories.make_lead()
    factories.make_event(kept, "page", path="/pricing")
    factories.make_event(gone, "demo_request")
    pipeline.drain()
    journal.wake("lead.active", [kept.pk, gone.pk], at=clock.now())
    pipeline.drain()
    total = LeadScore.objects.get(pk=kept.pk).total
    moment = clock.now()
    made = merge(kept, gone)
    pipeline.drain()
    assert LeadScore.objects.get(pk=kept.pk).total != total
    assert replay.replay(Lead.objects.get(pk=kept.pk), moment).total == total
    other = made.before["loser_score"]["total"]
    undo(made)
    pipeline.drain()
    assert replay.replay(Lead.objects.get(pk=kept.pk), moment).total == total
    assert replay.replay(Lead.objects.get(pk=gone.pk), moment).total == other


def test_merged_leads_point_at_a_living_one() -> None:
    a, b, c = (factories.make_lead() for _n in range(3))
    merge(b, a)
    last = merge(c, b)
    assert set(Lead.objects.filter(pk__in=[a.pk, b.pk]).values_list("merged_into", flat=True)) == {
        c.pk
    }
    undo(last)
    a.refresh_from_db()
    b.refresh_from_db()
    assert (a.merged_into_id, b.merged_into_id) == (b.pk, None)


def test_only_the_latest_merge_can_be_taken_back() -> None:
    a, b, c = (factories.make_lead() for _n in range(3))
    first, second = merge(a, b), merge(a, c)
    with pytest.raises(merging.NotTheLast):
        undo(first)
    undo(second)
    undo(first)
    with pytest.raises(merging.NotTheLast):
        undo(first)


def test_a_lead_is_not_merged_twice_nor_with_itself() -> None:
    a, b = factories.make_lead(), factories.make_lead()
    with pytest.raises(merging.NotTwo):
        merge(a, a)
    merge(a, b)
    with pytest.raises(merging.NotTwo):
        merge(a, b)


def test_what_somebody_wrote_since_stays_when_a_merge_is_taken_back() -> None:
    kept, gone = factories.make_lead(title="CFO"), factories.make_lead(title="Chair")
    made = merge(kept, gone, take={"title"})
    capture.add({"email": kept.email, "title": "President"}, source="API", at=clock.now())
    undo(made)
    kept.refresh_from_db()
    assert kept.title == "President"


def test_whom_somebody_told_apart_stays_apart() -> None:
    a, b, c = (factories.make_lead() for _n in range(3))
    pairs.dismiss(b.pk, c.pk, by=None, at=clock.now())
    merge(a, b)
    pair = pairs.between(a.pk, c.pk)
    assert pair is not None
    assert pair.state == "dismissed"


def test_every_table_that_points_at_leads_is_accounted_for() -> None:
    """A table of history that is new here belongs in STAYS; all others follow by themselves."""
    following = {table._meta.label for table, _column in movers._pointing_at_leads()}
    assert {
        "handoff.Handoff",
        "handoff.Touch",
        "qualification.Scorecard",
        "leads.ContactKey",
    } <= following
    assert not following & {"scoring.Override", "leads.LeadChange", "leads.Event"}


def test_a_recycled_lead_rests_on_after_a_merge(live_model: object) -> None:
    kept, gone = factories.make_lead(), factories.make_lead()
    until = clock.now() + timedelta(days=9)
    LeadScore.objects.filter(pk=gone.pk).update(armed=False, armed_from=until)
    merge(kept, gone)
    score = LeadScore.objects.get(pk=kept.pk)
    assert (score.armed, score.armed_from) == (False, until)
