"""Events reclassified: afterwards everything is as if they had always been so."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from leadhub import pipeline
from leads.activity import events, last_activity, trust
from leads.activity.signatures import Look, numbers
from leads.identity import stitching
from leads.models import Event, EventRelabel, JournalEntry, Lead, LeadScore, TrustRule
from tests import factories
from tests.scoring.models import act, model

pytestmark = pytest.mark.django_db


def keep(by: User, *, to: int = Event.Trust.INTERNAL, **over: Any) -> TrustRule:
    rule = trust.make(TrustRule(trust=to, **over), by=by, at=factories.now())
    finish()
    return rule


def take_back(rule: TrustRule, by: User) -> None:
    trust.undo(rule, by=by, at=factories.now())
    finish()


def finish() -> None:
    while trust.advance(factories.now()):
        pass
    pipeline.drain()


def facts() -> dict[str, Any]:
    """What a lead's visits make of it."""
    leads = Lead.objects.order_by("email").values_list(
        "email", "last_activity_at", "product_used_at"
    )
    scores = LeadScore.objects.order_by("lead__email").values_list("total", "band", "stage")
    classes = Event.objects.order_by("lead__email", "occurred_at", "signature").values_list("trust")
    return {"leads": list(leads), "scores": list(scores), "classes": list(classes)}


def test_a_rule_changes_scores_and_last_activity_and_is_taken_back(marketer: User) -> None:
    factories.publish_model(model(act("page", 5), line=500))
    ours, theirs = factories.make_lead(email="a@ours.example"), factories.make_lead()
    for lead in (ours, theirs):
        factories.make_event(lead, ago=timedelta(hours=2))
        factories.make_event(lead, "webinar", ago=timedelta(hours=1))
    pipeline.engine.rescore([ours.pk, theirs.pk], at=factories.now(), cause="activity")
    pipeline.drain()
    before = facts()
    rule = keep(marketer, domain="ours.example", kind="page")
    rule.refresh_from_db()
    assert (rule.state, rule.events) == ("applied", 1)
    assert [LeadScore.objects.get(lead=lead).total for lead in (ours, theirs)] == [0, 5]
    relabel = EventRelabel.objects.get(cause="trust")
    assert (relabel.before, relabel.lead, relabel.by) == ({"trust": 0}, ours, marketer)
    assert list(Event.objects.filter(pk__in=relabel.event_ids).values_list("trust")) == [(4,)]
    second = keep(marketer, domain="ours.example")
    ours.refresh_from_db()
    assert ours.last_activity_at is None
    take_back(rule, marketer)
    assert LeadScore.objects.get(lead=ours).total == 0
    take_back(second, marketer)
    assert facts() == before
    assert set(TrustRule.objects.values_list("state", flat=True)) == {"undone"}
    assert not Event.objects.exclude(ruled_by=None, arrived_as=None).exists()


def test_taking_a_rule_back_twice_is_refused_and_an_empty_rule_too(marketer: User) -> None:
    rule = keep(marketer, path="/careers")
    take_back(rule, marketer)
    with pytest.raises(trust.AlreadyUndone):
        trust.undo(rule, by=marketer, at=factories.now())
    with pytest.raises(trust.Empty):
        trust.make(TrustRule(trust=4), by=marketer, at=factories.now())


def test_a_kept_rule_classifies_what_comes_in_and_what_is_stitched(marketer: User) -> None:
    keep(marketer, domain="ours.example", future=True)
    lead = factories.make_lead(email="a@ours.example")
    factories.make_event(lead)
    assert Event.objects.get().trust == Event.Trust.INTERNAL
    visitors = stitching.visitors(["browser"], at=factories.now())
    signature, kind = numbers([Look("page")])[Look("page")]
    now = factories.now()
    events.insert([(visitors["browser"], None, now, now, kind, signature, 0, {})])
    assert Event.objects.latest("id").trust == Event.Trust.HUMAN
    last_activity.catch_up(stitching.stitch({visitors["browser"]: lead.pk}, at=now))
    stitched = Event.objects.latest("id")
    assert (stitched.trust, stitched.arrived_as) == (Event.Trust.INTERNAL, Event.Trust.HUMAN)
    lead.refresh_from_db()
    assert lead.last_activity_at is None


def test_an_internal_visit_is_no_activity() -> None:
    lead = factories.make_lead()
    factories.make_event(lead, trust=Event.Trust.INTERNAL)
    lead.refresh_from_db()
    assert lead.last_activity_at is None


def test_who_crosses_because_of_it_is_held(marketer: User, team: object) -> None:
    factories.publish_model(model(act("page", 60)))
    lead = factories.make_lead()
    factories.make_event(lead, trust=Event.Trust.BOT)
    pipeline.drain()
    keep(marketer, kind="page", to=Event.Trust.HUMAN)
    crossing = lead.crossings.get()
    assert (crossing.cause, crossing.opens_handoff) == ("trust", False)


def test_a_long_history_is_gone_through_in_pieces(
    marketer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trust, "CHUNK", 3)
    lead = factories.make_lead()
    for _n in range(10):
        factories.make_event(lead)
    pipeline.drain()
    rule = trust.make(TrustRule(trust=3, kind="page"), by=marketer, at=factories.now())
    assert trust.advance(factories.now())
    # The lead follows once, when all pieces are done.
    assert not pipeline.advance()
    finish()
    assert not JournalEntry.objects.filter(kind="lead.relabelled").exists()
    assert set(Event.objects.values_list("trust", flat=True)) == {3}
    rule.refresh_from_db()
    assert rule.events == 10
    take_back(rule, marketer)
    assert set(Event.objects.values_list("trust", flat=True)) == {0}


def test_the_reach_of_a_rule_is_told_before_it_is_kept() -> None:
    one, other = factories.make_lead(email="a@ours.example"), factories.make_lead()
    factories.make_event(one, path="/careers/sdr")
    factories.make_event(one, path="/pricing")
    factories.make_event(other, path="/careers", trust=4)
    assert trust.reach(TrustRule(trust=4, path="/careers"), 5) == trust.Reach(1, 1, [one.pk])
    assert trust.reach(TrustRule(trust=4, domain="ours.example"), 0) == trust.Reach(2, 1, [])
    assert trust.reach(TrustRule(trust=3, path="/"), 5).some == sorted([one.pk, other.pk])


RULES: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict, kind=st.sampled_from(["", "page", "webinar"]), path=st.sampled_from(["", "/a", "/A/b"]),
    name=st.sampled_from(["", "x", "X"]), domain=st.sampled_from(["", "ours.example"]),
    visitor=st.sampled_from(["", "v1"]), to=st.sampled_from([0, 1, 3, 4, 5]),
    since=st.sampled_from([None, 5]), until=st.sampled_from([None, 2]),
).filter(lambda r: any(r[k] for k in ("kind", "path", "name", "domain", "visitor", "since", "until")))  # fmt: skip
VISITS = st.lists(
    st.tuples(
        st.integers(0, 1), st.sampled_from(["page", "webinar", "product_used"]), st.sampled_from(["", "x"]),
        st.sampled_from(["", "/a/b", "/b"]), st.integers(0, 9), st.sampled_from(["v1", "v2"]),
        st.sampled_from([0, 0, 3]),
    ),
    min_size=1, max_size=6,
)  # fmt: skip


def _visit(people: list[Lead], visits: list[Any], at: datetime, days: datetime) -> None:
    visitors = stitching.visitors(["v1", "v2"], at=at)
    rows: list[Any] = []
    for person, kind, name, path, ago, visitor, cls in visits:
        look = Look(kind, name, path)
        signature, number = numbers([look])[look]
        when = days - timedelta(days=ago)
        rows.append(
            (
                visitors[visitor],
                people[person].pk,
                when,
                at,
                number,
                signature,
                cls,
                {},
            )
        )
    last_activity.catch_up(events.insert(rows))


def _rule(shape: dict[str, Any], days: datetime, *, future: bool) -> TrustRule:
    fields = {key: value for key, value in shape.items() if key != "to"}
    for key in ("since", "until"):
        ago = fields[key]
        fields[key] = None if ago is None else days - timedelta(days=ago)
    return TrustRule(trust=shape["to"], future=future, **fields)


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(shapes=st.lists(RULES, min_size=1, max_size=3), visits=VISITS, back=st.integers(0, 2))
def test_reclassifying_is_the_same_as_having_come_in_so(
    db: None, shapes: list[dict[str, Any]], visits: list[Any], back: int
) -> None:
    """Rules before the events, rules after them, and with one rule taken back."""
    seen = []
    for order in ("before", "after", "taken back"):
        with transaction.atomic():
            seen.append(_story(order, shapes, visits, back))
            transaction.set_rollback(True)
    assert seen[0] == seen[1] == seen[2]


def _story(order: str, shapes: list[dict[str, Any]], visits: list[Any], back: int) -> Any:
    by = factories.make_user("marketer")
    factories.publish_model(
        model(act("page", 5), act("web", 7, "webinar"), act("use", 9, "product_used"))
    )
    people = [factories.make_lead(email="a@ours.example"), factories.make_lead(email="b@b.example")]
    at = factories.now()
    days = at.replace(hour=0, minute=0, second=0, microsecond=0)
    if order == "before":
        for shape in shapes:
            trust.make(_rule(shape, days, future=True), by=by, at=at)
        finish()
        _visit(people, visits, at, days)
    else:
        _visit(people, visits, at, days)
        made = []
        for n, shape in enumerate(shapes):
            if order == "taken back" and n == min(back, len(shapes) - 1):
                made.append(keep(by, kind="page", to=5))
            keep(by, **{**vars_of(shape, days), "to": shape["to"]})
        for rule in made:
            take_back(rule, by)
    pipeline.engine.rescore([p.pk for p in people], at=at, cause="activity")
    return facts()


def vars_of(shape: dict[str, Any], days: datetime) -> dict[str, Any]:
    rule = _rule(shape, days, future=False)
    return {key: getattr(rule, key) for key in trust.trust_sql.FIELDS}
