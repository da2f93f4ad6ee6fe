"""Six frameworks as data, their gates, and going from one to another without asking twice."""

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from qualification import choosing, dispositions, scorecards
from qualification.choosing import NoSuchFramework
from qualification.definition import FrameworkDefinition, parse
from qualification.dispositions import NotReady
from qualification.models import Answer, Disposition, Framework, Scorecard
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import answer, answer_all, claimed

pytestmark = pytest.mark.django_db

ALL = {
    "bant": "BANT", "champ": "CHAMP", "gpct": "GPCT", "gpctba_ci": "GPCTBA/C&I",
    "meddic": "MEDDIC", "meddpicc": "MEDDPICC",
}  # fmt: skip
LETTERS = {
    "bant": "BANT", "champ": "CHAMP", "gpct": "GPCT", "gpctba_ci": "GPCTBACI",
    "meddic": "MEDDIC", "meddpicc": "MEDDPICC",
}  # fmt: skip


def newest() -> dict[str, FrameworkDefinition]:
    found = Framework.objects.order_by("key", "-version").distinct("key")
    return {one.key: parse(one.definition) for one in found}


def test_all_six_are_complete(db: None) -> None:
    frameworks = newest()
    assert {key: one.name for key, one in frameworks.items()} == ALL
    for key, framework in frameworks.items():
        assert "".join(element.letter for element in framework.elements) == LETTERS[key]
        for element in framework.elements:
            assert len(element.examples) == 4
            assert element.question.endswith("?")
            assert len(element.follow_ups) >= 2
            assert all([element.means, element.tip, element.meaning, *element.examples])
        assert framework.best_for
        assert framework.limits


def test_what_means_the_same_has_one_meaning(db: None) -> None:
    names = {
        (key, element.key): element.meaning
        for key, framework in newest().items()
        for element in framework.elements
    }
    money = {("bant", "budget"), ("champ", "money"), ("gpctba_ci", "budget")}
    assert {place for place, meaning in names.items() if meaning == "money"} == money
    problem = [key for (key, _element), meaning in names.items() if meaning == "problem"]
    assert sorted(problem) == sorted(ALL)


def test_the_gate_is_said_in_words(db: None) -> None:
    words = {key: one.gate_in_words for key, one in newest().items()}
    assert words["bant"] == "SQL when Authority and Need are at least 2 and the sum is 8 or more"
    assert words["gpctba_ci"].startswith(
        "SQL when Goals, Challenges and Authority are at least 2 and"
    )
    bant = newest()["bant"]
    assert bant.below_gate({"budget": 3, "authority": 1, "need": 2}) == [
        "Authority is 1, not 2",
        "the sum is 6, not 8",
    ]


@given(
    levels=st.fixed_dictionaries(
        {key: st.integers(0, 3) for key in ("budget", "authority", "need", "timeline")}
    )
)
def test_a_card_passes_just_when_nothing_is_below(levels: dict[str, int]) -> None:
    bant = newest()["bant"]
    passes = levels["authority"] >= 2 and levels["need"] >= 2 and sum(levels.values()) >= 8
    assert (bant.below_gate(levels) == []) is passes


def test_a_lead_below_the_gate_is_accepted_with_a_reason_only(
    live_model: ModelVersion, sdr: User
) -> None:
    handoff = claimed(sdr)
    answer_all(handoff, by=sdr)
    answer(handoff, "authority", by=sdr, level=1)
    with pytest.raises(
        NotReady, match="Below the gate: Authority is 1, not 2, the sum is 7, not 8"
    ):
        dispositions.accept(handoff, by=sdr, at=factories.now(), note="  ")
    dispositions.accept(handoff, by=sdr, at=factories.now(), note="Their CFO asked for a quote.")
    decided = Disposition.objects.get()
    assert (decided.below_gate, decided.note) == (True, "Their CFO asked for a quote.")


def test_what_is_known_comes_along_to_another_framework_and_back(
    live_model: ModelVersion, sdr: User
) -> None:
    handoff = claimed(sdr)
    answer(handoff, "budget", by=sdr, level=2, evidence="About twenty thousand.")
    answer(handoff, "need", by=sdr, level=1)
    champ = choosing.choose(handoff, "champ", by=sdr, at=factories.now())
    carried = {a.element: (a.level, a.evidence) for a in champ.answers.all()}
    assert carried == {"money": (2, "About twenty thousand."), "challenges": (1, "")}
    assert champ.answers.get(element="money").carried.element == "budget"
    answer(handoff, "challenges", by=sdr, level=3, evidence="They showed the case.")
    answer(handoff, "authority", by=sdr, level=2)
    bant = choosing.choose(handoff, "bant", by=sdr, at=factories.now())
    there = {a.element: a.level for a in bant.answers.all()}
    assert there == {"budget": 2, "need": 3, "authority": 2}
    assert scorecards.latest(handoff) == bant
    assert Scorecard.objects.count() == 2
    with pytest.raises(NoSuchFramework):
        choosing.choose(handoff, "spin", by=sdr, at=factories.now())


def test_what_was_answered_here_later_is_not_overwritten(
    live_model: ModelVersion, sdr: User
) -> None:
    handoff = claimed(sdr)
    answer(handoff, "need", by=sdr, level=1)
    choosing.choose(handoff, "gpct", by=sdr, at=factories.now())
    answer(handoff, "challenges", by=sdr, level=2)
    choosing.choose(handoff, "bant", by=sdr, at=factories.now())
    answer(handoff, "need", by=sdr, level=3)
    gpct = choosing.choose(handoff, "gpct", by=sdr, at=factories.now())
    assert gpct.answers.get(element="challenges").level == 3
    assert Answer.objects.get(card=gpct, element="challenges").carried.element == "need"


def test_a_card_of_the_first_day_keeps_its_version(live_model: ModelVersion, sdr: User) -> None:
    handoff = claimed(sdr)
    first = Framework.objects.get(key="bant", version=1)
    scorecards.start([handoff.pk], at=factories.now())
    Scorecard.objects.update(framework=first)
    assert choosing.choose(handoff, "bant", by=sdr, at=factories.now()).framework == first
    answer_all(handoff, by=sdr)
    answer(handoff, "need", by=sdr, level=0, asked_in_vain=True)
    assert not dispositions.accept(handoff, by=sdr, at=factories.now()).below_gate


def test_the_page_changes_frameworks_and_asks_why_below_the_gate(
    client: Client, live_model: ModelVersion, sdr: User
) -> None:
    handoff = claimed(sdr)
    client.force_login(sdr)
    url = f"/qualification/{handoff.public_id}"
    assert client.post(f"{url}/framework", {"framework": "meddic"}).status_code == 302
    page = client.get(f"{url}/card").content.decode()
    assert "Economic buyer" in page
    assert (
        "SQL when Economic buyer and Identified pain are at least 2 and the sum is 11 or more."
        in page
    )
    assert client.post(f"{url}/framework", {"framework": "spin"}).status_code == 422
    client.post(f"{url}/framework", {"framework": "bant"})
    answer_all(handoff, by=sdr)
    answer(handoff, "need", by=sdr, level=1)
    assert "Need is 1, not 2" in client.get(f"{url}/card").content.decode()
    refused = client.post(f"{url}/accept", {"note": ""})
    assert refused.status_code == 422
    assert "Say why it is an SQL all the same." in refused.content.decode()
    assert client.post(f"{url}/accept", {"note": "They bought before."}).status_code == 302
    assert Disposition.objects.get().below_gate
