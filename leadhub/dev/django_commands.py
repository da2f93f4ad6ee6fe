"""`dev.py manage` and `dev.py bench`: Django's commands with the services they need."""

import sys

from leadhub.dev.foreground import captured, foreground
from leadhub.dev.places import VAR, make_var
from leadhub.dev.services import Services, installation

MANAGE = [sys.executable, "manage.py"]


def manage(arguments: list[str]) -> int:
    """Run manage.py with the database of `run`, started for the while if it is not running."""
    services = Services(make_var())
    environment = installation(VAR)
    broker = services.broker
    if broker and broker.port and broker.is_ready():
        environment["CELERY_BROKER_URL"] = broker.url
    try:
        if services.cluster:
            environment["DATABASE_URL"] = services.cluster.hold()
        return foreground([*MANAGE, *arguments], environment)
    finally:
        if services.cluster:
            services.cluster.let_go()


def bench(arguments: list[str]) -> int:
    """Measure in a database of its own, so that nobody's leads are among the made ones."""
    services = Services(make_var(VAR / "bench"))
    try:
        environment = services.start()
        captured([*MANAGE, "migrate", "--verbosity", "0", "--no-input"], environment)
        return foreground([*MANAGE, "bench", *arguments], environment)
    finally:
        services.stop()
