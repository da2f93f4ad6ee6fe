"""A database with all tables and no rows of anybody, made once and copied by every test that wants one of its own."""

import sys
from urllib.parse import urlsplit

import psycopg

from leadhub.dev.foreground import captured
from leadhub.dev.places import ROOT
from leadhub.dev.prepared import fingerprint
from leadhub.dev.say import step

PREFIX = "leadhub_migrated_"


def migrated(server: str, environment: dict[str, str]) -> str:
    """Return the name of a database of this server, a URL, that the migrations of this checkout have just made or
    made earlier. Those that older migrations made are removed: the server must be our own."""
    name = PREFIX + fingerprint(ROOT)[:16]
    with psycopg.connect(server, autocommit=True) as connection:
        found = {row[0] for row in connection.execute("SELECT datname FROM pg_database")}
        if name in found:
            return name
        for old in found:
            if old.startswith(PREFIX):
                connection.execute(f'DROP DATABASE "{old}" WITH (FORCE)')
        # Under another name until it is whole: a copy of half the tables would be kept for good.
        making = f"{PREFIX}making"
        connection.execute(f'CREATE DATABASE "{making}"')
        with step("Making the tables that tests copy"):
            migrate(server, making, environment)
        connection.execute(f'ALTER DATABASE "{making}" RENAME TO "{name}"')
    return name


def migrate(server: str, database: str, environment: dict[str, str]) -> None:
    """Make all tables in an empty database of this server."""
    url = urlsplit(server)._replace(path=f"/{database}").geturl()
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--no-input"]
    captured(command, environment | {"DATABASE_URL": url})
