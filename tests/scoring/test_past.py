"""What was different about a lead at a moment: stage, models, company, band, the score a person had set."""

from datetime import timedelta

import pytest

from accounts import clock
from accounts.models import User
from leads.models import Company, ScoreHistory
from scoring.explaining import replay
from scoring.publishing import line_up, versions
from tests import factories
from tests.scoring.histories import Move, compared, finish, identify, publish, take
from tests.scoring.models import act, fit, model, together

pytestmark = pytest.mark.django_db


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


def test_companies_and_colleagues_are_those_of_then(move_clock: Move, marketer: User) -> None:
    """Ann and Bob work at one company; it grows, and Bob leaves for that of Eve, whom he turns out to be."""
    publish(model(fit("size", 30, "company.employees", "between", [10, None]),
                  together("two", 8), act("page", 1), line=99))  # fmt: skip
    ann, bob, eve = people = [
        factories.make_lead(email=f"{name}.example")
        for name in ("ann@firm", "bob@firm", "eve@other")
    ]
    for browser, lead in zip("abe", people, strict=True):
        identify(browser, lead.email or "")
    finish()
    for lead, step in (
        (ann, ("visit", "a", "page", "", 0)),
        (bob, ("visit", "b", "page", "", 0)),
        (ann, ("told", "a", {"employees": 50})),
        (ann, ("told", "a", {"employees": 5})),
        (bob, ("edit", {"email": "bob@other.example"})),
        (ann, ("visit", "a", "page", "", 0)),
        (eve, ("visit", "e", "page", "", 0)),
        (bob, ("merge", eve.pk)),
        (bob, ("visit", "e", "page", "", 0)),
        (bob, ("part",)),
        (eve, ("edit", {"email": "eve@firm.example"})),
        (ann, ("visit", "a", "page", "", 0)),
        (bob, ("merge", eve.pk)),
    ):  # fmt: skip
        move_clock(timedelta(minutes=7))
        take(step, lead, marketer, move_clock)
        finish()
    totals = [
        list(ScoreHistory.objects.filter(lead=lead).order_by("at", "id").values_list("total", flat=True))
        for lead in people
    ]  # fmt: skip
    assert totals == [
        [0, 1, 9, 39, 9, 1, 2, 10, 11, 3],
        [0, 9, 39, 9, 1, 9, 2, 3, 9, 1, 3],
        [0, 9, 10],
    ]
    for lead in people:
        lead.refresh_from_db()
        assert compared(lead) > 2
