"""The pages of proposals, of going back, and of event trust."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from leads.activity import trust
from leads.models import Event, TrustRule
from scoring import runs
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import drafts, forecast, proposals
from scoring.publishing.proposals import Plan
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db
SAID = {"reason": "Titles matter", "expectation": "More", "handed": "nobody", "when": "now"}
TRUST = "/events/trust/"


@pytest.fixture
def draft(marketer: User) -> ModelVersion:
    live = factories.publish_model(model(fit("title", 20), act("page", 5)))
    factories.make_lead(title="CTO")
    while runs.advance(factories.now()):
        pass
    return drafts.edit(live.model, drafts.points("title", 60), by=marketer, at=factories.now())


@pytest.fixture
def proposed(draft: ModelVersion, marketer: User) -> ModelVersion:
    ScoringModel.objects.update(needs_approval=True)
    draft.refresh_from_db()
    return proposals.propose(draft, Plan("Titles <b>", "More"), by=marketer, at=factories.now())


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_only_an_administrator_says_whether_a_second_person_approves(
    draft: ModelVersion, marketer: User, administrator: User
) -> None:
    url, model = f"/scoring/models/{draft.model_id}/", ScoringModel.objects.get()
    said = {"name": model.name, "order": model.order, "kind": model.kind}
    ScoringModel.objects.update(needs_approval=True)
    for user, needs in ((marketer, True), (administrator, False)):
        assert as_(user).post(url, said).status_code == 302
        assert ScoringModel.objects.get().needs_approval is needs
    assert as_(marketer).post(url, {**said, "needs_approval": "on"}).status_code == 302
    assert not ScoringModel.objects.get().needs_approval


def test_what_is_proposed_waits_on_its_page_and_a_manager_approves(
    draft: ModelVersion, marketer: User, manager: User
) -> None:
    ScoringModel.objects.update(needs_approval=True)
    answer = as_(marketer).post("/scoring/publish/", {**SAID, "digest": forecast.asked(draft)})
    assert answer["Location"] == "/scoring/proposals/2/"
    mine = as_(marketer).get("/scoring/proposals/2/").content.decode()
    assert "Somebody else has to approve" in mine and "/approve/" not in mine
    assert "waits to be approved" in as_(marketer).get("/scoring/").content.decode()
    seen = {"digest": forecast.asked(draft)}
    assert as_(marketer).post("/scoring/proposals/2/approve/", seen).status_code == 302
    draft.refresh_from_db()
    assert draft.state == "proposed"
    assert "/approve/" in as_(manager).get("/scoring/proposals/2/").content.decode()
    answer = as_(manager).post("/scoring/proposals/2/approve/", seen)
    assert answer["Location"].startswith("/scoring/progress/")
    assert as_(manager).get("/scoring/proposals/2/")["Location"] == "/scoring/versions/2/"
    page = as_(manager).get("/scoring/versions/2/").content.decode()
    assert "Approved by" in page and manager.name in page and "Expected and actual" in page


def test_an_sdr_may_look_and_not_answer(proposed: ModelVersion, sdr: User) -> None:
    page = as_(sdr).get("/scoring/proposals/2/").content.decode()
    assert "Titles &lt;b&gt;" in page and "/back/" not in page
    assert as_(sdr).post("/scoring/proposals/2/approve/").status_code == 403


def test_who_approves_sees_again_what_changed_meanwhile(
    proposed: ModelVersion, marketer: User, manager: User
) -> None:
    seen = {"digest": forecast.asked(proposed)}
    first = ModelVersion.objects.get(number=1)
    ModelVersion.objects.filter(pk=first.pk).update(state="retired", retired_at=factories.now())
    # Somebody switched approval off, and went back without it.
    ScoringModel.objects.update(needs_approval=False)
    back = proposals.revert(back_to(first), reason="x", by=marketer, at=factories.now())
    answer = as_(manager).post("/scoring/proposals/2/approve/", seen)
    assert answer.status_code == 409 and b"published another version" in answer.content
    proposed.refresh_from_db()
    assert (proposed.state, back.state) == ("proposed", "live")


def back_to(version: ModelVersion) -> ModelVersion:
    version.refresh_from_db()
    return version


def test_sending_back_needs_a_word_and_shows_it_to_the_editor(
    proposed: ModelVersion, marketer: User, manager: User
) -> None:
    answer = as_(manager).post("/scoring/proposals/2/back/", {"comment": " "})
    assert answer.status_code == 422 and b"Say what should change." in answer.content
    as_(manager).post("/scoring/proposals/2/back/", {"comment": "40 will do"})
    for page in ("/scoring/", "/scoring/publish/"):
        assert b"40 will do" in as_(marketer).get(page).content
    again = as_(manager).post("/scoring/proposals/2/back/", {"comment": "x"})
    assert again.status_code == 302


def test_with_a_newer_draft_it_cannot_go_back(
    proposed: ModelVersion, marketer: User, manager: User
) -> None:
    drafts.edit(proposed.model, drafts.points("page", 9), by=marketer, at=factories.now())
    answer = as_(manager).post("/scoring/proposals/2/back/", {"comment": "no"})
    assert answer.status_code == 422 and b"There is a newer draft" in answer.content
    publish = as_(marketer).get("/scoring/publish/").content.decode()
    assert "Version 2 is under way already." in publish


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"handed": "slices", "slice_size": ""}, "Say how many a day."),
        ({"handed": "slices", "slice_size": "0"}, "greater than or equal to 1"),
        ({"when": "later", "goes_live_at": ""}, "Say when."),
        ({"when": "later", "goes_live_at": "2020-01-01T10:00"}, "Give a moment to come."),
        ({"when": "later", "goes_live_at": "soon"}, "Enter a valid date/time."),
        ({"expectation": ""}, "Say what you expect of it"),
        ({"handed": "everybody"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_the_field(
    draft: ModelVersion, marketer: User, over: dict[str, str], said: str
) -> None:
    answer = as_(marketer).post(
        "/scoring/publish/", {**SAID, "digest": forecast.asked(draft), **over}
    )
    assert answer.status_code == 422
    assert said in answer.content.decode() and "Titles matter" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_a_day_and_slices_are_kept(draft: ModelVersion, marketer: User) -> None:
    at = timezone.localtime(factories.now() + timedelta(days=2))
    over = {"when": "later", "goes_live_at": f"{at:%Y-%m-%dT%H:%M}", "handed": "slices",
            "slice_size": "7", "slice_order": "oldest"}  # fmt: skip
    answer = as_(marketer).post(
        "/scoring/publish/", {**SAID, "digest": forecast.asked(draft), **over}
    )
    assert answer["Location"] == "/scoring/proposals/2/"
    draft.refresh_from_db()
    assert (draft.state, draft.slice_size, draft.slice_order) == ("scheduled", 7, "oldest")
    assert (draft.opens_handoffs, draft.notifies) == (False, False)
    page = as_(marketer).get("/scoring/proposals/2/").content.decode()
    assert "Goes live on" in page and "7 a day, oldest lead first" in page


def test_going_back_says_what_changes_and_asks_why(draft: ModelVersion, marketer: User) -> None:
    proposals.propose(draft, Plan("x", "y"), by=marketer, at=factories.now())
    page = as_(marketer).get("/scoring/versions/1/revert/")
    assert page.context["sentences"] == ["“Title” gives +20 instead of +60."]
    assert as_(marketer).post("/scoring/versions/1/revert/", {"reason": ""}).status_code == 422
    answer = as_(marketer).post("/scoring/versions/1/revert/", {"reason": "Too many"})
    assert answer["Location"].startswith("/scoring/progress/")
    log = as_(marketer).get("/scoring/versions/").content.decode()
    assert "back to v1" in log and "Too many" in log
    assert as_(marketer).get("/scoring/versions/3/revert/")["Location"] == "/scoring/versions/3/"


def test_an_earlier_version_becomes_the_draft(draft: ModelVersion, marketer: User) -> None:
    proposals.propose(draft, Plan("x", "y"), by=marketer, at=factories.now())
    assert as_(marketer).post("/scoring/versions/1/draft/")["Location"] == "/scoring/"
    again = ModelVersion.objects.get(state="draft")
    assert (again.number, again.digest) == (3, ModelVersion.objects.get(number=1).digest)


def test_a_rule_is_looked_at_before_it_is_kept(marketer: User) -> None:
    factories.make_event(factories.make_lead(email="a@ours.example"), path="/pricing")
    client, asked = as_(marketer), {"trust": "4", "domain": "@Ours.example", "future": "on"}
    looked = client.post(TRUST, {**asked, "keep": "1"})
    assert b"<b>1 event</b> becomes" in looked.content and not TrustRule.objects.exists()
    seen = looked.context["form"]["seen"].value()
    assert (
        client.post(TRUST, {**asked, "seen": seen, "kind": "page", "keep": "1"}).status_code == 200
    )
    assert not TrustRule.objects.exists()
    assert client.post(TRUST, {**asked, "seen": seen, "keep": "1"}).status_code == 302
    rule = TrustRule.objects.get()
    assert (rule.domain, rule.future, rule.created_by) == ("ours.example", True, marketer)
    while trust.advance(factories.now()):
        pass
    assert Event.objects.get().trust == 4
    assert b"of leads @ours.example" in client.get(TRUST).content
    client.post(f"{TRUST}{rule.pk}/undo/")
    again = client.post(f"{TRUST}{rule.pk}/undo/", follow=True)
    assert b"Somebody took this rule back already." in again.content


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({}, "fill in at least one field"),
        ({"since": "2026-02-02T10:00", "until": "2026-02-01T10:00"}, "The end lies before"),
        ({"path": "/", "trust": "9"}, "Select a valid choice"),
        ({"path": "x" * 401}, "at most 400"),
        ({"kind": "nonsense"}, "Select a valid choice"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(
    marketer: User, over: dict[str, str], said: str
) -> None:
    answer = as_(marketer).post(TRUST, {"trust": "4", **over})
    assert answer.status_code == 422 and said in answer.content.decode()


def test_rules_are_paged_and_others_do_not_see_them(marketer: User, sdr: User) -> None:
    TrustRule.objects.bulk_create(
        TrustRule(trust=4, path=f"/{n}", state="applied", created_by=marketer, created_at=factories.now())
        for n in range(60)
    )  # fmt: skip
    first = as_(marketer).get(TRUST)
    assert len(as_(marketer).get(TRUST + first.context["next_url"]).context["rules"]) == 10
    assert as_(sdr).get(TRUST).status_code == 403
