"""What companies were, and whose people leads were: undo rows, written by whoever writes a company or moves a
lead, in the transaction of the deed."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from leads import bulk
from leads.models import CompanyChange, FormerCompany


def changed(
    old: Mapping[int, Mapping[str, Any]], *, source: str, by: User | None, at: datetime
) -> None:
    """Keeps what columns of companies held before, by the company's id; nothing for one without a change."""
    bulk.insert(
        [
            CompanyChange(company_id=pk, known_at=at, source=source, by=by, old=dict(was))
            for pk, was in sorted(old.items())
            if was
        ]
    )


def left(
    moves: Iterable[tuple[int, int | None]], *, source: str, by: User | None, at: datetime
) -> None:
    """Keeps which company (or none) each lead belonged to before it came to another one."""
    bulk.insert(
        [
            FormerCompany(lead_id=lead, company_id=company, known_at=at, source=source, by=by)
            for lead, company in sorted(moves, key=lambda move: move[0])
        ]
    )
