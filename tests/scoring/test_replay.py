"""Any lead at any moment comes to what was stored then."""

import os
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import clock
from accounts.models import User
from leadhub import pipeline
from leads import editing, events, lifecycle, trust
from leads.joining import Policy
from leads.models import Company, Crossing, Lead, ScoreHistory, TrustRule
from leads.signatures import Look
from scoring import line_up, overrides, promotion, replay, runs, versions
from scoring.definition import to_json
from scoring.models import ModelVersion, ScoringModel
from tests import factories
from tests.scoring import crowd as crowd_of
from tests.scoring import making
from tests.scoring.models import fit, model
from tests.scoring.test_oracle import parsed

CASES = int(os.environ.get("LEADHUB_CASES", 40))
pytestmark = pytest.mark.django_db
Move = Callable[[timedelta], None]
SLOWLY = settings(
    deadline=None,
    max_examples=CASES,
    suppress_health_check=[
        HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large,
    ],
)  # fmt: skip


class Undo(Exception):
    pass


def day_of_runs() -> None:
    """What the beat does at the turn of the day."""
    overrides.expire(clock.now())
    runs.start_of_day(clock.now())
    finish()


def finish() -> None:
    while trust.advance(clock.now()):
        pass
    pipeline.drain()
    while runs.advance(clock.now()):
        pass
    pipeline.drain()


def visit(browser: str, kind: str, path: str, days_ago: int, **more: Any) -> None:
    item = events.Item(
        uuid.uuid4().hex, anonymous_id=browser, look=Look(kind, "", path),
        occurred_at=clock.now() - timedelta(days=days_ago), **more,
    )  # fmt: skip
    events.record([item], sender="t", policy=Policy.FILL, source="Web", at=clock.now())


def identify(browser: str, email: str) -> None:
    item = events.Item(uuid.uuid4().hex, anonymous_id=browser, values={"email": email})
    events.record([item], sender="t", policy=Policy.FILL, source="Web", at=clock.now())


def publish(definition: dict[str, Any]) -> ModelVersion:
    """The next version of the one model there is."""
    owner = ScoringModel.objects.first() or ScoringModel.objects.create(
        name="Drawn", created_at=clock.now()
    )
    meant = parsed(definition)
    draft = ModelVersion.objects.create(
        model=owner, number=owner.versions.count() + 1, definition=to_json(meant),
        digest=meant.digest(), created_at=clock.now(),
    )  # fmt: skip
    return versions.publish(draft, reason="x", opens_handoffs=False, by=None, at=clock.now())


def compared(lead: Lead) -> int:
    """Every stored moment against its replay; says how many there were."""
    rows = list(ScoreHistory.objects.filter(lead=lead))
    for row in rows:
        again = replay.replay(lead, row.at).found
        assert again is not None
        names = ("total", "fit", "engagement", "account", "negative", "band")
        assert {name: again.row[name] for name in names} == {n: getattr(row, n) for n in names}
        assert again.model.version.pk == row.version
        assert sum(line.micro for line in again.lines) == row.total * 1_000_000
    crossings = list(Crossing.objects.filter(lead=lead))
    for crossing in crossings:
        again = replay.replay(lead, crossing.at).found
        assert again is not None and (again.total, again.band) == (crossing.total, crossing.band)
        criteria = enumerate(again.model.definition.criteria)
        micro = {c.key: again.row[f"c{n}"] for n, c in criteria if again.row[f"c{n}"]}
        assert promotion.kept(again.model.definition, micro) == crossing.contributions
    return len(rows) + len(crossings)


models = making.models().filter(lambda m: not any("people" in c for c in m["criteria"]))
edits = st.fixed_dictionaries(
    {},
    optional={
        "title": st.sampled_from(making.TITLES),
        "country": st.sampled_from(making.COUNTRIES),
        "email": st.sampled_from(["p@firm.example", "p@other.example", "p@gmail.com"]),
        "company_name": st.sampled_from(["", "Firm", "Other"]),
        "custom.budget": st.none() | st.integers(-4, 4),
        "custom.plan": st.sampled_from(["", "cto", "É"]),
    },
)
steps = st.one_of(
    st.tuples(st.just("visit"), st.sampled_from("ab"), st.sampled_from(making.KINDS),
              st.sampled_from(making.PATHS), st.sampled_from([0, 0, 1, 6, 30])),
    st.tuples(st.just("visit"), st.sampled_from("ab"), st.sampled_from(making.KINDS),
              st.sampled_from(making.PATHS), st.sampled_from([0, 0, 1, 6, 30])),
    st.tuples(st.just("identify"), st.sampled_from("ab")),
    st.tuples(st.just("edit"), edits),
    st.tuples(st.just("set"), st.integers(-20, 90), st.integers(1, 9)),
    st.tuples(st.just("end")),
    st.tuples(st.just("stage"), st.sampled_from(["recycled", "disqualified", "lead", "customer"])),
    st.tuples(st.just("publish"), models),
    st.tuples(st.just("revert")),
    st.tuples(st.just("trust"), st.sampled_from(["page", "form"]), st.integers(0, 3), st.booleans()),
    st.tuples(st.just("untrust")),
    st.tuples(st.just("days"), st.sampled_from([1, 2, 7, 31])),
)  # fmt: skip


@SLOWLY
@given(st.data())
def test_every_stored_moment_is_replayed(
    move_clock: Move, marketer: User, data: st.DataObject
) -> None:
    first = data.draw(models, label="model")
    wanted = data.draw(st.lists(steps, min_size=3, max_size=14), label="steps")
    with pytest.raises(Undo), transaction.atomic():
        crowd_of.store_fields()
        publish(first)
        lead = factories.make_lead(email="p@firm.example", title="CTO")
        identify("a", "p@firm.example")
        finish()
        for step in wanted:
            move_clock(timedelta(minutes=7))
            take(step, lead, marketer, move_clock)
            finish()
        lead.refresh_from_db()
        assert compared(lead) > 0
        raise Undo


def take(step: tuple[Any, ...], lead: Lead, by: User, move_clock: Move) -> None:
    lead.refresh_from_db()
    at, (name, *said) = clock.now(), step
    if name == "visit":
        visit(*said)
    elif name == "identify":
        identify(said[0], lead.email or "")
    elif name == "edit":
        editing.edit(lead, said[0], by=by, at=at)
    elif name == "set":
        until = at.date() + timedelta(days=said[1])
        overrides.put(lead, total=said[0], reason="x", until=until, by=by, at=at)
    elif name == "end":
        overrides.end(lead, by=by, at=at)
    elif name == "stage":
        lifecycle.move([lead.pk], said[0], at=at)
    elif name == "publish":
        publish(said[0])
    elif name == "revert":
        earlier = (
            ModelVersion.objects.filter(state=ModelVersion.State.RETIRED).order_by("pk").first()
        )
        if earlier:
            versions.revert(earlier, reason="x", by=by, at=at)
    elif name == "trust":
        kind, class_, future = said
        trust.make(TrustRule(kind=kind, trust=class_, future=future), by=by, at=at)
    elif name == "untrust":
        rule = TrustRule.objects.filter(state=TrustRule.State.APPLIED).last()
        if rule:
            trust.undo(rule, by=by, at=at)
    else:
        for _ in range(min(3, said[0])):
            move_clock(timedelta(days=max(1, said[0] // 3)))
            day_of_runs()


def test_the_stage_and_the_use_of_the_product_are_those_of_the_moment(
    move_clock: Move, marketer: User
) -> None:
    publish(
        model(
            fit("customer", 30, "lead_type", "is", "service"),
            fit("product", 20, "lead_type", "is", "product"), fit("title", 5), line=99,
        )
    )  # fmt: skip
    lead = factories.make_lead(email="p@firm.example", title="CTO")
    finish()
    for step in (
        ("identify", "a"),
        ("visit", "a", "product_used", "", 3),
        ("trust", "product_used", 3, True),
        ("untrust",),
        ("stage", "customer"),
        ("edit", {"title": ""}),
    ):
        move_clock(timedelta(minutes=7))
        take(step, lead, marketer, move_clock)
        finish()
    lead.refresh_from_db()
    totals = list(
        ScoreHistory.objects.filter(lead=lead).order_by("at").values_list("total", flat=True)
    )
    assert totals == [5, 25, 5, 25, 35, 30]
    assert compared(lead) == 6


def test_the_models_stand_where_they_stood_then(move_clock: Move, marketer: User) -> None:
    first = publish(model(fit("title", 5)))
    second = versions.start("Second", model(fit("title", 9)), by=None, at=clock.now())
    versions.publish(second, reason="x", opens_handoffs=False, by=None, at=clock.now())
    line_up.arrange(second.model, {"order": 7}, at=clock.now())
    lead = factories.make_lead(email="p@firm.example", title="CTO")
    finish()
    move_clock(timedelta(minutes=7))
    then = clock.now()
    move_clock(timedelta(minutes=7))
    second.model.refresh_from_db()
    line_up.arrange(second.model, {"order": 0}, at=clock.now())
    finish()
    now = replay.replay(lead, clock.now()).found
    before = replay.replay(lead, then).found
    assert now is not None and before is not None
    assert (before.model.version, before.total) == (first, 5)
    assert (now.model.version.pk, now.total) == (second.pk, 9)
    assert compared(lead) == 2


def test_a_score_set_by_hand_is_part_of_the_moment(move_clock: Move, marketer: User) -> None:
    publish(model(fit("title", 5)))
    lead = factories.make_lead(email="p@firm.example", title="CTO")
    finish()
    moments = [clock.now()]
    for step in (("set", 80, 3), ("set", 60, 3), ("end",), ("set", 40, 1), ("days", 2)):
        move_clock(timedelta(minutes=7))
        take(step, lead, marketer, move_clock)
        finish()
        moments.append(clock.now())
    lead.refresh_from_db()
    assert [replay.replay(lead, at).total for at in moments] == [5, 80, 60, 5, 40, 5]
    assert compared(lead) > 5


def test_a_band_that_holds_on_to_its_leads_did_so_then(move_clock: Move, marketer: User) -> None:
    shape = model(fit("title", 45), fit("phone", 10, "phone"), line=50)
    shape["bands"][1]["leave"] = 40
    publish(shape)
    lead = factories.make_lead(email="p@firm.example", title="CTO", phone="+49 30 1")
    finish()
    for step in (
        ("edit", {"phone": ""}), ("edit", {"title": ""}), ("edit", {"title": "CTO"}),
        ("publish", model(fit("title", 1))), ("revert",),
    ):  # fmt: skip
        move_clock(timedelta(minutes=7))
        take(step, lead, marketer, move_clock)
        finish()
    lead.refresh_from_db()
    rows = ScoreHistory.objects.filter(lead=lead).order_by("at")
    assert list(rows.values_list("total", "band")) == [
        (55, "mql"), (45, "mql"), (0, "cold"), (45, "cold"), (1, "cold"), (45, "cold"),
    ]  # fmt: skip
    assert compared(lead) == 7


def test_going_back_to_a_version_gives_back_the_band_it_had_left(
    move_clock: Move, marketer: User
) -> None:
    shape = model(fit("title", 45), fit("phone", 10, "phone"), line=50)
    shape["bands"][1]["leave"] = 40
    publish(shape)
    lead = factories.make_lead(email="p@firm.example", title="CTO", phone="+49 30 1")
    finish()
    for step in (("edit", {"phone": ""}), ("publish", model(fit("title", 1))), ("revert",)):
        move_clock(timedelta(minutes=7))
        take(step, lead, marketer, move_clock)
        finish()
    lead.refresh_from_db()
    assert ScoreHistory.objects.filter(lead=lead).latest("at").band == "mql"
    assert compared(lead) == 5


def test_the_company_is_the_one_of_the_address_of_then(move_clock: Move, marketer: User) -> None:
    publish(model(fit("steel", 30, "company.industry", "is", "Steel"), fit("title", 5), line=99))
    lead = factories.make_lead(email="p@firm.example", title="CTO")
    Company.objects.filter(pk=lead.company_id).update(industry="Steel")
    finish()
    for email in ("p@other.example", "p@gmail.com", "p@firm.example"):
        move_clock(timedelta(minutes=7))
        take(("edit", {"email": email}), lead, marketer, move_clock)
        finish()
    lead.refresh_from_db()
    totals = ScoreHistory.objects.filter(lead=lead).order_by("at").values_list("total", flat=True)
    assert list(totals) == [35, 5, 35]
    assert compared(lead) == 3
