"""The live model for machines."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from tests import factories
from tests.scoring.models import fit, model

pytestmark = pytest.mark.django_db


def test_the_live_model_is_told_with_its_definition(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    factories.publish_model(model(fit("title", 20)), reason="because")
    answer = client.get("/api/v1/model").json()
    assert (answer["version"], answer["reason"]) == (1, "because")
    assert answer["definition"]["criteria"][0]["points"] == 20


def test_without_a_live_model_the_answer_is_404_in_words(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    answer = client.get("/api/v1/model")
    assert answer.status_code == 404 and "No scoring model is live" in answer.content.decode()


def test_strangers_are_refused(client: Client) -> None:
    assert client.get("/api/v1/model").status_code in (401, 403)


def test_a_machine_keeps_a_draft_and_is_told_what_cannot_be_meant(client: Client) -> None:
    client.force_login(factories.make_user("marketer"))
    version = factories.publish_model(model(fit("title", 20)))
    url = f"/api/v1/models/{version.model.name}/draft"

    def put(definition: object) -> Any:
        return client.put(url, {"definition": definition}, content_type="application/json")

    answer = put(model(fit("title", 30)))
    assert (answer.status_code, answer.json()["version"]) == (200, 2)
    assert version.model.versions.get(state="draft").definition["criteria"][0]["points"] == 30
    refused = put(model(fit("title", 30), line=5000000))
    assert refused.status_code == 400
    assert "bands.mql.start" in refused.content.decode()
    assert put("no").status_code == 400
    assert (
        client.put("/api/v1/models/None/draft", {}, content_type="application/json").status_code
        == 404
    )
