"""The editor: each edit goes into the one draft, what cannot be meant is refused beside its field."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from scoring import engine
from scoring.definition import Criterion
from scoring.live import read
from scoring.models import ModelVersion
from scoring.publishing import drafts, versions
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
HOSTILE = "<img src=x onerror=alert(1)>{{ 7|add:1 }}"


@pytest.fixture
def live(db: None) -> ModelVersion:
    return factories.publish_model(
        model(fit("title", 20), act("page", 5, cap=15), act("gone", -5, "unsubscribe"))
    )


@pytest.fixture
def marketing(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def draft(live: ModelVersion) -> ModelVersion | None:
    return drafts.draft_and_live(live.model)[0]


def criterion(version: ModelVersion | None, key: str) -> Criterion:
    assert version is not None
    return next(c for c in read(version).criteria if c.key == key)


def post(client: Client, name: str, data: dict[str, Any], *args: str) -> Any:
    return client.post(reverse(f"scoring:{name}", args=args), data, **HTMX)  # type: ignore[arg-type]


def test_points_are_saved_into_a_draft_and_nothing_live_changes(
    marketing: Client, live: ModelVersion
) -> None:
    answer = post(marketing, "points", {"points": "25"}, "title")
    assert answer.status_code == 200
    assert "draft-changed" in answer["HX-Trigger"]
    assert b"Draft 2" in answer.content
    assert criterion(draft(live), "title").points == 25
    assert criterion(live, "title").points == 20


def test_points_back_at_what_is_live_leave_no_draft(marketing: Client, live: ModelVersion) -> None:
    post(marketing, "points", {"points": "25"}, "title")
    post(marketing, "points", {"points": "20"}, "title")
    assert draft(live) is None


@pytest.mark.parametrize(
    ("points", "reason"),
    [("many", "whole number"), ("", "whole number"), ("-3", "negative group"), ("5000", "between")],
)
def test_points_that_cannot_be_meant_are_refused_and_change_nothing(
    marketing: Client, live: ModelVersion, points: str, reason: str
) -> None:
    answer = post(marketing, "points", {"points": points}, "title")
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert draft(live) is None


def test_two_people_who_edit_different_criteria_lose_nothing(
    live: ModelVersion, marketer: User
) -> None:
    at = factories.now()
    drafts.edit(live.model, drafts.points("title", 30), by=marketer, at=at)
    drafts.edit(live.model, drafts.points("page", 7), by=factories.make_user("marketer"), at=at)
    found = draft(live)
    assert (criterion(found, "title").points, criterion(found, "page").points) == (30, 7)


def test_an_edit_of_a_criterion_that_somebody_removed_is_a_conflict(
    marketing: Client, live: ModelVersion
) -> None:
    assert post(marketing, "remove_criterion", {}, "page").status_code == 200
    assert post(marketing, "points", {"points": "3"}, "page").status_code == 409
    assert marketing.get(reverse("scoring:criterion", args=["page"]), **HTMX).status_code == 409  # type: ignore[arg-type]


def test_the_last_criterion_cannot_be_removed(marketing: Client) -> None:
    factories.publish_model(model(fit("title", 20)))
    answer = post(marketing, "remove_criterion", {}, "title")
    assert answer.status_code == 422
    assert b"at least one criterion" in answer.content


def test_limits_are_saved_and_emptied(marketing: Client, live: ModelVersion) -> None:
    assert post(marketing, "limits", {"caps.fit": "30"}).status_code == 200
    assert post(marketing, "limits", {"total_cap": "100", "total_floor": "0"}).status_code == 200
    found = draft(live)
    assert found is not None
    definition = read(found)
    assert (definition.caps["fit"], definition.total_cap, definition.total_floor) == (30, 100, 0)  # type: ignore[index]
    post(marketing, "limits", {"caps.fit": ""})
    assert read(draft(live)).caps["fit"] is None  # type: ignore[arg-type, index]
    assert post(marketing, "limits", {"total_floor": "100"}).status_code == 422


def test_bands_are_renamed_and_moved_but_not_past_each_other(
    marketing: Client, live: ModelVersion
) -> None:
    assert post(marketing, "bands", {"name.mql": "Hot", "start.mql": "45"}).status_code == 200
    found = draft(live)
    assert found is not None
    band = read(found).bands[1]
    assert (band.key, band.name, band.start) == ("mql", "Hot", 45)
    assert post(marketing, "bands", {"start.mql": ""}).status_code == 422
    assert post(marketing, "bands", {"start.nothing": "9"}).status_code == 200


EVENT = {
    "label": "Watched a webinar", "points": "4", "asks": "event", "kind": "webinar", "name": "", "path": "",
    "each": "each", "at_least": "2", "within_days": "30", "cap": "12", "decay": "half_life", "decay_days": "21",
}  # fmt: skip


def test_an_event_criterion_is_added(marketing: Client, live: ModelVersion) -> None:
    answer = post(marketing, "add_criterion", {**EVENT, "group": "engagement"})
    assert answer.status_code == 200
    assert (answer["HX-Retarget"], "closeDialog" in answer["HX-Trigger"]) == ("#editor", True)
    made = criterion(draft(live), "watched_a_webinar")
    assert (made.points, made.at_least, made.within_days, made.cap) == (4, 2, 30, 12)
    assert made.decay is not None and (made.decay.kind, made.decay.days) == ("half_life", 21)


@pytest.mark.parametrize(
    ("values", "condition"),
    [
        ({"field": "title", "op": "has_word", "value": "CTO\nceo, VP"},
         {"field": "title", "op": "has_word", "value": ["CTO", "ceo", "VP"]}),
        ({"field": "company.employees", "op": "between", "low": "50", "high": ""},
         {"field": "company.employees", "op": "between", "value": [50, None]}),
        ({"field": "phone", "op": "known"}, {"field": "phone", "op": "known"}),
    ],
)  # fmt: skip
def test_an_attribute_criterion_is_added(
    marketing: Client, live: ModelVersion, values: dict[str, str], condition: dict[str, Any]
) -> None:
    form = {"label": "New", "points": "3", "asks": "attribute", "group": "fit", **values}
    assert post(marketing, "add_criterion", form).status_code == 200
    made = criterion(draft(live), "new").condition
    assert made is not None and made.to_json() == condition


def test_silence_is_added_below_zero(marketing: Client, live: ModelVersion) -> None:
    form = {
        "label": "Quiet",
        "points": "-9",
        "asks": "silence",
        "group": "negative",
        "within_days": "45",
    }
    assert post(marketing, "add_criterion", form).status_code == 200
    made = criterion(draft(live), "quiet")
    assert (made.is_absence, made.within_days, made.points) == (True, 45, -9)


def test_a_refused_criterion_keeps_what_was_typed_with_each_reason_at_its_field(
    marketing: Client, live: ModelVersion
) -> None:
    form = {**EVENT, "group": "engagement", "points": "-4", "decay_days": "0", "label": HOSTILE}
    answer = post(marketing, "add_criterion", form)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"points", "decay_days"}
    assert 'value="-4"' in text and "&lt;img" in text and "<img" not in text
    assert draft(live) is None


def test_two_criteria_of_one_name_get_keys_of_their_own(
    marketing: Client, live: ModelVersion
) -> None:
    for _ in range(3):
        post(marketing, "add_criterion", {**EVENT, "group": "engagement"})
    found = draft(live)
    assert found is not None
    keys = [c.key for c in read(found).criteria if c.key.startswith("watched")]
    assert keys == ["watched_a_webinar", "watched_a_webinar_2", "watched_a_webinar_3"]


def test_a_criterion_is_changed_in_its_place_and_keeps_its_group(
    marketing: Client, live: ModelVersion
) -> None:
    page = marketing.get(reverse("scoring:criterion", args=["page"]), **HTMX)  # type: ignore[arg-type]
    assert b'value="15"' in page.content
    assert post(marketing, "criterion", {**EVENT, "group": "fit"}, "page").status_code == 200
    found = draft(live)
    assert found is not None
    made = read(found).criteria[1]
    assert (made.key, made.label, str(made.group)) == ("page", "Watched a webinar", "engagement")


def test_the_form_is_redrawn_for_another_field_with_everything_typed(
    marketing: Client, live: ModelVersion
) -> None:
    typed = {
        "label": "Half typed",
        "field": "company.employees",
        "op": "has_word",
        "asks": "attribute",
    }
    page = marketing.get(reverse("scoring:criterion", args=["title"]), typed, **HTMX)  # type: ignore[arg-type]
    text = page.content.decode()
    assert 'value="Half typed"' in text and 'name="low"' in text and 'name="value"' not in text


def test_the_impact_counts_every_lead(marketing: Client, live: ModelVersion) -> None:
    for title in ("CTO", "CEO", ""):
        factories.make_lead(title=title)
    engine.rescore(
        [lead.pk for lead in factories.Lead.objects.all()], at=factories.now(), cause="activity"
    )
    post(marketing, "points", {"points": "60"}, "title")
    found = marketing.get(reverse("scoring:impact")).context["impact"]["found"]
    assert (found.leads, found.up, found.down, found.crossing, found.matches["title"]) == (
        3,
        2,
        0,
        2,
        2,
    )
    assert [(row.band.key, row.live, row.draft) for row in found.bands] == [
        ("mql", 0, 2),
        ("cold", 3, 1),
    ]
    assert sum(c.live for c in found.columns) == sum(c.draft for c in found.columns) == 3


def test_sdrs_see_what_is_live_and_cannot_edit(
    client: Client, sdr: User, live: ModelVersion, marketer: User
) -> None:
    drafts.edit(live.model, drafts.points("title", 33), by=marketer, at=factories.now())
    client.force_login(sdr)
    page = client.get(reverse("scoring:model"))
    text = page.content.decode()
    assert page.status_code == 200
    assert "+20" in text and "+33" not in text and 'type="range"' not in text
    for name, args in (
        ("points", ["title"]),
        ("remove_criterion", ["title"]),
        ("limits", []),
        ("discard", []),
    ):
        assert client.post(reverse(f"scoring:{name}", args=args)).status_code == 403


def test_a_discarded_draft_is_forgotten(marketing: Client, live: ModelVersion) -> None:
    post(marketing, "points", {"points": "25"}, "title")
    assert marketing.post(reverse("scoring:discard")).status_code == 302
    assert draft(live) is None


def test_the_editor_asks_the_database_no_more_for_more_criteria_or_leads(
    marketing: Client, live: ModelVersion
) -> None:
    def queries(name: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert marketing.get(reverse(f"scoring:{name}")).status_code == 200
        return len(caught)

    # What a process reads once and remembers is not counted.
    queries("model"), queries("impact")
    before = (queries("model"), queries("impact"))
    factories.make_lead(title="CTO")
    big = model(*(act(f"c{n}", n + 1, path=f"/{n}") for n in range(40)))
    versions.save_draft(live.model, big, by=None, at=factories.now())
    queries("model")
    assert (queries("model"), queries("impact")) == before
