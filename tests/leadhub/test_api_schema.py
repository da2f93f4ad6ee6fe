"""The API asked with whatever its own description allows, and with what it forbids: no answer that is not described,
never a 500."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import CHECKS

from accounts import keys
from accounts.models import ApiKey
from leadhub.wsgi import application
from tests import factories

# As many requests for each operation; more where somebody has the time.
EXAMPLES = int(os.environ.get("LEADHUB_API_EXAMPLES", "3"))
# What a value means (is it an address of ours, a name of a field?) no description says.
UNSAID = {"positive_data_acceptance"}

pytestmark = pytest.mark.django_db


def description() -> Any:
    generator = SchemaGenerator()  # type: ignore[no-untyped-call]
    raw = OpenApiJsonRenderer().render(generator.get_schema(public=True))  # type: ignore[no-untyped-call]
    schema = schemathesis.openapi.from_dict(json.loads(raw))
    schema.app = application
    return schema


OPERATIONS = {found.ok().label: found.ok() for found in description().get_all_operations()}


@pytest.fixture
def key(db: None) -> Iterator[str]:
    """A key, while no request closes the connection that the test's transaction lives in."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    factories.publish_model()
    factories.make_lead(email="maya@firm.example")
    yield keys.make(kind=ApiKey.Kind.SECRET, name="Schema", by=None)[1]
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_every_operation_answers_as_it_is_described(name: str, key: str) -> None:
    checks = [CHECKS.get_one(check) for check in CHECKS.get_all_names() if check not in UNSAID]

    @settings(
        max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=OPERATIONS[name].as_strategy())
    def ask(case: Any) -> None:
        case.call_and_validate(headers={"Authorization": f"Bearer {key}"}, checks=checks)

    ask()
