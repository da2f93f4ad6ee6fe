"""What a slider does while it is moved: seen before it is saved, for the price of its own criterion."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from scoring.impact import preview
from scoring.impact.vectors import sums
from scoring.models import ModelVersion
from tests import factories
from tests.scoring.test_impact import HTMX, big, crowd, live, marketing, moved

__all__ = ["big", "live", "marketing"]
pytestmark = pytest.mark.django_db


def test_points_that_are_being_moved_are_looked_at_and_not_saved(
    live: ModelVersion, marketing: Client
) -> None:
    crowd("CTO", "")
    answer = marketing.get(reverse("scoring:impact"), {"points.title": "60"}, **HTMX)  # type: ignore[arg-type]
    assert "1</b> lead would become an MQL at once" in answer.content.decode()
    assert "This draft" in answer.content.decode()
    assert "/scoring/impact/leads/?crossing=1&amp;points.title=60" in answer.content.decode()
    assert ModelVersion.objects.filter(state="draft").count() == 0
    lowered = marketing.get(reverse("scoring:impact"), {"start.mql": "5", "points.title": "6"})
    assert lowered.context["impact"]["found"].crossing == 1


@pytest.mark.parametrize(
    "sent", [{"points.title": "many"}, {"points.nobody": "5"}, {"start.mql": ""}]
)
def test_values_that_make_no_sense_leave_the_panel_as_it_is(
    live: ModelVersion, marketing: Client, sent: dict[str, str]
) -> None:
    assert marketing.get(reverse("scoring:impact"), sent).status_code == 204


def test_the_whole_is_counted_for_the_values_that_are_being_moved(
    big: None, live: ModelVersion, marketing: Client
) -> None:
    crowd(*["CTO"] * 5)
    guess = marketing.get(reverse("scoring:impact"), {"points.title": "60", "seen": "0"}, **HTMX)  # type: ignore[arg-type]
    assert "?whole=1&amp;points.title=60&quot;" in guess.content.decode().replace('"', "&quot;")
    whole = marketing.get(reverse("scoring:impact"), {"whole": "1", "points.title": "60"})
    assert whole.context["impact"]["found"].crossing == 5


def test_a_moved_slider_works_only_its_own_criterion_out(
    big: None, live: ModelVersion, marketer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(*["CTO"] * 5)
    preview.impact(moved(live, 60, marketer), factories.now())
    asked: list[str] = []
    micro = sums.Part.micro

    def noted(part: sums.Part, piece: slice) -> Any:
        asked.append(part.criterion.key)
        return micro(part, piece)

    monkeypatch.setattr(sums.Part, "micro", noted)
    preview.at_once(moved(live, 70, marketer), factories.now())
    assert set(asked) == {"title"}
