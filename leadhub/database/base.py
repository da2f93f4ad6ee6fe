"""PostgreSQL as Django knows it, but moments are read by psycopg's compiled loader. Django's own reads each of them in
Python, some twenty times slower, and a page of the queue reads hundreds (docs/benchmarks.md)."""

import sys
from typing import Any

from django.db.backends.postgresql import base, operations
from psycopg.types.datetime import TimestamptzLoader


class DatabaseOperations(operations.DatabaseOperations):
    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """Also of what is kept planned, whose text psycopg does not say."""
        return super().last_executed_query(cursor, sql, params) or self.compose_sql(sql, params)


class DatabaseWrapper(base.DatabaseWrapper):
    ops_class = DatabaseOperations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        # psycopg takes the compiled one of this name where there is one.
        connection.adapters.register_loader("timestamptz", TimestamptzLoader)
        # Without a number nothing is ever kept planned, even for those who ask (accounts/prepared.py); with this one
        # nothing is that did not ask.
        connection.prepare_threshold = sys.maxsize
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        """As Django's, without its look at each cursor's zone: sessions are in UTC, and so is what the loader gives."""
        if name is None:
            return self.connection.cursor()
        make: Any = base.ServerSideCursor  # Stubs know it without its arguments.
        return make(
            self.connection, name=name, scrollable=False, withhold=self.connection.autocommit
        )
