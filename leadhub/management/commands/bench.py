"""Measures leadhub beside hand-written SQL, in the same run on the same data, and prints ratios."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from leadhub.bench import anchors, data, live, measures
from leadhub.bench.pairs import Measured, Spread
from leads.models import Lead
from scoring.models import ModelVersion


class Command(BaseCommand):
    help = "Makes its data in an empty database, measures, and prints a table and JSON of ratios."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--leads", type=int, default=100_000)
        parser.add_argument("--events", type=int, default=2_000_000)
        parser.add_argument("--pairs", type=int, default=7)
        parser.add_argument("--live-seconds", type=int, default=20)

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        version = self._version(options["leads"], options["events"])
        wrong = anchors.differing()
        if wrong:
            raise CommandError(f"{wrong} scores differ from the hand-written statement's.")
        measures.make_anchor_table()
        pairs = options["pairs"]
        results: list[Measured | Spread] = []
        deeds: list[Callable[[], Measured | Spread]] = [
            lambda: measures.event_batch(pairs),
            lambda: measures.one_lead(pairs),
            lambda: measures.everything(max(3, pairs - 2), version),
            lambda: measures.claim(pairs),
            lambda: measures.queue_page(120),
            lambda: live.lateness(options["live_seconds"]),
        ]
        measures.open_handoffs(3000)
        for deed in deeds:
            results.append(deed())
            self.stdout.write(_line(results[-1]))
        path = settings.VAR_DIR / "bench.json"
        path.write_text(json.dumps([result.as_json() for result in results], indent=1))
        self.stdout.write(f"The same as JSON: {path}")

    def _version(self, leads: int, events: int) -> ModelVersion:
        if not Lead.objects.exists():
            self.stdout.write(f"Making {leads:,} leads and {events:,} events")
            return data.build(leads, events)
        version = ModelVersion.objects.get(state=ModelVersion.State.LIVE)
        data.rescore_all(version)
        return version


def _line(result: Measured | Spread) -> str:
    shape = result.as_json()
    if isinstance(result, Measured):
        limit = f" (limit {result.limit})" if result.limit else ""
        return (
            f"{result.name:34} {shape['product_ms']:>10} ms  by hand {shape['anchor_ms']:>10} ms"
            f"  ratio {shape['ratio']}{limit}"
        )
    return (
        f"{result.name:34} p50 {shape['p50_ms']} ms, p95 {shape['p95_ms']} ms"
        f" (limit {result.limit_ms:.0f} ms)"
    )
