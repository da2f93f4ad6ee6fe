"""Fills an empty installation with demo data; does nothing where somebody already is."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from accounts.models import User
from leadhub.demo import making


class Command(BaseCommand):
    help = "Makes demo data (5,000 invented leads) if there are no users yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--leads", type=int, default=5000)

    def handle(self, *args: Any, **options: Any) -> None:
        if User.objects.exists():
            return
        started = time.monotonic()
        _sweep_up()
        making.make(options["leads"], tell=_keep_logins)
        self.stdout.write(f"demo data made in {time.monotonic() - started:.0f} s")


def _sweep_up() -> None:
    """Takes away the dead rows of a start that was killed: with them the next one would take three times as long."""
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (ANALYZE)")


def _keep_logins(passwords: dict[str, str]) -> None:
    settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
    path = settings.VAR_DIR / "demo-users.txt"
    path.touch(0o600)
    path.write_text("".join(f"{key}@demo.example {word}\n" for key, word in passwords.items()))
