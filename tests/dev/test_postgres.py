"""The embedded PostgreSQL: what it leaves, what it finds, and how it gets up again."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from leadhub.dev.postgres import DURABLE, THROWAWAY, Cluster
from leadhub.dev.say import CannotGoOnError


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    made = Cluster(folder / "pg", THROWAWAY)
    yield made
    made.stop()


def rows(url: str) -> int:
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
        assert row
        return int(row[0])


def kill(cluster: Cluster) -> None:
    assert cluster.pid
    os.kill(cluster.pid, signal.SIGKILL)
    until = time.monotonic() + 10
    while cluster.is_alive() and time.monotonic() < until:
        time.sleep(0.01)


def test_it_makes_a_database_that_only_the_password_opens(cluster: Cluster) -> None:
    url = cluster.up()
    assert rows(url) == 1
    password = cluster.home / "password"
    assert password.stat().st_mode & 0o777 == 0o600
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url.replace(password.read_text(), "guessed"))


def test_a_killed_initdb_leaves_nothing_half_made(cluster: Cluster) -> None:
    half = cluster.home / "data.new"
    half.mkdir()
    (half / "PG_VERSION").write_text("18\n")
    assert rows(cluster.up()) == 1
    assert not half.exists()


@pytest.mark.parametrize("chosen", [DURABLE, THROWAWAY], ids=["durable", "throwaway"])
def test_killed_with_9_it_starts_again_at_the_same_place_with_every_row(
    cluster: Cluster, chosen: dict[str, str]
) -> None:
    cluster.settings = chosen
    url = cluster.up()
    assert rows(url) == 1
    kill(cluster)
    assert cluster.up() == url
    assert rows(url) == 2


def test_a_process_number_that_a_stranger_got_does_not_hinder_the_start(cluster: Cluster) -> None:
    url = cluster.up()
    kill(cluster)
    recorded = cluster.data / "postmaster.pid"
    lines = recorded.read_text().splitlines()
    recorded.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    assert not cluster.is_alive()
    assert cluster.up() == url


def test_an_empty_pid_file_does_not_hinder_the_start(cluster: Cluster) -> None:
    url = cluster.up()
    cluster.stop()
    pid_file = cluster.data / "postmaster.pid"
    pid_file.touch()
    cluster.account.own(pid_file)
    assert cluster.up() == url


def test_a_port_taken_in_the_meantime_is_given_up_for_another(cluster: Cluster) -> None:
    url = cluster.up()
    cluster.stop()
    other = Cluster(cluster.place.with_name("other"), THROWAWAY)
    (other.home / "port").write_text((cluster.home / "port").read_text())
    try:
        assert other.up().split("@")[1] == url.split("@")[1]
        assert cluster.up() != url
    finally:
        other.stop()


def test_the_last_to_let_go_stops_it(cluster: Cluster) -> None:
    second = Cluster(cluster.place, THROWAWAY)
    assert cluster.hold() == second.hold()
    cluster.let_go()
    assert second.is_alive()
    second.let_go()
    assert not second.is_alive()


def test_data_of_another_major_version_is_refused_in_words(cluster: Cluster) -> None:
    cluster.data.mkdir()
    (cluster.data / "PG_VERSION").write_text("9\n")
    with pytest.raises(CannotGoOnError, match="PostgreSQL 9, which made the data here"):
        cluster.up()
