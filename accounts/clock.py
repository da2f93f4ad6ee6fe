"""One clock for everybody: the database's. Tests and several processes can be moved in time together."""

from datetime import datetime

from django.db.models import DateTimeField, Func

from accounts import prepared

# statement_timestamp(), not now(): a room that waited for a lock reads the time after the wait.
# The offset is a setting of the session or of the database, and only tests ever set it.
INSTALL = """
CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT statement_timestamp()
         + coalesce(nullif(current_setting('leadhub.clock_offset', true), ''), '0')::interval
$$
"""

# The same inside a query.
NOW = Func(function="app_now", output_field=DateTimeField())


def now() -> datetime:
    """The present moment in UTC, as the database sees it."""
    with prepared.cursor() as cursor:
        cursor.execute("SELECT app_now()")
        moment: datetime = cursor.fetchone()[0]
    return moment
