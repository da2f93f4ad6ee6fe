"""Fixtures of all tests: people, a live model, and a clock that can be moved."""

import os
from collections.abc import Callable
from datetime import timedelta

import hypothesis
import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from accounts.models import Role, Team, User
from scoring.models import ModelVersion
from tests import factories

pytest_plugins = ["tests.browser", "tests.databases"]

# A shared machine has slow moments, which are no mistake; and CI says of one commit the same twice.
hypothesis.settings.register_profile("leadhub", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("leadhub")


@pytest.fixture(autouse=True)
def quick_passwords(settings: Settings) -> None:
    """A hash that is slow on purpose is no use where nobody attacks."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def team(db: None) -> Team:
    return factories.make_team("North")


@pytest.fixture
def sdr(team: Team) -> User:
    return factories.make_user(Role.SDR, teams=[team], name="Rui Rep")


@pytest.fixture
def manager(team: Team) -> User:
    return factories.make_user(Role.MANAGER, teams=[team], name="Ines Manager")


@pytest.fixture
def marketer(db: None) -> User:
    return factories.make_user(Role.MARKETER, name="Ana Marketer")


@pytest.fixture
def administrator(db: None) -> User:
    return factories.make_user(Role.ADMINISTRATOR, name="Adele Admin")


@pytest.fixture
def outsider(db: None) -> User:
    """An SDR of another team, who must see nothing."""
    return factories.make_user(Role.SDR, teams=[factories.make_team("South")], name="Otto Outsider")


@pytest.fixture
def live_model(db: None) -> ModelVersion:
    return factories.publish_model()


@pytest.fixture
def move_clock(db: None) -> Callable[[timedelta], None]:
    """Moves the one clock of this database session forward; it ends with the test's transaction."""
    moved = timedelta(0)

    def move(by: timedelta) -> None:
        nonlocal moved
        moved += by
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT set_config('leadhub.clock_offset', %s, true)",
                [f"{moved.total_seconds()} seconds"],
            )

    return move
