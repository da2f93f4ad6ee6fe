"""Statements that PostgreSQL plans once for each connection: those of every claim and every decision, which take
longer to plan than to run.

Their text must not hold what differs from call to call, and a parameter that may be None where nothing else says
its type needs a cast."""

from typing import Any

import psycopg
from django.db import connection
from django.db.backends.utils import CursorWrapper


class _Prepared(psycopg.Cursor[Any]):
    def execute(self, query: Any, params: Any = None, **how: Any) -> Any:
        return super().execute(query, params, prepare=True, **how)


def cursor() -> CursorWrapper:
    """Like connection.cursor(), in the same transaction, and seen by whoever counts queries."""
    connection.ensure_connection()
    # Django's stubs know no cursor but its own.
    raw: Any = _Prepared(connection.connection)
    if connection.queries_logged:
        return connection.make_debug_cursor(raw)
    return connection.make_cursor(raw)
