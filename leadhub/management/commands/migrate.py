"""Django's migrate, which says what to do with a database that stands between two ways of making it."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands.migrate import Command as Migrate
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# The last version that brings every older database to the tables that one migration an app makes.
BRIDGE = "8202492"


class Command(Migrate):
    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError for a database that some, but not all, of the replaced migrations have made."""
        if halfway := _halfway(options["database"]):
            raise CommandError(
                f"The database was made by an earlier leadhub (its last migration of {halfway[0]} is {halfway[1]}). "
                f"Check out {BRIDGE}, run “python3 dev.py manage migrate”, and come back to this version. "
                "A demo can also be made anew: stop leadhub and remove var/."
            )
        with connections[options["database"]].cursor() as cursor:
            # A change of every row may take longer than any page is allowed to.
            cursor.execute("SET statement_timeout = 0")
            super().handle(*args, **options)
            cursor.execute("SET statement_timeout TO DEFAULT")


def _halfway(database: str) -> tuple[str, str] | None:
    """An app and the last of its replaced migrations that was applied, where more of them are missing."""
    applied = set(MigrationRecorder(connections[database]).applied_migrations())
    loader = MigrationLoader(None)
    for one in loader.disk_migrations.values():
        done = [key for key in one.replaces if key in applied]
        if done and len(done) < len(one.replaces) and (one.app_label, one.name) not in applied:
            return done[-1]
    return None
