"""Reads every mailbox now and says what became of it; exits with 1 if one could not be read."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts import clock
from leads.mailbox import polling


class Command(BaseCommand):
    help = "Reads every mailbox that is on, due or not."

    def handle(self, *args: Any, **options: Any) -> None:
        done = polling.read_now(clock.now())
        for box, taken in done:
            self.stdout.write(f"{box.name}: {box.problem or f'{taken} new'}")
        failed = [box for box, _taken in done if box.problem]
        if failed:
            raise CommandError(f"{len(failed)} of {len(done)} mailboxes could not be read.")
