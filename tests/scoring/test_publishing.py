"""Publishing, versions, the first model."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from leads.models import Crossing, JournalEntry, LeadScore
from scoring import runs
from scoring.live import read
from scoring.models import ModelVersion, RescoreRun, ScoringModel
from scoring.publishing import difference, drafts, forecast, versions
from scoring.wording import Words
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db
PUBLISH = "/scoring/publish/"
SAID = {
    "reason": "Titles matter", "expectation": "More of those who decide", "handed": "nobody", "when": "now",
    "notifies": "on",
}  # fmt: skip


def answers(draft: ModelVersion, **over: str) -> dict[str, str]:
    return {**SAID, "digest": forecast.asked(draft), **over}


@pytest.fixture
def live(db: None) -> ModelVersion:
    return factories.publish_model(model(fit("title", 20), act("page", 5)))


@pytest.fixture
def marketing(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


@pytest.fixture
def draft(live: ModelVersion, marketer: User) -> ModelVersion:
    return drafts.edit(live.model, drafts.points("title", 60), by=marketer, at=factories.now())


def finish() -> None:
    while runs.advance(factories.now()):
        pass


def test_publishing_says_what_changes_and_how_many_would_cross(
    marketing: Client, draft: ModelVersion
) -> None:
    factories.make_lead(title="CTO")
    factories.make_lead(title="")
    page = marketing.get(reverse("scoring:publish"))
    assert page.context["sentences"] == ["“Title” gives +60 instead of +20."]
    assert b'hx-get="/scoring/publish/numbers/"' in page.content
    numbers = marketing.get("/scoring/publish/numbers/", HTTP_HX_REQUEST="true")
    assert numbers.context["numbers"]["crossing"] == 1
    assert b"<b>1 lead</b> would become an MQL" in numbers.content
    assert b"<b>1 lead</b> would become an MQL" in marketing.get(PUBLISH).content
    assert marketing.get("/scoring/publish/numbers/")["Location"] == PUBLISH


def test_publishing_needs_a_reason_and_keeps_the_rest(
    marketing: Client, draft: ModelVersion
) -> None:
    answer = marketing.post(PUBLISH, answers(draft, reason="  ", handed="all", expectation="Kept"))
    assert answer.status_code == 422
    assert b"Say why" in answer.content and b"Kept</textarea>" in answer.content
    assert b'value="all" id="id_handed_2" checked' in answer.content.replace(b" required", b"")
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_published_draft_is_live_with_its_reason_and_rescores_everybody(
    marketing: Client, marketer: User, live: ModelVersion, draft: ModelVersion
) -> None:
    lead = factories.make_lead(title="CTO")
    answer = marketing.post(PUBLISH, answers(draft))
    run = RescoreRun.objects.latest("id")
    assert answer["Location"] == reverse("scoring:progress", args=[run.pk])
    finish()
    draft.refresh_from_db()
    live.refresh_from_db()
    assert (draft.state, draft.reason, draft.published_by, draft.opens_handoffs) == (
        "live", "Titles matter", marketer, False,
    )  # fmt: skip
    assert live.state == "retired"
    assert LeadScore.objects.get(lead=lead).total == 60
    assert not Crossing.objects.get(lead=lead).opens_handoff
    assert JournalEntry.objects.filter(kind="model.published", actor=marketer).count() == 1


def test_who_ticks_it_opens_handoffs(marketing: Client, draft: ModelVersion) -> None:
    factories.make_lead(title="CTO")
    marketing.post(PUBLISH, answers(draft, handed="all"))
    finish()
    assert Crossing.objects.get().opens_handoff


def test_a_draft_that_changed_meanwhile_is_shown_again_and_not_published(
    marketing: Client, marketer: User, draft: ModelVersion
) -> None:
    seen = answers(draft, reason="because")
    drafts.edit(draft.model, drafts.points("page", 9), by=marketer, at=factories.now())
    answer = marketing.post(PUBLISH, seen)
    assert answer.status_code == 409
    assert b"because" in answer.content and b"Somebody changed the draft" in answer.content
    assert not ModelVersion.objects.filter(number=2, state="live").exists()


def test_without_a_draft_there_is_nothing_to_publish(marketing: Client, live: ModelVersion) -> None:
    assert marketing.get(PUBLISH)["Location"] == reverse("scoring:model")
    assert marketing.post(PUBLISH, {"reason": "x", "digest": "y"})["Location"] == reverse(
        "scoring:model"
    )


def test_progress_is_asked_again_until_every_part_is_done(
    marketing: Client, draft: ModelVersion
) -> None:
    factories.make_lead()
    marketing.post(PUBLISH, answers(draft))
    url = reverse("scoring:progress", args=[RescoreRun.objects.latest("id").pk])
    assert b"every 1s" in marketing.get(url, HTTP_HX_REQUEST="true").content
    finish()
    done = marketing.get(url, HTTP_HX_REQUEST="true").content
    assert b"every 1s" not in done and reverse("leads:list").encode() in done


def test_the_list_says_who_when_and_why_and_each_version_what_it_changed(
    marketing: Client, marketer: User, draft: ModelVersion
) -> None:
    marketing.post(PUBLISH, answers(draft))
    text = marketing.get(reverse("scoring:versions")).content.decode()
    assert "Titles matter" in text and marketer.name in text and "Retired" in text
    page = marketing.get(reverse("scoring:version", args=[2]))
    assert page.context["sentences"] == ["“Title” gives +60 instead of +20."]
    assert marketing.get(reverse("scoring:version", args=[1])).status_code == 200
    assert marketing.get(reverse("scoring:version", args=[9])).status_code == 404


def test_versions_are_paged_by_their_number(marketing: Client, live: ModelVersion) -> None:
    ModelVersion.objects.bulk_create(
        ModelVersion(model=live.model, number=n, state="retired", definition=live.definition,
                     digest=live.digest, created_at=factories.now(), published_at=factories.now())
        for n in range(2, 60)
    )  # fmt: skip
    first = marketing.get(reverse("scoring:versions"))
    assert first.context["next_url"] == "?before=10"
    second = marketing.get(reverse("scoring:versions"), {"before": "10"})
    assert [v.number for v, _mqls in second.context["versions"]] == list(range(9, 0, -1))
    assert marketing.get(reverse("scoring:versions"), {"before": "x" * 9}).status_code == 200


def test_the_first_model_is_a_starter_published_at_once(marketing: Client, marketer: User) -> None:
    factories.make_lead(title="Chief Operating Officer")
    assert marketing.get(reverse("scoring:model"))["Location"] == reverse("scoring:start")
    assert marketing.get(reverse("scoring:start")).status_code == 200
    answer = marketing.post(
        reverse("scoring:start"), {"name": "Inbound", "starter": "tiers", "publish": "1"}
    )
    assert answer["Location"].startswith("/scoring/progress/")
    finish()
    version = ModelVersion.objects.get()
    assert (version.state, version.number, version.published_by) == ("live", 1, marketer)
    assert LeadScore.objects.get().total == 20
    assert marketing.get(reverse("scoring:start"))["Location"] == reverse("scoring:model")


def test_the_first_model_may_be_changed_before_it_is_published(marketing: Client) -> None:
    marketing.post(reverse("scoring:start"), {"name": "Inbound", "starter": "tiers", "edit": "1"})
    assert ModelVersion.objects.get().state == "draft"
    page = marketing.get(reverse("scoring:model"))
    assert b"Not published yet" in page.content
    assert marketing.get(reverse("scoring:publish")).context["sentences"] == [
        "The first version, with 18 criteria."
    ]


@pytest.mark.parametrize(
    "form", [{"name": "", "starter": "tiers"}, {"name": "x", "starter": "none"}]
)
def test_a_first_model_without_a_name_or_starter_is_refused(
    marketing: Client, form: dict[str, str]
) -> None:
    assert marketing.post(reverse("scoring:start"), form).status_code == 422
    assert not ScoringModel.objects.exists()


def test_before_the_first_model_an_sdr_is_told_so(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    page = client.get(reverse("scoring:model"))
    assert page.status_code == 200 and b"No scoring model is live" in page.content


def test_differences_are_said_in_sentences(live: ModelVersion) -> None:
    old = read(live)
    new = versions.understood(
        model(
            {**act("page", 5, within_days=30, cap=20), "label": "Looked"}, act("new", 7, "webinar", at_least=2),
            line=60, caps={"fit": 40, "engagement": None, "negative": None}, total_floor=-10,
        )
    )  # fmt: skip
    assert difference.sentences(old, new, Words.read()) == [
        "“Page” is now called “Looked”.",
        "“Looked”: Page viewed, in the last 30 days (was: Page viewed).",
        "“Looked”: at most 20 (was: the full points each time).",
        "New in engagement: “New” gives +7 (Webinar attended, 2 or more times).",
        "“Title” is removed; it gave +20.",
        "Limit of fit: 40 instead of none.",
        "Limit of total, lower: −10 instead of none.",
        "Band “MQL” starts at 60 instead of 50.",
    ]
    assert difference.sentences(old, old, Words.read()) == []
