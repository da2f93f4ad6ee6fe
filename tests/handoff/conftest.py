"""What the tests of handoff start from."""

import pytest
from django.test import Client

from accounts.models import Team, User
from handoff.models import Handoff
from scoring.models import ModelVersion
from tests import factories


@pytest.fixture
def handoff(live_model: ModelVersion, team: Team) -> Handoff:
    """An open handoff in the queue of the first team, with clocks of one and of four hours."""
    return factories.make_mql(first_name="Maya", last_name="Alvarez", company_name="Northwind")


@pytest.fixture
def boss(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client
