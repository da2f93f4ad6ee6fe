"""Several models: exactly one applies to a lead, in a stated order."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from leadhub import pipeline
from leads import lifecycle
from leads.models import Crossing, LeadScore
from leads.stages import Stage
from scoring import engine, runs
from scoring.live import live_models
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import line_up, versions
from tests import factories
from tests.scoring.models import act, fit, model

pytestmark = pytest.mark.django_db


@pytest.fixture
def marketing(client: Client) -> Client:
    client.force_login(factories.make_user("marketer"))
    return client


def publish(name: str, points: int, kind: str = "marketing", **segment: object) -> ModelVersion:
    """A live model whose one criterion gives `points` to everybody with a title."""
    definition = model(fit("title", points), line=50)
    draft = line_up.begin(name, definition, kind=kind, by=None, at=factories.now())
    if segment:
        rows = [{"field": key, "op": "one_of", "value": value} for key, value in segment.items()]
        ScoringModel.objects.filter(pk=draft.model_id).update(segment={"all": rows})
    at = factories.now()
    return versions.publish(draft, reason="x", opens_handoffs=True, by=None, at=at)


def scored() -> dict[int, tuple[int, int | None]]:
    while runs.advance(factories.now()):
        pass
    return {s.lead_id: (s.total, s.version) for s in LeadScore.objects.all()}


def test_the_first_model_whose_segment_holds_scores_a_lead() -> None:
    fair = factories.make_lead(title="CEO", source="Fair")
    other = factories.make_lead(title="CEO", source="Web")
    everybody = publish("Everybody", 20)
    special = publish("Fair", 30, source=["Fair"])
    ScoringModel.objects.filter(pk=special.model_id).update(order=0)
    engine.rescore([fair.pk, other.pk], at=factories.now(), cause="edit")
    assert scored() == {fair.pk: (30, special.pk), other.pk: (20, everybody.pk)}


def test_a_lead_that_no_model_takes_has_no_score() -> None:
    lead = factories.make_lead(title="CEO", source="Web")
    publish("Fair", 30, source=["Fair"])
    engine.rescore([lead.pk], at=factories.now(), cause="edit")
    assert scored() == {lead.pk: (0, None)}
    assert LeadScore.objects.get(lead=lead).band == ""


def test_an_edit_that_moves_a_lead_to_another_model_scores_it_by_that_one() -> None:
    lead = factories.make_lead(title="CEO", source="Web", country="DE")
    special = publish("French", 30, country=["FR"])
    everybody = publish("Everybody", 20)
    engine.rescore([lead.pk], at=factories.now(), cause="edit")
    assert scored() == {lead.pk: (20, everybody.pk)}
    type(lead).objects.filter(pk=lead.pk).update(country="FR")
    engine.rescore([lead.pk], at=factories.now(), cause="edit")
    assert scored() == {lead.pk: (30, special.pk)}


def test_a_customer_crosses_by_a_service_model_to_the_owner_of_the_account() -> None:
    team = factories.make_team("Care")
    owner = factories.make_user("sdr", teams=[team], name="Olga Owner")
    customer = factories.make_lead(title="CEO", company_name="Acme")
    publish("Service", 60, kind="service", lead_type=["service"])
    ScoringModel.objects.update(order=0)
    publish("Everybody", 10)
    lifecycle.move([customer.pk], Stage.CUSTOMER, at=factories.now())
    type(customer).objects.filter(pk=customer.pk).update(owner=owner)
    pipeline.drain()
    customer.refresh_from_db()
    crossing = Crossing.objects.get(lead=customer)
    assert (customer.stage, customer.owner) == (Stage.CUSTOMER, owner)
    assert crossing.handoff.team == team  # type: ignore[attr-defined]
    assert "Olga Owner owns the account" in crossing.handoff.routed_by  # type: ignore[attr-defined]


def test_a_customer_of_an_ordinary_model_calls_nobody() -> None:
    customer = factories.make_lead(title="CEO")
    lifecycle.move([customer.pk], Stage.CUSTOMER, at=factories.now())
    publish("Everybody", 60)
    pipeline.drain()
    scored()
    assert not Crossing.objects.exists()


def test_a_new_segment_scores_everybody_anew_and_hands_nobody_over(marketing: Client) -> None:
    lead = factories.make_lead(title="CEO", source="Web")
    publish("Everybody", 20)
    second = publish("Second", 70)
    assert scored()[lead.pk][0] == 20
    answer = marketing.post(
        f"/scoring/models/{second.model_id}/",
        {
            "name": "Second",
            "order": 0,
            "kind": "marketing",
            "field0": "source",
            "op0": "one_of",
            "value0": "Web",
        },
    )
    assert answer.status_code == 302
    assert scored()[lead.pk] == (70, second.pk)
    assert [c.opens_handoff for c in Crossing.objects.all()] == [False]


def test_a_segment_that_cannot_be_meant_is_refused_beside_its_field(marketing: Client) -> None:
    version = publish("Everybody", 20)
    answer = marketing.post(
        f"/scoring/models/{version.model_id}/",
        {"name": "Everybody", "order": 1, "kind": "marketing", "field0": "stage", "value0": "mql"},
    )
    assert answer.status_code == 422
    assert "A model cannot ask for a stage that scores bring about." in answer.content.decode()


def test_a_model_goes_out_as_a_file_and_comes_in_as_a_draft(marketing: Client) -> None:
    version = publish("Everybody", 20)
    file = marketing.get(f"/scoring/models/{version.model_id}/file/").content
    sent = {"name": "Copy", "kind": "marketing", "starter": "file"}
    answer = marketing.post(
        "/scoring/models/add/", sent | {"file": SimpleUploadedFile("m.json", file)}
    )
    assert answer.status_code == 302
    copied = ModelVersion.objects.get(model__name="Copy")
    assert (copied.state, copied.digest) == ("draft", version.digest)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"{", "This is no JSON."),
        (b"[]", "This is no model."),
        (b'{"criteria": []}', "A model needs at least one criterion."),
        (json.dumps(model(act("a", 1, "fax"))).encode(), "Choose which kind of event counts."),
    ],
)
def test_a_file_that_is_no_model_is_refused_with_the_reason(
    marketing: Client, content: bytes, said: str
) -> None:
    sent = {"name": "Copy", "kind": "marketing", "starter": "file"}
    answer = marketing.post(
        "/scoring/models/add/", sent | {"file": SimpleUploadedFile("m.json", content)}
    )
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not ScoringModel.objects.exists()


def test_five_questions_make_a_draft(marketing: Client) -> None:
    marketing.post(
        "/scoring/models/add/",
        {"name": "Ours", "kind": "marketing", "starter": "guided", "seniority": ["c_level", "vp"],
         "smallest": "50", "countries": "de, at", "signs": ["demo", "pricing"]},
    )  # fmt: skip
    draft = ModelVersion.objects.get(model__name="Ours")
    keys = {item["key"] for item in draft.definition["criteria"]}
    assert keys >= {"role", "size", "country", "elsewhere", "demo", "pricing"}


def test_the_list_of_models_asks_no_more_for_more_models(
    marketing: Client, django_assert_max_num_queries: object
) -> None:
    for n in range(6):
        publish(f"M{n}", 5, source=["x"])
    assert len(live_models()) == 6
    with django_assert_max_num_queries(16):  # type: ignore[operator]
        assert marketing.get("/scoring/models/").status_code == 200
