"""Bands, disqualifiers, channels and settings: entered in words, refused beside their fields."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from scoring.definition import Definition, Group
from scoring.live import read
from scoring.models import ModelVersion
from scoring.publishing import difference, drafts
from scoring.wording import Words
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}
STUDENT = {"field": "title.seniority", "op": "is", "value": "student"}


@pytest.fixture
def live(db: None) -> ModelVersion:
    return factories.publish_model(
        model(fit("title", 20), act("page", 5), act("gone", -5, "unsubscribe"))
    )


@pytest.fixture
def ana(client: Client, marketer: User, live: ModelVersion) -> Client:
    client.force_login(marketer)
    return client


def post(client: Client, name: str, data: dict[str, Any], *args: str) -> Any:
    return client.post(reverse(f"scoring:{name}", args=args), data, **HTMX)


def draft(live: ModelVersion) -> Definition:
    found, _live = drafts.draft_and_live(live.model)
    return read(found or live)


def said(live: ModelVersion) -> list[str]:
    return difference.sentences(read(live), draft(live), Words.read())


def test_a_band_is_put_where_its_start_puts_it(ana: Client, live: ModelVersion) -> None:
    warm = {"name": "Warm", "effect": "nurture", "start": "25", "needs": ["page"], "leave": "20"}
    assert post(ana, "add_band", warm).status_code == 200
    assert [band.key for band in draft(live).bands] == ["cold", "warm", "mql"]
    assert said(live) == ["New band “Warm”: a score from 25, “Page” met; marketing nurtures."]
    assert post(ana, "band", {**warm, "min_fit": "5", "leave": ""}, "warm").status_code == 200
    assert (draft(live).bands[1].min_fit, draft(live).bands[1].leave) == (5, None)
    assert post(ana, "remove_band", {}, "warm").status_code == 200
    assert said(live) == []


def test_a_band_without_a_score_stands_above_the_one_that_is_chosen(
    ana: Client, live: ModelVersion
) -> None:
    hot = {"name": "Hot", "effect": "sales_ready", "needs": ["page"], "above": "mql"}
    assert post(ana, "add_band", hot).status_code == 200
    assert draft(live).bands[-1].needs == ("page",)
    assert b"by what must be met" in ana.get(reverse("scoring:bands")).content


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ({"name": "", "effect": "mql", "start": "70"}, {"name"}),
        ({"name": "Out", "effect": "disqualify", "start": "-20"}, {"reason"}),
        ({"name": "Hot", "effect": "mql", "start": "70", "leave": "80"}, {"leave"}),
        ({"name": "Hot", "effect": "mql", "start": "many"}, {"start"}),
        ({"name": "Hot", "effect": "mql"}, {"start"}),
    ],
)
def test_a_band_is_refused_beside_its_field(
    ana: Client, live: ModelVersion, typed: dict[str, str], beside: set[str]
) -> None:
    answer = post(ana, "add_band", typed)
    assert answer.status_code == 422
    assert beside <= set(answer.context["form"].errors) <= beside | {"__all__"}
    assert said(live) == []


def test_a_disqualifier_is_added_changed_and_removed(ana: Client, live: ModelVersion) -> None:
    assert post(ana, "add_disqualifier", {"label": "Studies", **STUDENT}).status_code == 200
    assert said(live) == [
        "Out of the race from now on: “Studies” (Seniority is Student or intern)."
    ]
    assert (
        post(ana, "disqualifier", {"label": "A student", **STUDENT}, "studies").status_code == 200
    )
    assert draft(live).disqualifiers[0].label == "A student"
    assert post(ana, "remove_disqualifier", {}, "studies").status_code == 200
    assert said(live) == []


def test_a_disqualifier_is_refused_beside_its_fields(ana: Client) -> None:
    empty = {"label": "", "field": "country", "op": "one_of", "value": " "}
    answer = post(ana, "add_disqualifier", empty)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"label", "value"})


def test_a_channel_gives_other_points(ana: Client, live: ModelVersion) -> None:
    typed = {
        "label": "Fairs", "when1-field": "source", "when1-op": "is", "when1-value": "Fair",
        "when2-field": "direction", "when2-op": "is", "when2-value": "inbound", "points-title": "5",
    }  # fmt: skip
    assert post(ana, "add_variant", typed).status_code == 200
    made = draft(live).variants[0]
    assert (made.label, len(made.when), made.points) == ("Fairs", 2, (("title", 5),))
    assert said(live) == [
        "Other points for “Fairs”: Source is Fair and Inbound or outbound is Inbound, “Title” +5."
    ]
    wrong = post(ana, "variant", {**typed, "points-title": "-5", "when2-value": ""}, "fairs")
    assert wrong.status_code == 422
    assert set(wrong.context["form"].errors) == {"points-title", "when2-value"}
    assert b'value="-5"' in wrong.content


def test_what_is_said_once_is_saved_and_said(ana: Client, live: ModelVersion) -> None:
    for sent in (
        {"lose": "10", "days": "7", "scope": "total"},
        {"rise": "20", "pages": "/pricing\n\n/demo"},
        {"trusts": "1", "trust": ["0"]},
        {"cooling_days": "30"},
        {"handover": "1", "sql_by_score": "1"},
    ):
        assert post(ana, "settings", sent).status_code == 200
    assert post(ana, "matrix", {"on": "1"}).status_code == 200
    cuts = {"fit1": "30", "fit2": "15", "engagement1": "40", "engagement2": "20"}
    assert post(ana, "matrix", cuts).status_code == 200
    assert post(ana, "limits", {"floors.fit": "-5"}).status_code == 200
    assert said(live) == [
        "Limit of fit, lower: −5 instead of none.",
        "Silence: the total loses 10 % for every full 7 days without activity (was: takes nothing).",
        "Letters: A from fit 30, B from 15; 1 from engagement 40, 2 from 20 (was: none).",
        "Alerts: a rise of 20 points within a day or a view of /pricing, /demo (was: none).",
        "Events that count: human (was: human, probably human).",
        "Rest of a recycled lead: 30 days (was: none).",
        "SQL by score: yes (was: no).",
    ]


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("settings", {"lose": "10", "days": "0"}),
        ("settings", {"trusts": "1"}),
        ("settings", {"cooling_days": "-1"}),
        ("settings", {"rise": "0"}),
        ("matrix", {"fit1": "10", "fit2": "20", "engagement1": "4", "engagement2": "2"}),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    ana: Client, live: ModelVersion, name: str, sent: dict[str, str]
) -> None:
    answer = post(ana, name, sent)
    assert answer.status_code == 422
    assert b"errorlist" in answer.content
    assert said(live) == []


def test_a_sequence_is_refused_at_the_step_that_is_wrong(ana: Client) -> None:
    typed = {
        "group": "engagement", "label": "Way", "points": "30", "asks": "sequence", "span_days": "",
        "step1-kind": "page", "step2-kind": "nothing", "step2-property1-property": "plan",
        "step2-property1-op": "is", "step2-property1-value": "",
    }  # fmt: skip
    answer = post(ana, "add_criterion", typed)
    assert answer.status_code == 422
    wrong = {"step2-kind", "step2-property1-value", "span_days"}
    assert set(answer.context["form"].errors) == wrong


def test_people_of_one_company_are_counted(ana: Client, live: ModelVersion) -> None:
    typed = {
        "group": "account", "label": "A team looks", "points": "15", "asks": "people", "people": "3",
        "within_days": "30", "deed1-kind": "page", "deed1-path": "/pricing", "deed2-kind": "webinar",
    }  # fmt: skip
    assert post(ana, "add_criterion", typed).status_code == 200
    made = draft(live).by_key["a_team_looks"]
    assert made.group is Group.ACCOUNT and made.people is not None
    assert Words.read().asks(made) == (
        "3 people of the company: Page viewed at /pricing… and Webinar attended, in the last 30 days"
    )


def test_more_than_fifteen_criteria_are_advised_against_and_kept(
    ana: Client, live: ModelVersion
) -> None:
    assert b"Ten to fifteen" not in ana.get(reverse("scoring:model")).content
    many = model(*(act(f"c{n}", n + 1, path=f"/{n}") for n in range(16)))
    drafts.put(live.model, many, by=None, at=factories.now())
    page = ana.get(reverse("scoring:model"))
    assert page.status_code == 200 and b"This model has 16 criteria" in page.content


def test_those_who_only_read_see_every_part_without_a_field(
    client: Client, sdr: User, live: ModelVersion
) -> None:
    client.force_login(sdr)
    for name in ("model", "bands", "disqualifiers", "channels", "settings"):
        page = client.get(reverse(f"scoring:{name}"))
        assert page.status_code == 200
        assert b"<textarea" not in page.content and b'type="number"' not in page.content
