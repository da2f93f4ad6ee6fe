"""The card as a page: what it shows, what each key's request answers, in so many queries."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Team, User
from handoff.models import Handoff
from qualification import dispositions
from qualification.models import Answer, Disposition, DispositionReason, Scorecard
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import ELEMENTS, answer, answer_all, any_reason, claimed, colleague

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def handoff(live_model: ModelVersion, sdr: User) -> Handoff:
    return claimed(sdr, first_name="Maya", last_name="Lind")


@pytest.fixture
def reps(client: Client, sdr: User) -> Client:
    client.force_login(sdr)
    return client


def url(handoff: Handoff, what: str = "card") -> str:
    return f"/qualification/{handoff.public_id}/{what}"


def test_it_shows_what_to_ask_and_what_is_missing(reps: Client, handoff: Handoff) -> None:
    page = reps.get(url(handoff)).content.decode()
    assert "How do you pay for tools like this today" in page
    assert "Not yet: 4 points were not asked." in page
    assert "0 of 4 known" in page


def test_an_answer_is_saved_by_itself(reps: Client, handoff: Handoff) -> None:
    sent = {"level": "2", "evidence": "“Petra and I choose.”"}
    page = reps.post(url(handoff, "answer/authority"), sent, headers=HTMX).content.decode()
    saved = Answer.objects.get()
    assert (saved.element, saved.level, saved.evidence) == ("authority", 2, "“Petra and I choose.”")
    assert 'id="saved-authority"' in page
    assert 'id="card-sum" hx-swap-oob="true"' in page
    assert "1 of 4 known" in page
    assert "Not yet: 3 points" in page


def test_an_answer_without_scripts_comes_back_to_its_point(reps: Client, handoff: Handoff) -> None:
    response = reps.post(url(handoff, "answer/need"), {"level": "1"})
    assert response["Location"] == url(handoff) + "#question-need"


def test_words_before_a_step_are_kept(reps: Client, handoff: Handoff) -> None:
    reps.post(url(handoff, "answer/need"), {"evidence": "by hand"}, headers=HTMX)
    assert Answer.objects.values_list("level", "evidence").get() == (0, "by hand")


@pytest.mark.parametrize(
    "sent",
    [
        {"level": "7"},
        {"level": "x"},
        {"level": "2", "asked_in_vain": "1"},
        {"evidence": "x" * 1001},
    ],
)
def test_a_bad_answer_is_refused_in_words(
    reps: Client, handoff: Handoff, sent: dict[str, str]
) -> None:
    for headers in (HTMX, {}):
        assert reps.post(url(handoff, "answer/need"), sent, headers=headers).status_code == 422
    assert not Answer.objects.exists()
    assert reps.post(url(handoff, "answer/luck"), {"level": "1"}).status_code == 404


def test_who_answers_over_another_is_shown_theirs(
    reps: Client, handoff: Handoff, manager: User
) -> None:
    answer(handoff, "need", by=manager, level=3, evidence="They showed it.")
    sent = {"level": "0", "evidence": "mine", "seen": ""}
    response = reps.post(url(handoff, "answer/need"), sent, headers=HTMX)
    page = response.content.decode()
    assert (response.status_code, response["HX-Retarget"]) == (409, "#question-need")
    assert "Ines Manager answered this meanwhile" in page
    assert "They showed it." in page
    assert "“mine”" in page
    seen = Answer.objects.get().at.isoformat()
    again = reps.post(url(handoff, "answer/need"), {**sent, "seen": seen}, headers=HTMX)
    assert again.status_code == 200
    assert Answer.objects.get().evidence == "mine"


def test_every_answer_costs_the_same(reps: Client, handoff: Handoff, sdr: User) -> None:
    counts = []
    for element in ELEMENTS:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            reps.post(url(handoff, f"answer/{element}"), {"level": "2"}, headers=HTMX)
        counts.append(len(queries))
        claimed(sdr)
    assert len(set(counts[1:])) == 1
    assert counts[1] <= 25


def test_accepting_goes_on_to_the_next_lead(reps: Client, handoff: Handoff, sdr: User) -> None:
    response = reps.post(url(handoff, "accept"), headers=HTMX)
    assert response.status_code == 422
    assert "Not asked yet: Budget, Authority, Need, Timeline" in response.content.decode()
    answer_all(handoff, by=sdr)
    following = claimed(sdr, first_name="Next")
    response = reps.post(url(handoff, "accept"), headers=HTMX)
    assert response["HX-Redirect"] == f"/leads/{following.lead.public_id}/"
    assert Disposition.objects.get().result == "accepted"


def test_after_the_last_lead_comes_the_queue(reps: Client, handoff: Handoff, sdr: User) -> None:
    answer_all(handoff, by=sdr)
    assert reps.post(url(handoff, "accept"))["Location"] == "/queue/"


def test_a_refusal_without_scripts_shows_the_card_again(reps: Client, handoff: Handoff) -> None:
    response = reps.post(url(handoff, "accept"))
    assert response.status_code == 422
    assert "Not asked yet" in response.content.decode()


def test_disqualifying_asks_for_a_reason(reps: Client, handoff: Handoff) -> None:
    sheet = reps.get(url(handoff, "disqualify"), headers=HTMX).content.decode()
    assert "<html" not in sheet
    assert sheet.count('name="reason"') == 8
    response = reps.post(url(handoff, "disqualify"), {"note": "kept"}, headers=HTMX)
    assert response.status_code == 422
    page = response.content.decode()
    assert "Choose a reason" in page
    assert "kept" in page
    reason = DispositionReason.objects.get(key="no_budget")
    sent = {"reason": str(reason.pk), "note": "next year"}
    assert reps.post(url(handoff, "disqualify"), sent)["Location"] == "/queue/"
    assert Disposition.objects.get().note == "next year"


def test_recycling_takes_a_preset_or_a_day(reps: Client, handoff: Handoff, sdr: User) -> None:
    assert "In three months" in reps.get(url(handoff, "recycle")).content.decode()
    for wrong in ({}, {"when": "day"}, {"when": "day", "until": "2001-01-01"}, {"when": "never"}):
        response = reps.post(url(handoff, "recycle"), wrong, headers=HTMX)
        assert response.status_code == 422
        assert "errorlist" in response.content.decode()
    day = (factories.now() + timedelta(days=9)).date()
    sent = {"when": "day", "until": day.isoformat(), "reason": str(any_reason().pk)}
    reps.post(url(handoff, "recycle"), sent, headers=HTMX)
    assert Disposition.objects.get().recycle_on == day
    other = claimed(sdr)
    reps.post(url(other, "recycle"), {**sent, "when": "month"}, headers=HTMX)
    assert Disposition.objects.count() == 2


def test_who_comes_second_is_told_who_decided(
    reps: Client, handoff: Handoff, manager: User
) -> None:
    tomorrow = dispositions.first_day(factories.now())
    dispositions.recycle(
        handoff, until=tomorrow, reason=any_reason(), by=manager, at=factories.now()
    )
    for what in ("accept", "disqualify", "recycle", "answer/need"):
        reason = DispositionReason.objects.all()[0].pk
        sent = {"reason": reason, "when": "month", "level": "1"}
        response = reps.post(url(handoff, what), sent, headers=HTMX)
        assert response.status_code == 409
        assert "Ines Manager decided meanwhile: Recycled." in response.content.decode()
    page = reps.get(url(handoff)).content.decode()
    assert "Recycled until" in page
    assert 'data-key="a"' not in page


def test_others_of_the_team_read_only(
    client: Client, handoff: Handoff, team: Team, outsider: User
) -> None:
    client.force_login(colleague(team))
    page = client.get(url(handoff)).content.decode()
    assert "Rui Rep works this card; you can read it." in page
    assert 'data-key="a"' not in page
    response = client.post(url(handoff, "answer/need"), {"level": "1"}, headers=HTMX)
    assert response.status_code == 409
    assert "Rui Rep holds this lead" in response.content.decode()
    client.force_login(outsider)
    assert client.get(url(handoff)).status_code == 404


def test_reading_an_unclaimed_card_starts_none(
    live_model: ModelVersion, team: Team, reps: Client
) -> None:
    handoff = factories.make_mql()
    assert "Nobody holds this lead yet" in reps.get(url(handoff)).content.decode()
    assert not Scorecard.objects.exists()


def test_what_a_lead_calls_itself_stays_text(
    live_model: ModelVersion, reps: Client, sdr: User
) -> None:
    handoff = claimed(sdr, first_name="<img src=x onerror=alert(1)>", company_name='" hx-get="/')
    answer(handoff, "need", by=sdr, evidence='"><script>alert(1)</script>')
    pages = [url(handoff), url(handoff, "disqualify"), url(handoff, "recycle")]
    pages.append(f"/qualification/lead/{handoff.lead.public_id}/")
    for path in pages:
        page = reps.get(path).content.decode()
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert '" hx-get="/"' not in page
