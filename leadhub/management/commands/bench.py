"""Measures leadhub beside hand-written SQL, in the same run on the same data, and prints ratios."""

import json
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from accounts import clock
from leadhub.bench import (
    anchors,
    cards,
    data,
    finding,
    forms,
    growing,
    impact,
    importing,
    ingest,
    live,
    manager,
    measures,
    queues,
    report_card,
    routing,
    scoring,
    sla,
    tracker,
    trust,
)
from leadhub.bench.pairs import Counted, Measured, Rate, Spread
from leads.models import Lead
from scoring import runs
from scoring.models import ModelVersion

Result = Counted | Measured | Rate | Spread
Deed = Callable[[], Result]


class Command(BaseCommand):
    help = "Makes its data in an empty database, measures, and prints a table and JSON of ratios."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--leads", type=int, default=100_000)
        parser.add_argument("--events", type=int, default=2_000_000)
        parser.add_argument(
            "--full", action="store_true", help="1,000,000 leads and 20,000,000 events"
        )
        parser.add_argument("--only", default="", help="names of measures, with commas between")
        parser.add_argument("--pairs", type=int, default=7)
        parser.add_argument("--rows", type=int, default=50_000, help="of the imported file")
        parser.add_argument("--handoffs", type=int, default=3000, help="open ones in the queue")
        parser.add_argument("--clocks", type=int, default=100_000, help="open SLA clocks")
        parser.add_argument("--live-seconds", type=int, default=20)

    def handle(self, *args: Any, **options: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET statement_timeout = 0")
        if options["full"]:
            options |= {
                "leads": 1_000_000,
                "events": 20_000_000,
                "rows": 1_000_000,
                "handoffs": 100_000,
                "clocks": 1_000_000,
            }
        version = self._version(options["leads"], options["events"])
        wrong = anchors.differing()
        if wrong:
            raise CommandError(f"{wrong} scores differ from the hand-written statement's.")
        measures.make_anchor_table()
        measures.open_handoffs(3000)
        results: list[Result] = []
        for deed in self._deeds(version, options):
            results.append(deed())
            self.stdout.write(_line(results[-1]))
        path = settings.VAR_DIR / "bench.json"
        path.write_text(json.dumps([result.as_json() for result in results], indent=1))
        self.stdout.write(f"The same as JSON: {path}")

    def _deeds(self, version: ModelVersion, options: dict[str, Any]) -> list[Deed]:
        deeds = _of_scoring(version, options) | _of_leads(options) | _of_handoffs(version, options)
        wanted = [name for name in options["only"].split(",") if name] or list(deeds)
        unknown = sorted(set(wanted) - set(deeds))
        if unknown:
            raise CommandError(f"No measure is called {unknown[0]}; there are {', '.join(deeds)}.")
        return [deeds[name] for name in wanted]

    def _version(self, leads: int, events: int) -> ModelVersion:
        if not Lead.objects.exists():
            self.stdout.write(f"Making {leads:,} leads and {events:,} events")
            return data.build(leads, events)
        version = ModelVersion.objects.get(state=ModelVersion.State.LIVE)
        data.rescore_all(version)
        return version


def _of_scoring(version: ModelVersion, options: dict[str, Any]) -> dict[str, Deed]:
    pairs, seconds = options["pairs"], options["live_seconds"]
    return {
        "events": lambda: measures.event_batch(pairs),
        "ingest_http": lambda: ingest.over_http(pairs),
        "ingest_scored": lambda: ingest.while_scored(seconds),
        "lead": lambda: scoring.one_lead(pairs),
        "batch": lambda: scoring.batch(pairs),
        "everything": lambda: scoring.everything(max(3, pairs - 2), version),
        "nothing": scoring.nothing_to_do,
        "memory": scoring.memory,
        "impact_whole": impact.whole,
        "impact_slider": lambda: impact.slider(20),
        "impact_elsewhere": lambda: impact.slider_elsewhere(20),
        "impact_estimate": lambda: impact.estimate(20),
        "impact_condition": lambda: impact.condition(3),
    }


def _of_leads(options: dict[str, Any]) -> dict[str, Deed]:
    pairs = options["pairs"]
    return {
        "tracker": lambda: tracker.longest_task(20),
        "form": lambda: forms.post(200),
        "form_taken": lambda: forms.submission(pairs),
        "trust_preview": trust.preview,
        "trust": trust.apply,
        "import": lambda: importing.file_rows(options["rows"]),
        "import_memory": lambda: importing.memory(options["rows"]),
        "create": lambda: growing.creation(pairs),
        "duplicates": lambda: finding.duplicates(200, names=False),
        "duplicates_named": lambda: finding.duplicates(200, names=True),
        "list": lambda: finding.lead_list(110),
        "list_custom": lambda: finding.custom_field(9),
        "health": lambda: finding.health(5),
    }


def _of_handoffs(version: ModelVersion, options: dict[str, Any]) -> dict[str, Deed]:
    pairs, seconds = options["pairs"], options["live_seconds"]

    def start_run() -> None:
        runs.start(version, cause="edit", opens_handoffs=False, at=clock.now())

    return {
        "routing": lambda: routing.decision(pairs),
        "routing_alone": lambda: routing.alone(100),
        "claim": lambda: measures.claim(pairs),
        "claims": lambda: queues.offered(max(2, seconds // 4)),
        "claims_http": lambda: queues.over_http(options["handoffs"] // 500 or 4),
        "card": lambda: cards.save(400),
        "queue": lambda: queues.page(120, options["handoffs"]),
        "poll": lambda: queues.poll(200, options["handoffs"]),
        "manager": lambda: manager.page(40),
        "manager_panels": lambda: manager.slowest_panel(30),
        "simulator": lambda: manager.simulator(5),
        "report_card": lambda: report_card.rooms(pairs),
        "report_card_page": lambda: report_card.page(10),
        "sweep": lambda: sla.sweep(pairs, options["clocks"], options["handoffs"]),
        "breach_known": lambda: sla.known(seconds),
        "live": lambda: live.lateness(seconds),
        "meanwhile": lambda: live.lateness(
            seconds, start_run, "event to queue while all are rescored"
        ),
    }


def _line(result: Result) -> str:
    shape = result.as_json()
    if isinstance(result, Counted):
        return f"{result.name:34} {result.number:>10,} (limit {result.most:,})"
    if isinstance(result, Rate):
        return (
            f"{result.name:34} {result.per_second:>10,.0f} a second (at least {result.least:,.0f})"
        )
    if isinstance(result, Measured):
        limit = f" (limit {result.limit})" if result.limit else ""
        return (
            f"{result.name:34} {shape['product_ms']:>10} ms  by hand {shape['anchor_ms']:>10} ms"
            f"  ratio {shape['ratio']}{limit}"
        )
    limit = f" (limit {result.limit_ms:.0f} ms)" if result.limit_ms else ""
    return f"{result.name:34} p50 {shape['p50_ms']} ms, p95 {shape['p95_ms']} ms{limit}"
