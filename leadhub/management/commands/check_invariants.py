"""Checks what must always hold; exits with 1 and says what does not."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from leadhub import invariants


class Command(BaseCommand):
    help = "Checks the promises that no crash may break."

    def handle(self, *args: Any, **options: Any) -> None:
        broken = invariants.check()
        for found in broken:
            self.stderr.write(f"BROKEN {found.promise}: {found.count} times, such as {found.rows}")
        if broken:
            raise CommandError(f"{len(broken)} promises do not hold.")
        self.stdout.write(f"{len(invariants.PROMISES) + 1} promises hold.")
