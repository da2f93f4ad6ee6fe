"""What a draft removed stays in sight, and an answer brings only what the open tab shows."""

import pytest
from django.test import Client
from django.urls import reverse

from scoring.live import read
from scoring.models import ModelVersion
from scoring.publishing import drafts
from tests import factories
from tests.scoring.models import fit
from tests.scoring.test_editor import HTMX, draft, live, marketing, post

__all__ = ["live", "marketing"]
pytestmark = pytest.mark.django_db


def test_what_the_draft_removed_is_shown_and_put_back_where_it_was(
    marketing: Client, live: ModelVersion
) -> None:
    first = fit("first", 3, "phone")
    drafts.edit(
        live.model, drafts.added("criteria", "first", first), by=factories.make_user("marketer"),
        at=factories.now(),
    )  # fmt: skip
    shown = post(marketing, "remove_criterion", {}, "page").content.decode()
    assert "<s>Page +5</s>" in shown and "Put Page back" in shown
    back = post(marketing, "restore_criterion", {}, "page").content.decode()
    assert "<s>" not in back
    version = draft(live)
    assert version is not None
    assert [c.key for c in read(version).criteria] == ["title", "page", "gone", "first"]
    assert post(marketing, "restore_criterion", {}, "page").status_code == 200
    assert post(marketing, "restore_criterion", {}, "never").status_code == 409


def test_only_what_stands_on_the_open_tab_is_answered(
    marketing: Client, live: ModelVersion
) -> None:
    sent = {"start.mql": "45"}
    for path, on_bands in (("/scoring/", False), ("/scoring/bands/", True)):
        there = {**HTMX, "HTTP_HX_CURRENT_URL": f"http://testserver{path}"}
        said = marketing.post(reverse("scoring:bands"), sent, **there).content.decode()  # type: ignore[arg-type]
        assert ('id="band-list"' in said, 'id="reach-fit"' in said) == (on_bands, not on_bands)
