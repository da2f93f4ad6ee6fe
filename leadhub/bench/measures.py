"""What is measured: product code beside the SQL that a person would write for the same deed."""

import uuid
from itertools import count
from random import Random

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from accounts import clock
from accounts.models import Role, User
from handoff import claims, handoffs
from handoff.models import Handoff
from leadhub.bench.pairs import Measured, in_turn
from leads.activity import events
from leads.activity.signatures import Look, numbers
from leads.identity.joining import Policy
from leads.models import Crossing, Lead, Visitor
from leads.stages import Stage
from scoring.models import ModelVersion

BATCH = 1000
VISITORS = 500
# What made a lead cross, as many as the queue shows.
CONTRIBUTIONS = [
    {"key": key, "label": f"Criterion {key}", "group": group, "micro": points * 1_000_000}
    for key, group, points in (
        ("demo", "engagement", 30), ("seniority", "fit", 15), ("size", "fit", 10),
        ("pricing", "engagement", 8), ("free", "negative", -5),
    )
]  # fmt: skip
_random = Random(5)
_serial = count(1)


def run_sql(sql: str, parameters: object = None) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)  # type: ignore[arg-type]
        return cursor.fetchall() if cursor.description else []


def event_batch(pairs: int) -> Measured:
    """A batch of 1,000 page views of known visitors, deduplicated, stored and announced."""
    looks = [Look("page", "", path) for path in ("/", "/pricing", "/blog/a", "/product")]
    known = numbers(looks)
    ids = list(Lead.objects.order_by("id").values_list("id", flat=True)[:20_000])
    know_visitors(ids[:: len(ids) // VISITORS][:VISITORS])

    def product() -> None:
        at = clock.now()
        some = [
            events.Item(
                f"{next(_serial)}-{uuid.uuid4()}",
                f"known-{_random.randrange(VISITORS)}",
                look=_random.choice(looks),
            )
            for _ in range(BATCH)
        ]
        events.record(some, sender="bench", policy=Policy.FILL, source="bench", at=at)

    def anchor() -> None:
        at = clock.now()
        rows = [
            (_random.choice(ids), at, *reversed(known[_random.choice(looks)])) for _ in range(BATCH)
        ]
        keys = [uuid.uuid4().bytes for _ in range(BATCH)]
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO leads_eventkey SELECT k, %s FROM unnest(%s::bytea[]) k ON CONFLICT DO NOTHING",
                [at, keys],
            )
            cursor.execute(
                """INSERT INTO leads_event (lead_id, occurred_at, received_at, kind, signature_id, trust, properties)
                   SELECT l, a, a, k, s, 0, p FROM unnest(%s::bigint[], %s::timestamptz[], %s::smallint[],
                                                          %s::bigint[], %s::jsonb[]) AS t(l, a, k, s, p)""",
                [list(column) for column in zip(*rows, strict=True)] + [[Jsonb({})] * BATCH],
            )

    return in_turn("1,000 events accepted", product, anchor, pairs=pairs, limit=3.4)


def know_visitors(lead_ids: list[int]) -> None:
    """Browsers that are tied to a lead: their events are a lead's, and wake the pipeline."""
    at = clock.now()
    Visitor.objects.bulk_create(
        [
            Visitor(anonymous_id=f"known-{number}", lead_id=lead_id, created_at=at)
            for number, lead_id in enumerate(lead_ids)
        ],
        ignore_conflicts=True,
    )


def make_anchor_table() -> None:
    """A narrow score table with the product's sort indexes, for the hand-written statements to write to."""
    run_sql("DROP TABLE IF EXISTS bench_score")
    run_sql("CREATE TABLE bench_score WITH (fillfactor = 80) AS SELECT * FROM leads_leadscore")
    run_sql("ALTER TABLE bench_score ADD PRIMARY KEY (lead_id)")
    for columns in ("total DESC, lead_id DESC", "team_id, total DESC, lead_id DESC",
                    "owner_id, total DESC, lead_id DESC", "stage, total DESC, lead_id DESC"):  # fmt: skip
        run_sql(f"CREATE INDEX ON bench_score ({columns})")


def open_handoffs(number: int) -> None:
    """Handoffs for `number` leads, opened by the product from crossings written here."""
    at = clock.now()
    ids = list(
        Lead.objects.filter(stage=Stage.LEAD).order_by("-id").values_list("id", flat=True)[:number]
    )
    version = ModelVersion.objects.get(state=ModelVersion.State.LIVE)
    made = Crossing.objects.bulk_create(
        Crossing(
            lead_id=lead_id, number=99, cause="edit", version=version.pk, at=at, total=60, band="mql",
            contributions=CONTRIBUTIONS, carried_by=["demo"],
        )
        for lead_id in ids
    )  # fmt: skip
    Lead.objects.filter(pk__in=ids).update(stage=Stage.MQL)
    for start in range(0, len(made), 500):
        handoffs.open_for([crossing.pk for crossing in made[start : start + 500]], at=at)


def claim(pairs: int) -> Measured:
    """Twenty claims with clocks, stage and journal, beside twenty bare conditional updates."""
    user = User.objects.filter(role=Role.SDR).order_by("id")[0]

    def product() -> None:
        for handoff in next_ones():
            claims.take(handoff, by=user, at=clock.now())

    def anchor() -> None:
        for handoff in next_ones():
            run_sql(
                """UPDATE handoff_handoff SET state = 'claimed', owner_id = %s, claimed_at = app_now()
                    WHERE id = %s AND state = 'queued' AND owner_id IS NULL""",
                [user.pk, handoff.pk],
            )

    def next_ones() -> list[Handoff]:
        return list(
            Handoff.objects.filter(state="queued").select_related("team").order_by("id")[:20]
        )

    return in_turn("claim (20 times)", product, anchor, pairs=pairs)
