"""An import is worked on by one worker at a time: claimed under a lease, which every commit must still hold."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from leads.models import Import

LEASE = timedelta(seconds=10)


class LeaseLost(Exception):
    """Another worker took the import over; what was done here is rolled back."""


def claim(at: datetime) -> Import | None:
    """The oldest import that waits for a worker, a small one before a large one, claimed; None if none does."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE leads_import SET leased_until = %s
                WHERE id = (SELECT id FROM leads_import
                             WHERE state IN ('uploaded', 'trying', 'running', 'weighing', 'undoing')
                               AND (leased_until IS NULL OR leased_until < %s)
                             ORDER BY rows > 20000, id LIMIT 1 FOR UPDATE SKIP LOCKED)
            RETURNING id""",
            [at + LEASE, at],
        )
        row = cursor.fetchone()
    return Import.objects.select_related("by").get(pk=row[0]) if row else None


def hold(imported: Import) -> None:
    """Keeps other workers away until the transaction ends, even if it outlasts the lease. Raises LeaseLost."""
    mine = Import.objects.filter(pk=imported.pk, leased_until=imported.leased_until)
    if not mine.select_for_update().values_list("pk"):
        raise LeaseLost(f"import {imported.pk}")


def commit(imported: Import, *, until: datetime | None, **changes: Any) -> None:
    """Writes `changes` on a claimed import and sets its lease (None gives it back). Raises LeaseLost."""
    mine = Import.objects.filter(
        pk=imported.pk, leased_until=imported.leased_until, state=imported.state
    )
    if not mine.update(leased_until=until, **changes):
        raise LeaseLost(f"import {imported.pk}")
    imported.leased_until = until
