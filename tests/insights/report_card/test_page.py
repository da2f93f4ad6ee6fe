"""The report card as a page and a file, and what its buttons put into the draft."""

import csv
from io import StringIO

import pytest
from django.test import Client

from accounts.models import Team, User
from scoring.live import read
from scoring.models import ModelVersion
from scoring.publishing import drafts
from tests import factories
from tests.insights.facts import plant

pytestmark = pytest.mark.django_db
PAGE = "/reports/criteria/"


def test_an_empty_period_says_so(web: Client) -> None:
    assert "No MQL was handed over" in web.get(PAGE).content.decode()


def test_a_range_that_ends_before_it_begins_is_refused_in_words(web: Client) -> None:
    answer = web.get(PAGE + "?from=2026-03-02&to=2026-03-01")
    assert answer.status_code == 422
    assert "Choose a day that is not before the first." in answer.content.decode()


def test_the_file_has_a_row_for_each_criterion(web: Client, team: Team) -> None:
    plant(team, carried_by=["=1+1", "demo"], state="disqualified", reason="no_need")
    plant(team, carried_by=[], state="accepted")
    answer = web.get("/reports/criteria.csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(StringIO(text)))
    assert [(row["Key"], row["Pivotal"], row["SQL when pivotal"]) for row in rows] == [
        ("'=1+1", "1", "0"), ("demo", "1", "0"), ("", "1", "1"),
    ]  # fmt: skip
    assert rows[1]["Reasons when pivotal"] == "No need: 1"


@pytest.mark.parametrize(
    ("deed", "points", "at_least"),
    [("halve", 15, 1), ("raise", 45, 1), ("more", 30, 2), ("remove", None, None)],
)
def test_one_click_puts_a_change_into_the_draft_and_opens_the_editor(
    web: Client, live_model: ModelVersion, deed: str, points: int | None, at_least: int | None
) -> None:
    for _twice in range(2):
        answer = web.post(
            "/scoring/criterion/demo/suggest/", {"deed": deed, "model": live_model.model_id}
        )
        assert (answer.status_code, answer["Location"]) == (302, "/scoring/")
    draft = drafts.draft_and_live(live_model.model)[0]
    assert draft is not None
    demo = read(draft).by_key.get("demo")
    assert (demo and demo.points, demo and demo.at_least) == (points, at_least)
    assert read(live_model).by_key["demo"].points == 30


def test_a_criterion_that_is_gone_is_told(web: Client, live_model: ModelVersion) -> None:
    page = web.post("/scoring/criterion/gone/suggest/", {"deed": "halve"}, follow=True)
    assert "no longer in the live model" in page.content.decode()
    assert web.post("/scoring/criterion/demo/suggest/", {"deed": "burn"}).status_code == 400


def test_a_manager_sees_numbers_and_no_buttons(
    client: Client, live_model: ModelVersion, team: Team, manager: User
) -> None:
    factories.make_mql()
    client.force_login(manager)
    page = client.get(PAGE).content.decode()
    assert "Asked for a demo" in page
    assert "/suggest/" not in page
    assert client.post("/scoring/criterion/demo/suggest/", {"deed": "halve"}).status_code == 403
