"""Imports for tests: uploaded, started as proposed, run to the end."""

from dataclasses import replace
from typing import Any

from django.core.files.base import ContentFile

from accounts.models import User
from leads import fields
from leads.importing import advance, staging, starting
from leads.models import Import, ImportLine
from tests import factories


def upload(text: str | bytes, by: User, name: str = "leads.csv") -> Import:
    content = text.encode() if isinstance(text, str) else text
    return staging.upload(ContentFile(content, name), by=by, at=factories.now())


def start(imported: Import, *, opens_handoffs: bool = False, **over: Any) -> None:
    """Starts as proposed; `over` are other fields of the plan."""
    plan = starting.proposal(imported, fields.catalogue())
    plan = replace(plan, **{"source": "Sheet", **over})
    assert starting.start(imported, plan, opens_handoffs=opens_handoffs, at=factories.now())


def work() -> None:
    while advance(factories.now()):
        pass


def run(imported: Import, **over: Any) -> Import:
    start(imported, **over)
    work()
    imported.refresh_from_db()
    return imported


def counts(imported: Import) -> tuple[int, int, int, int]:
    return imported.created, imported.updated, imported.unchanged, imported.rejected


def reasons(imported: Import) -> list[tuple[int, str]]:
    """Line and reason of rows that were rejected or taken with a remark."""
    lines = ImportLine.objects.filter(imported=imported).exclude(reason="").order_by("row")
    return list(lines.values_list("line", "reason"))
