"""The report card: what each criterion brought, by planted facts."""

from collections.abc import Callable
from datetime import timedelta
from random import Random

import pytest
from django.test import Client

from accounts.models import Team, User
from handoff import claims, touches
from handoff.models import Handoff, Segment
from insights import periods
from insights.report_card.asking import Ask
from insights.report_card.card import Card, card
from insights.segments import Segment as Part
from leads.models import Company, Outcome
from qualification import dispositions
from qualification.models import DispositionReason
from scoring import live
from scoring.models import ModelVersion
from tests import factories
from tests.insights.facts import DAY, HOUR, numbers, plant, rows_behind
from tests.insights.facts_in_bulk import Told, plant_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(marketer: User) -> Ask:
    return Ask(marketer, periods.latest(30, at=factories.now(), here=periods.zone()))


def by_key(made: Card) -> dict[str | None, tuple[int, int, int, int]]:
    """Carried, pivotal, decided and accepted."""
    return {
        row.key: (row.gave.value, row.pivotal.value, row.sql.number.whole, row.sql.number.value)
        for row in made.rows
    }


def test_it_counts_what_was_carried_and_what_was_pivotal(team: Team, ask: Ask) -> None:
    plant(team, carried_by=["ebook", "pricing"], state="accepted")
    plant(team, carried_by=["ebook"], state="disqualified", reason="no_need")
    plant(team, carried_by=["ebook"], state="recycled")
    plant(team, carried_by=["pricing"])
    helped = plant(team, carried_by=["pricing"], state="accepted").crossing
    helped.contributions += [
        {"key": "ebook", "label": "E-book", "group": "engagement", "micro": 4_000_000}
    ]
    helped.contributions += [
        {"key": "student", "label": "Student", "group": "negative", "micro": -5_000_000}
    ]
    helped.save()
    made = card(ask, None)
    assert by_key(made) == {"ebook": (4, 3, 3, 1), "pricing": (3, 3, 2, 2)}
    assert (made.average.value, made.average.whole, made.handed.value) == (2, 4, 5)
    ebook = next(row for row in made.rows if row.key == "ebook")
    assert (ebook.label, ebook.group, ebook.points) == ("E-book", "engagement", None)
    assert [(why.reason.key, why.number.value) for why in ebook.reasons] == [("no_need", 1)]


def test_who_none_carried_alone_has_a_row_of_its_own(team: Team, ask: Ask) -> None:
    plant(team, carried_by=[], state="accepted")
    plant(team, carried_by=["demo"])
    made = card(ask, None)
    assert [row.key for row in made.rows] == ["demo"]
    assert made.none_alone is not None
    assert (made.none_alone.pivotal.value, made.none_alone.sql.number.percent) == (1, 100)


def test_wins_are_those_of_deals_that_ended_after_sales_had_accepted(team: Team, ask: Ask) -> None:
    now = factories.now()
    for result, later in (("won", DAY), ("lost", DAY), ("won", -30 * DAY), ("", DAY)):
        handoff = plant(team, carried_by=["demo"], state="accepted", opened=now - 4 * DAY)
        if result:
            assert handoff.disposed_at is not None
            Outcome.objects.create(
                lead=handoff.lead, result=result, at=handoff.disposed_at + later, deal="d"
            )
    (row,) = card(ask, None).rows
    assert (row.won.number.value, row.won.number.whole, row.won.number.percent) == (1, 2, 50)
    assert (row.won.low, row.won.high) == (9, 91)


def test_hours_are_working_time_in_the_hands_of_reps(
    live_model: ModelVersion, team: Team, sdr: User, ask: Ask,
    move_clock: Callable[[timedelta], None],
) -> None:  # fmt: skip
    handoff = factories.make_mql()
    move_clock(HOUR)
    claims.take(handoff, by=sdr, at=factories.now())
    move_clock(HOUR)
    touches.log(handoff.lead, kind="call", answer="reached", by=sdr, at=factories.now())
    move_clock(3 * HOUR)
    reason = DispositionReason.objects.get(key="no_need")
    dispositions.disqualify(handoff, reason=reason, by=sdr, at=factories.now())
    assert Segment.objects.filter(handoff=handoff, holder="person").count() >= 2
    rows = [row for row in card(ask, None).rows if row.pivotal.value]
    assert rows
    assert {row.hours for row in rows} == {4}


def test_every_criterion_of_the_live_model_has_a_row(
    live_model: ModelVersion, team: Team, ask: Ask
) -> None:
    factories.make_mql()
    definition = live.read(live_model)
    made = card(ask, definition)
    assert {row.key for row in made.rows} == {c.key for c in definition.criteria if c.points > 0}
    assert all(row.suggestions for row in made.rows)
    assert "Unsubscribed" in made.taking


def test_source_and_segment_narrow_every_number(
    web: Client, organisation: object, team: Team, ask: Ask
) -> None:
    retail = Company.objects.create(
        name="Shop", identity="name:shop", industry="Retail", created_at=factories.now()
    )
    for number in range(12):
        handoff = plant(
            team, source=["Webinar", "Website"][number % 2], carried_by=["demo"], state="accepted"
        )
        if number % 3 == 0:
            handoff.lead.company = retail
            handoff.lead.save()
    narrowed = Ask(ask.user, ask.period, source="Webinar", segment=Part("industry", "Retail"))
    assert by_key(card(narrowed, None)) == {"demo": (2, 2, 2, 2)}
    page = web.get("/reports/criteria/?source=Webinar&segment=industry:Retail").content.decode()
    found = numbers(page)
    assert found
    assert [(n, url) for n, url in found if rows_behind(web, url) != n] == []


def test_the_planted_criterion_is_named_and_a_shuffled_copy_names_none(
    team: Team, ask: Ask
) -> None:
    """Half of it is told by other criteria; the white paper carried fifty leads, and sales wanted one of them."""
    random, now = Random(20261), factories.now()
    told = [
        Told(
            tuple(random.sample(["demo", "pricing", "contact", "c_level"], 2)),
            random.random() < 0.4,
        )
        for _lead in range(200)
    ]
    told += [
        Told(("white_paper", random.choice(["c_level", "demo"])), number == 0)
        for number in range(50)
    ]
    plant_all(team, told, at=now - DAY)
    assert [row.key for row in card(ask, None).bad] == ["white_paper"]
    assert card(ask, None).rows[0].key == "white_paper"
    Handoff.objects.all().delete()
    ends = [one.accepted for one in told]
    random.shuffle(ends)
    plant_all(
        team,
        [Told(one.carried_by, end) for one, end in zip(told, ends, strict=True)],
        at=now - DAY,
    )
    shuffled = card(ask, None)
    assert shuffled.judged == 5
    assert (shuffled.bad, shuffled.good) == ([], [])
