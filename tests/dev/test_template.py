"""The database whose tables every test copies."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from leadhub.dev import template
from leadhub.dev.postgres import THROWAWAY, Cluster
from leadhub.dev.say import CannotGoOnError

Made = list[str]


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    made = Cluster(folder / "pg", THROWAWAY)
    yield made
    made.stop()


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Made:
    """The databases in which tables were made; the migrations themselves take too long."""
    made: Made = []
    monkeypatch.setattr(template, "migrate", lambda _server, name, _env: made.append(name))
    return made


def databases(server: str) -> set[str]:
    with psycopg.connect(server) as connection:
        return {row[0] for row in connection.execute("SELECT datname FROM pg_database")}


def test_tables_are_made_once_for_the_same_migrations_and_anew_for_others(
    cluster: Cluster, made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = cluster.up()
    first = template.migrated(server, {})
    assert template.migrated(server, {}) == first
    assert len(made) == 1
    monkeypatch.setattr(template, "fingerprint", lambda _root: "another")
    second = template.migrated(server, {})
    assert len(made) == 2
    assert second in databases(server)
    assert first not in databases(server)


def test_tables_that_were_only_half_made_are_not_kept(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, made: Made
) -> None:
    server = cluster.up()

    def fails(*_: object) -> None:
        raise CannotGoOnError("the disk is full")

    with monkeypatch.context() as patch, pytest.raises(CannotGoOnError):
        patch.setattr(template, "migrate", fails)
        template.migrated(server, {})
    name = template.migrated(server, {})
    assert made
    assert {one for one in databases(server) if one.startswith(template.PREFIX)} == {name}


def test_a_database_is_copied_into_another_server(cluster: Cluster) -> None:
    source = cluster.up()
    other = Cluster(cluster.place.with_name("other"), THROWAWAY)
    try:
        with psycopg.connect(source, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 7 AS n")
        server = other.up()
        other.copy_in(source, "leadhub")
        with psycopg.connect(server) as connection:
            assert connection.execute("SELECT n FROM kept").fetchall() == [(7,)]
    finally:
        other.stop()
