"""Statements that ask for it are planned once for a connection, and no others are."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import prepared

pytestmark = pytest.mark.django_db


def kept() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        return [row[0] for row in cursor.fetchall()]


def test_a_statement_that_asks_for_it_is_planned_once() -> None:
    for number in range(3):
        with prepared.cursor() as cursor:
            cursor.execute("SELECT %s::int + 1 AS asked_for", [number])
            assert cursor.fetchone() == (number + 1,)
    assert sum("asked_for" in statement for statement in kept()) == 1


def test_what_does_not_ask_is_not_kept_however_often_it_comes() -> None:
    for _ in range(20):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 AS unasked")
    assert not any("unasked" in statement for statement in kept())


def test_whoever_counts_queries_reads_its_text() -> None:
    for number in range(2):
        with CaptureQueriesContext(connection) as seen, prepared.cursor() as cursor:
            cursor.execute("SELECT %s::int AS shown", [number])
        assert [query["sql"] for query in seen] == [f"SELECT {number}::int AS shown"]
