"""Who took data out of the house, or changed what is kept: rows that are only added."""

from datetime import datetime

from accounts.models import User
from leads.models import PrivacyDeed


def note(kind: str, *, by: User | None, at: datetime, count: int = 1, note: str = "") -> None:
    """Writes a row, in the transaction of the deed."""
    PrivacyDeed.objects.create(kind=kind, by=by, at=at, count=count, note=note[:200])
