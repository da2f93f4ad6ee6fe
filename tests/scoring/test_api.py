"""The live model for machines."""

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
