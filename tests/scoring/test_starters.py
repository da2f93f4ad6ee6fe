"""Starters: each can be meant, and what a guide says stands in it as the guide says it."""

import pytest

from scoring import starters
from scoring.definition import Definition
from scoring.publishing import versions
from scoring.starters.guided import SIGNS, Answers, guided

pytestmark = pytest.mark.django_db

STARTERS = {starter.key: starter for starter in starters.STARTERS}
TABLE = {
    "demo": 30, "contact": 25, "pricing": 15, "roi": 12, "case_study": 10, "blog": 3, "social": 1,
    "free_mail": -15, "student": -50, "competitor": -100, "unserved": -30, "unsubscribe": -25,
    "careers": -10, "quiet": -20,
}  # fmt: skip
# Starter -> what published guides say: points of criteria, starts of bands.
GUIDES = {
    "tiers": (TABLE, {"nurture": 1, "mql": 50, "sales_ready": 75}),
    "simple": ({k: v for k, v in TABLE.items() if k != "social"} | {"journey": 30}, {"mql": 50, "sales_ready": 100}),
    "compact": ({"cmo": 10, "pricing": 5, "unsubscribe": -10, "bad_phone": -15}, {"mql": 40, "sales_ready": 80}),
    "hundred": ({"c_level": 20}, {"mql": 100}),
    "condition": ({}, {}),
}  # fmt: skip


def meant(key: str) -> Definition:
    return versions.understood(STARTERS[key].definition())


@pytest.mark.parametrize("key", STARTERS)
def test_every_starter_can_be_meant_and_hands_somebody_over(key: str) -> None:
    assert meant(key).handing_bands


@pytest.mark.parametrize("key", GUIDES)
def test_what_a_guide_says_stands_as_it_says_it(key: str) -> None:
    definition, (points, starts) = meant(key), GUIDES[key]
    assert {name: definition.by_key[name].points for name in points} == points
    assert {band.key: band.start for band in definition.bands if band.key in starts} == starts


@pytest.mark.parametrize("key", GUIDES)
def test_what_is_called_sourced_is_what_guides_say(key: str) -> None:
    points, starts = GUIDES[key]
    by_condition = {"pricing", "white_paper", "mql"} if key == "condition" else set()
    assert set(STARTERS[key].sourced) == {*points, *starts, *by_condition}


def test_the_guides_sequence_is_webinar_then_integrations_then_pricing_within_two_weeks() -> None:
    journey = meant("simple").by_key["journey"].sequence
    assert journey is not None
    assert [(step.kind, step.path) for step in journey.steps] == [
        ("webinar", ""), ("page", "/integrations"), ("page", "/pricing"),
    ]  # fmt: skip
    assert (journey.span_days, journey.again_days) == (14, 30)


def test_a_week_of_silence_takes_ten_per_cent_and_a_condition_makes_the_mql() -> None:
    definition = meant("condition")
    assert definition.idle is not None
    assert (definition.idle.lose, definition.idle.days, definition.idle_scope) == (10, 7, "total")
    band = definition.band("mql")
    assert band is not None
    assert (band.start, band.needs) == (None, ("pricing", "white_paper"))


def test_five_answers_make_a_model() -> None:
    answers = Answers(("c_level",), 50, None, ("Software",), ("DE", "FR"), tuple(SIGNS))
    definition = versions.understood(guided(answers))
    assert {"role", "size", "industry", "country", "elsewhere", *SIGNS} - set(
        definition.by_key
    ) == {"reads"}
    assert versions.understood(guided(Answers())).by_key["demo"].points == 40
