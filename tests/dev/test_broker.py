"""The embedded broker: private, and it keeps what it was told."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from leadhub.dev.broker import Broker
from leadhub.dev.processes import Supervisor


@pytest.fixture
def supervisor(folder: Path) -> Iterator[Supervisor]:
    made = Supervisor(folder)
    yield made
    made.stop()


def test_it_keeps_what_it_was_told_when_killed(supervisor: Supervisor, folder: Path) -> None:
    broker = Broker(folder / "broker")
    supervisor.start(broker.program())
    supervisor.wait_for(broker.is_ready, seconds=30)
    client = redis.Redis.from_url(broker.url)
    client.lpush("bell", "ring")
    client.config_set("appendfsync", "always")
    client.lpush("bell", "ring again")

    os.kill(int((folder / "pids" / "broker").read_text()), signal.SIGKILL)
    supervisor.wait_for(lambda: not broker.is_ready(), seconds=30)
    supervisor.wait_for(broker.is_ready, seconds=30)

    assert client.llen("bell") == 2


def test_only_its_password_opens_it_and_ps_does_not_show_it(
    supervisor: Supervisor, folder: Path
) -> None:
    broker = Broker(folder / "broker")
    program = broker.program()
    supervisor.start(program)
    supervisor.wait_for(broker.is_ready, seconds=30)
    with pytest.raises(redis.AuthenticationError):
        redis.Redis(port=broker.port, retry=Retry(NoBackoff(), 0)).ping()
    configuration = folder / "broker" / "valkey.conf"
    assert configuration.stat().st_mode & 0o777 == 0o600
    password = (folder / "broker" / "password").read_text()
    assert password not in " ".join(program.command)


def test_without_an_address_it_is_not_ready(folder: Path) -> None:
    assert not Broker(folder / "broker").is_ready()
