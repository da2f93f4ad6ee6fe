"""What PostgreSQL knows of how values lie, brought up to date when many rows came at once: it would do so by
itself a minute later, and until then plan for the table that was."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import Model

from leads.models import Company, ContactKey, Event, Import, Lead, LeadScore

# Fewer rows change no plan.
MANY = 5_000
TABLES = (Lead, LeadScore, ContactKey, Company, Event)


def refresh(imported: Import) -> bool:
    """After the last piece of a large import, outside of its transaction; says whether it was done."""
    imported.refresh_from_db(fields=["state", "rows"])
    if imported.state != Import.State.DONE or imported.rows < MANY:
        return False
    gather()
    return True


def gather(tables: Iterable[type[Model]] = TABLES) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ANALYZE {table._meta.db_table}")
