"""The database and the broker: those the environment names, or else embedded ones."""

import os
from collections.abc import Mapping
from pathlib import Path

from leadhub.dev.broker import Broker
from leadhub.dev.postgres import DURABLE, Cluster
from leadhub.dev.private_files import kept_keys
from leadhub.dev.processes import Supervisor
from leadhub.dev.say import CannotGoOnError, say, step


class Services:
    """Both of them for one folder `var`; embedded ones are started, kept up and stopped here."""

    def __init__(self, var: Path, settings: Mapping[str, str] = DURABLE) -> None:
        self.var = var
        self.supervisor = Supervisor(var)
        self.cluster = None if os.environ.get("DATABASE_URL") else Cluster(var / "pg", settings)
        self.broker = None if os.environ.get("CELERY_BROKER_URL") else Broker(var / "broker")

    def start(self) -> dict[str, str]:
        """Start what is embedded; return the environment in which leadhub finds everything."""
        self.supervisor.end_leftovers()
        environment = installation(self.var)
        if self.cluster:
            environment["DATABASE_URL"] = self.cluster.hold()
        if self.broker:
            with step("Starting the broker"):
                self._start_broker(self.broker)
            environment["CELERY_BROKER_URL"] = self.broker.url
        self.supervisor.environment.update(environment)
        return environment

    def keep_up(self) -> None:
        """Start again whatever has ended. Call it often."""
        if self.cluster and not self.cluster.is_alive():
            say("database ended; starting it again")
            self.cluster.up()
        self.supervisor.look_after()

    def stop(self) -> None:
        """Stop everything that was started: what uses the broker before it, the database last."""
        self.supervisor.stop(but="broker")
        self.supervisor.stop()
        if self.cluster:
            self.cluster.let_go()

    def _start_broker(self, broker: Broker) -> None:
        self.supervisor.start(broker.program())
        try:
            self.supervisor.wait_for(broker.is_ready, seconds=30)
        except CannotGoOnError:
            say("The broker cannot read what it kept; it starts empty, which loses nothing.")
            self.supervisor.stop()
            broker.forget()
            self.supervisor.start(broker.program())
            self.supervisor.wait_for(broker.is_ready, seconds=30)


def installation(var: Path) -> dict[str, str]:
    """Return the environment of this installation, short of its services. What is set stays."""
    made = {"LEADHUB_VAR": str(var), **kept_keys(var)}
    return {name: os.environ.get(name) or value for name, value in made.items()}
