"""Whether adding a lead gets slower the more there are: the tables as they are beside small ones of the same make."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from accounts import clock
from leadhub.bench.pairs import Measured, in_turn
from leads.capturing import capture
from leads.models import Lead

SMALL, TURN = 10_000, 20
# All that is written when a lead is added, parents first.
TABLES = (
    "leads_company", "leads_lead", "leads_leadscore", "leads_contactkey", "leads_leadchange", "leads_journalentry",
)  # fmt: skip


def creation(pairs: int) -> Measured:
    """Twenty leads added among all, beside twenty added among 10,000."""
    _make_small()
    number = Lead.objects.count()

    def beside() -> None:
        with _small():
            _add()

    return in_turn(
        f"20 leads added to {number:,}, to {SMALL:,}", _add, beside, pairs=pairs, limit=1.2
    )


def _add() -> None:
    for _number in range(TURN):
        email = f"{uuid.uuid4().hex}@bench-new.example"
        values = {"email": email, "first_name": "Ada", "last_name": "Miller", "company_name": "New"}
        capture.add(values, source="Bench", at=clock.now())


@contextmanager
def _small() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SET search_path = bench_small, public")
        try:
            yield
        finally:
            cursor.execute("SET search_path = public")


# Which of the rows are copied: the first leads, and what hangs on them.
WANTED = {
    "leads_company": f"WHERE id IN (SELECT company_id FROM public.leads_lead ORDER BY id LIMIT {SMALL})",
    "leads_lead": f"ORDER BY id LIMIT {SMALL}",
} | dict.fromkeys(TABLES[2:], "WHERE lead_id IN (SELECT id FROM bench_small.leads_lead)")


def _make_small() -> None:
    """Tables of the same names in a schema that comes first: same indexes, same references, the first leads."""
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA IF EXISTS bench_small CASCADE")
        cursor.execute("CREATE SCHEMA bench_small")
        for table in TABLES:
            cursor.execute(
                f"""CREATE TABLE bench_small.{table} (LIKE public.{table} INCLUDING ALL);
                    INSERT INTO bench_small.{table} OVERRIDING SYSTEM VALUE
                    SELECT * FROM public.{table} {WANTED[table]}"""
            )
    with _small(), connection.cursor() as cursor:
        for table in TABLES:
            for sql in _references(table):
                cursor.execute(sql)
            if table != "leads_leadscore":
                cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {10**9})")
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _references(table: str) -> list[str]:
    """Statements that give the small table the references of the other; to small tables, where there are such."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT format('ALTER TABLE %%I ADD CONSTRAINT %%I %%s', %s, conname,
                             replace(pg_get_constraintdef(oid), 'public.', ''))
                 FROM pg_constraint WHERE conrelid = %s::regclass AND contype = 'f'""",
            [table, f"public.{table}"],
        )
        return [row[0] for row in cursor.fetchall()]
