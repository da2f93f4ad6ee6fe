"""Answers on a card: one an element, and nobody writes over what they have not seen."""

import pytest

from accounts.models import Team, User
from qualification import scorecards, sheets
from qualification.models import Answer, Scorecard
from scoring.models import ModelVersion
from tests.qualification.facts import answer, claimed

pytestmark = pytest.mark.django_db


def test_asked_without_an_answer_counts_as_asked(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    answer(handoff, "budget", by=sdr, level=0, asked_in_vain=True)
    sheet = sheets.sheet(scorecards.latest(handoff))
    assert sheet is not None
    assert [element.key for element in sheet.missing] == ["authority", "need", "timeline"]
    assert (sheet.known, sheet.total, str(sheet.lines[0].words)) == (0, 0, "Asked, no answer")
    assert sheet.first_open.element.key == "authority"


def test_an_answer_replaces_the_one_before(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    answer(handoff, "need", by=sdr, level=1)
    answer(handoff, "need", by=sdr, level=3, evidence="“Two bad batches in May.”")
    assert Answer.objects.get().level == 3
    assert Scorecard.objects.count() == 1


@pytest.mark.parametrize(
    "wrong", [{"level": 4}, {"level": -1}, {"level": 2, "asked_in_vain": True}]
)
def test_an_answer_that_contradicts_itself_is_refused(
    live_model: ModelVersion, sdr: User, wrong: dict[str, int]
) -> None:
    with pytest.raises(scorecards.BadAnswer):
        answer(claimed(sdr), "need", by=sdr, **wrong)


def test_the_framework_decides_what_can_be_answered(live_model: ModelVersion, sdr: User) -> None:
    with pytest.raises(scorecards.NoSuchElement):
        answer(claimed(sdr), "horoscope", by=sdr)


def test_two_people_at_one_card_keep_each_others_answers(
    live_model: ModelVersion, team: Team, sdr: User, manager: User
) -> None:
    handoff = claimed(sdr)
    answer(handoff, "need", by=sdr)
    answer(handoff, "budget", by=manager)
    with pytest.raises(scorecards.Changed) as changed:
        answer(handoff, "need", by=manager, level=0)
    assert changed.value.answer.by == sdr
    seen = Answer.objects.get(element="need").at
    answer(handoff, "need", by=manager, level=3, seen=seen)
    with pytest.raises(scorecards.Changed):
        answer(handoff, "need", by=sdr, level=1, seen=seen)
    assert dict(Answer.objects.values_list("element", "level")) == {"need": 3, "budget": 2}


def test_the_sheets_of_a_lead_cost_the_same_however_many(
    live_model: ModelVersion, sdr: User, django_assert_num_queries: object
) -> None:
    handoff = claimed(sdr)
    answer(handoff, "need", by=sdr)
    with django_assert_num_queries(3):  # type: ignore[operator]
        assert [sheet.total for sheet in sheets.of_lead(handoff.lead)] == [2]
