"""What somebody reads when the database gives no answer."""

from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client

from accounts.models import User
from insights.sla import standing

pytestmark = pytest.mark.django_db


def asks_too_much(*_ask: object, **_more: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 10")
        cursor.execute("SELECT pg_sleep(5)")


def is_away(*_ask: object, **_more: object) -> None:
    raise OperationalError("the connection is closed")


@pytest.mark.parametrize(
    ("happens", "says", "again"),
    [
        (asks_too_much, "Ask for fewer days, or for one team.", None),
        (is_away, "leadhub cannot reach its database just now.", "5"),
    ],
)
def test_a_question_that_takes_too_long_is_told_from_a_database_that_is_away(
    client: Client, manager: User, monkeypatch: pytest.MonkeyPatch,
    happens: Any, says: str, again: str | None,
) -> None:  # fmt: skip
    monkeypatch.setattr(standing, "standing", happens)
    client.force_login(manager)
    answer = client.get("/sla/")
    assert (answer.status_code, answer.headers.get("Retry-After")) == (503, again)
    assert says in answer.content.decode()
