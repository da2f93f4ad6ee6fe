"""The impact of a draft: the whole base or an honest estimate, who moves and why, and what sales can take."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from leads.models import Lead
from scoring import engine
from scoring.impact import crossing, preview
from scoring.impact.crossing import Who
from scoring.impact.question import Question, asked_of
from scoring.impact.vectors import store
from scoring.impact.vectors.base import RECENT
from scoring.live import read
from scoring.models import BaseSnapshot, ModelVersion, ScoringModel
from scoring.publishing import drafts
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def live() -> ModelVersion:
    return factories.publish_model(model(fit("title", 20), act("page", 10), line=50))


@pytest.fixture
def marketing(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


@pytest.fixture
def big(monkeypatch: pytest.MonkeyPatch) -> None:
    """A base of more than three leads is one that estimates are made of."""
    monkeypatch.setattr(preview, "SAMPLE", 3)


def crowd(*titles: str) -> list[Lead]:
    leads = [factories.make_lead(title=title) for title in titles]
    engine.rescore([lead.pk for lead in leads], at=factories.now(), cause="activity")
    return leads


def moved(live: ModelVersion, points: int, by: User) -> Question:
    version = drafts.edit(live.model, drafts.points("title", points), by=by, at=factories.now())
    return asked_of(live.model, read(version))


def test_a_big_base_is_estimated_first_and_then_counted(
    big: None, live: ModelVersion, marketer: User
) -> None:
    crowd(*["CTO"] * 5, "", "")
    question, at = moved(live, 60, marketer), factories.now()
    guess = preview.at_once(question, at)
    assert (guess.sample, guess.leads, guess.fresh) == (3, 7, False)
    found = preview.impact(question, at)
    assert (found.sample, found.leads, found.crossing, found.matches["title"]) == (None, 7, 5, 5)
    assert found.moved == {("cold", "mql"): 5, ("cold", "cold"): 2}
    again = preview.at_once(moved(live, 70, marketer), at)
    assert (again.sample, again.leads, again.crossing, again.fresh) == (None, 7, 5, True)


def test_an_estimate_asks_only_what_is_not_known(
    big: None, live: ModelVersion, marketer: User
) -> None:
    crowd(*["CTO"] * 5)
    at = factories.now()
    preview.impact(moved(live, 60, marketer), at)
    changed = read(live)
    more = drafts.added("criteria", "phone", fit("phone", 5, "phone"))
    other = read(drafts.edit(live.model, more, by=marketer, at=at))
    guess = preview.at_once(asked_of(live.model, other), at)
    assert (guess.sample, guess.leads, guess.matches["title"]) == (3, 5, 5)
    assert changed.criteria[0].key == "title"


def test_an_old_snapshot_is_shown_while_a_new_one_is_made(
    big: None, live: ModelVersion, marketer: User
) -> None:
    crowd(*["CTO"] * 5)
    question, at = moved(live, 60, marketer), factories.now().replace(hour=12)
    preview.impact(question, at)
    crowd("CEO")
    later = at + store.FRESH + timedelta(seconds=1)
    shown = preview.at_once(question, later)
    assert (shown.leads, shown.fresh, shown.sample, shown.as_of) == (5, False, None, at)
    assert preview.impact(question, later).leads == 6


def test_after_a_publication_the_base_is_looked_at_again(
    big: None, live: ModelVersion, marketer: User
) -> None:
    crowd(*["CTO"] * 5)
    question, at = moved(live, 60, marketer), factories.now()
    preview.impact(question, at)
    ModelVersion.objects.filter(pk=live.pk).update(published_at=at + timedelta(seconds=1))
    shown = preview.at_once(question, at + timedelta(seconds=2))
    assert (shown.fresh, shown.sample, shown.as_of) == (False, None, at)
    again = preview.impact(question, at + timedelta(seconds=2))
    assert again.as_of == at + timedelta(seconds=2)


def test_a_computation_that_is_killed_leaves_nothing_behind(
    big: None, live: ModelVersion, marketer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(*["CTO"] * 5)
    question, at = moved(live, 60, marketer), factories.now()

    def killed(*_args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(store, "computed", killed)
        with pytest.raises(KeyboardInterrupt):
            preview.impact(question, at)
    assert not BaseSnapshot.objects.exists()
    assert preview.impact(question, at).crossing == 5


def test_a_small_base_keeps_nothing(live: ModelVersion, marketer: User) -> None:
    crowd("CTO", "")
    found = preview.at_once(moved(live, 60, marketer), factories.now())
    assert (found.leads, found.crossing, found.fresh) == (2, 1, True)
    assert not BaseSnapshot.objects.exists()


def test_who_crosses_is_named_with_what_changed(live: ModelVersion, marketer: User) -> None:
    _cto, nobody = crowd("CTO", "")
    factories.make_event(_cto, "page", path="/")
    engine.rescore([_cto.pk], at=factories.now(), cause="activity")
    question = moved(live, 60, marketer)
    found = crossing.movers(question, Who(crossing=True), marketer, factories.now())
    assert [(m.lead, m.was, m.becomes, m.becomes_band.key) for m in found.rows] == [
        (_cto, 30, 70, "mql")
    ]
    assert found.rows[0].changes == [("Title", 40.0)]
    assert (found.rows[0].was_band or m_none()).key == "cold"
    stay = crossing.movers(question, Who(today="cold", draft="cold"), marketer, factories.now())
    assert [m.lead for m in stay.rows] == [nobody]
    assert stay.rows[0].changes == []


def m_none() -> Any:
    raise AssertionError("The lead stood in a band.")


def test_movers_are_paged_by_key(
    live: ModelVersion, marketer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crossing, "PAGE", 2)
    wanted = crowd(*["CTO"] * 5)
    question, seen, after = moved(live, 60, marketer), [], ""
    for _page in range(3):
        found = crossing.movers(
            question, Who(crossing=True), marketer, factories.now(), after=after
        )
        seen += [mover.lead for mover in found.rows]
        after = found.after
    assert (seen, after, found.total) == (wanted, "", 5)
    first = crossing.movers(question, Who(crossing=True), marketer, factories.now(), after="x.y")
    assert [mover.lead for mover in first.rows] == wanted[:2]


def test_mqls_a_day_are_those_who_came_lately(
    live: ModelVersion, marketer: User, move_clock: Callable[[timedelta], None]
) -> None:
    crowd("CTO", "CTO", "")
    move_clock(timedelta(days=RECENT + 1))
    crowd("CTO")
    found = preview.at_once(moved(live, 60, marketer), factories.now())
    assert (found.crossing, found.daily) == (3, (0.0, 1 / 30))


def test_a_model_for_a_segment_is_judged_on_its_own_leads(
    live: ModelVersion, marketer: User
) -> None:
    crowd("CTO", "CEO", "")
    only = {"all": [{"field": "title", "op": "is", "value": "CTO"}]}
    other = ScoringModel.objects.create(
        name="Chiefs", order=0, segment=only, created_at=factories.now()
    )
    found = preview.at_once(asked_of(other, read(live)), factories.now())
    assert (found.leads, found.matches["title"], sum(found.moved.values())) == (1, 1, 1)


def test_the_panel_opens_its_leads(marketing: Client, live: ModelVersion, marketer: User) -> None:
    cto, _nobody = crowd("CTO", "")
    moved(live, 60, marketer)
    panel = marketing.get(reverse("scoring:impact"), **HTMX)  # type: ignore[arg-type]
    text = panel.content.decode()
    assert "?crossing=1" in text and "from=cold&amp;to=mql" in text
    for query in ("crossing=1", "from=cold&to=mql"):
        page = marketing.get(f"{reverse('scoring:impact_leads')}?{query}")
        assert [mover.lead for mover in page.context["found"].rows] == [cto]
    empty = marketing.get(f"{reverse('scoring:impact_leads')}?from=mql&to=nowhere")
    assert "Nobody moves like this" in empty.content.decode()


def test_the_panel_says_what_it_was_worked_out_on(
    big: None, marketing: Client, live: ModelVersion, marketer: User
) -> None:
    crowd(*["CTO"] * 5)
    moved(live, 60, marketer)
    first = marketing.get(reverse("scoring:impact"), **HTMX).content.decode()  # type: ignore[arg-type]
    assert "Estimate from 3 leads" in first and "whole=1" in first
    whole = marketing.get(reverse("scoring:impact"), {"whole": "1"}, **HTMX)  # type: ignore[arg-type]
    text = whole.content.decode()
    assert "Estimate" not in text and "whole=1" not in text and "on 5 leads" in text
    assert (whole["HX-Retarget"], whole["HX-Reswap"]) == ("#impact", "innerHTML")


def test_while_another_counts_the_panel_asks_again(
    big: None, marketing: Client, live: ModelVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(*["CTO"] * 5)

    def busy(*_args: object) -> None:
        raise store.Busy

    monkeypatch.setattr(store, "_alone", busy)
    text = marketing.get(reverse("scoring:impact"), {"whole": "1"}, **HTMX).content.decode()  # type: ignore[arg-type]
    assert "load delay:1s" in text and "HX-Retarget" not in text
    page = marketing.get(f"{reverse('scoring:impact_leads')}?crossing=1").content.decode()
    assert "Look again" in page


@pytest.mark.parametrize("typed", ["0", "-3", "2.5", "many", "²", "9" * 30])
def test_a_capacity_that_is_no_number_is_refused(
    marketing: Client, live: ModelVersion, typed: str
) -> None:
    answer = marketing.post(reverse("scoring:capacity"), {"capacity": typed})
    assert (answer.status_code, b"whole number" in answer.content) == (422, True)


def test_the_capacity_is_kept_with_the_model(marketing: Client, live: ModelVersion) -> None:
    crowd("CTO")
    answer = marketing.post(reverse("scoring:capacity"), {"capacity": " 12 "}, **HTMX)  # type: ignore[arg-type]
    assert (answer.status_code, "draft-changed" in answer["HX-Trigger"]) == (200, True)
    live.model.refresh_from_db()
    assert live.model.capacity == 12
    assert b"of 12 a day" in marketing.get(reverse("scoring:impact")).content
    marketing.post(reverse("scoring:capacity"), {"capacity": ""})
    live.model.refresh_from_db()
    assert live.model.capacity is None


def test_the_list_of_movers_asks_the_database_no_more_for_more_leads(
    marketing: Client, live: ModelVersion, marketer: User
) -> None:
    moved(live, 60, marketer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert marketing.get(f"{reverse('scoring:impact_leads')}?crossing=1").status_code == 200
        return len(caught)

    crowd("CTO")
    queries()
    before = queries()
    crowd(*["CTO"] * 9)
    assert queries() == before
