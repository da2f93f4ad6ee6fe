"""Two people at one draft: they see each other, what they do in different places is kept, and a save that
overlooks somebody's change is told so."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from scoring.live import read
from scoring.models import DraftEdit, ModelVersion
from scoring.publishing import drafts, together
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db
HTMX: dict[str, Any] = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def live(db: None) -> ModelVersion:
    return factories.publish_model(
        model(fit("title", 20), fit("phone", 5, "phone"), act("page", 5, cap=15))
    )


@pytest.fixture
def ana(client: Client, marketer: User, live: ModelVersion) -> Client:
    client.force_login(marketer)
    return client


@pytest.fixture
def bob(live: ModelVersion) -> Client:
    other = Client()
    other.force_login(factories.make_user(Role.MARKETER, name="Bob Brand"))
    return other


def post(client: Client, name: str, data: dict[str, Any], *args: str) -> Any:
    return client.post(reverse(f"scoring:{name}", args=args), data, **HTMX)


def seen(client: Client) -> int:
    """Which edit the page of this person shows."""
    page: ModelVersion = client.get(reverse("scoring:model")).context["page"]
    return page.seen  # type: ignore[attr-defined,no-any-return]


def points(live: ModelVersion, key: str) -> int:
    draft, _live = drafts.draft_and_live(live.model)
    return read(draft or live).by_key[key].points


def test_edits_of_different_places_merge(ana: Client, bob: Client, live: ModelVersion) -> None:
    shown = seen(ana)
    assert post(bob, "points", {"points": "9", "seen": shown}, "page").status_code == 200
    assert post(ana, "points", {"points": "30", "seen": shown}, "title").status_code == 200
    assert (points(live, "page"), points(live, "title")) == (9, 30)


def test_an_edit_of_a_place_that_somebody_changed_meanwhile_is_told_so(
    ana: Client, bob: Client, live: ModelVersion
) -> None:
    shown = seen(ana)
    post(bob, "points", {"points": "9", "seen": shown}, "title")
    answer = post(ana, "points", {"points": "30", "seen": shown}, "title")
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "Bob Brand" in text and "“Title” gives +9 instead of +20." in text
    assert 'name="points" value="30"' in text
    assert points(live, "title") == 9
    again = {"points": "30", "seen": answer.context["seen"]}
    assert post(ana, "points", again, "title").status_code == 200
    assert points(live, "title") == 30


def test_a_drawer_that_is_stale_keeps_what_was_typed(
    ana: Client, bob: Client, live: ModelVersion
) -> None:
    opened = ana.get(reverse("scoring:criterion", args=["title"]), **HTMX)
    post(bob, "points", {"points": "9"}, "title")
    typed = {
        "label": "Their title", "points": "20", "asks": "attribute", "field": "title", "op": "known",
        "seen": opened.context["seen"],
    }  # fmt: skip
    answer = post(ana, "criterion", typed, "title")
    assert answer.status_code == 409
    assert 'value="Their title"' in answer.content.decode()
    assert points(live, "title") == 9
    again = post(ana, "criterion", {**typed, "seen": answer.context["seen"]}, "title")
    assert (again.status_code, points(live, "title")) == (200, 20)


def test_a_save_shows_what_others_did_meanwhile(ana: Client, bob: Client) -> None:
    shown = seen(ana)
    post(bob, "points", {"points": "9", "seen": shown}, "page")
    answer = post(ana, "points", {"points": "30", "seen": shown}, "title")
    assert answer["HX-Retarget"] == "#editor"
    assert 'value="9"' in answer.content.decode()


def test_ones_own_saves_are_never_in_the_way(ana: Client, live: ModelVersion) -> None:
    shown = seen(ana)
    for n in ("30", "31", "32"):
        assert post(ana, "points", {"points": n, "seen": shown}, "title").status_code == 200
    assert points(live, "title") == 32


def test_those_who_edit_see_each_other(ana: Client, bob: Client) -> None:
    shown = seen(ana)
    assert b"is editing too" not in ana.get(reverse("scoring:presence")).content
    bob.get(reverse("scoring:presence"))
    post(bob, "points", {"points": "9"}, "page")
    text = ana.get(reverse("scoring:presence"), {"seen": shown}).content.decode()
    assert "Bob Brand is editing too" in text
    assert "“Page” gives +9 instead of +5." in text


def test_a_discarded_draft_is_a_change_of_everything(
    ana: Client, bob: Client, live: ModelVersion
) -> None:
    post(ana, "points", {"points": "30"}, "title")
    shown = seen(ana)
    bob.post(reverse("scoring:discard"))
    answer = post(ana, "points", {"points": "31", "seen": shown}, "title")
    assert answer.status_code == 409
    assert "The draft was discarded." in answer.content.decode()
    assert drafts.draft_and_live(live.model)[0] is None


def test_edit_numbers_rise_over_all_drafts(ana: Client, live: ModelVersion) -> None:
    post(ana, "points", {"points": "30"}, "title")
    post(ana, "points", {"points": "20"}, "title")
    assert drafts.draft_and_live(live.model)[0] is None
    post(ana, "points", {"points": "31"}, "title")
    draft, _live = drafts.draft_and_live(live.model)
    assert draft is not None and draft.edit == 3
    assert list(DraftEdit.objects.order_by("number").values_list("number", "places")) == [
        (n, ["criteria.title.points"]) for n in (1, 2, 3)
    ]


def test_the_draft_that_is_saved_is_the_one_the_page_showed(
    ana: Client, live: ModelVersion
) -> None:
    other = factories.publish_model(model(fit("title", 7)))
    ana.get(reverse("scoring:model"), {"model": other.model_id})
    post(ana, "points", {"points": "30", "model": live.model_id}, "title")
    assert (points(live, "title"), points(other, "title")) == (30, 7)


def test_places_say_where_two_definitions_differ() -> None:
    old = model(fit("a", 1), fit("b", 2), caps={"fit": 3})
    new = model(fit("b", 2), fit("a", 5), fit("c", 1), caps={"fit": 4}, line=60, total_cap=9)
    assert together.changed_places(old, new) == {
        "criteria.a.points", "criteria.c", "criteria.*order", "bands.mql.start", "caps.fit", "total_cap",
    }  # fmt: skip


def test_a_draft_that_a_machine_keeps_is_told_to_those_who_edit_it(
    ana: Client, live: ModelVersion
) -> None:
    shown = seen(ana)
    theirs = model(fit("title", 8), fit("phone", 5, "phone"), act("page", 5, cap=15))
    drafts.put(live.model, theirs, by=None, at=factories.now())
    answer = post(ana, "points", {"points": "30", "seen": shown}, "title")
    assert answer.status_code == 409
    assert "leadhub" in answer.content.decode()
    assert points(live, "title") == 8
