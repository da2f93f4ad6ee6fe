"""Until when a claimed lead is somebody's without a touch. A touch, or an answer on its card, ends the lease: the
lead stays. The claim that runs out is given back by claims.return_untouched()."""

from collections.abc import Collection
from datetime import datetime, timedelta

from handoff import queue_settings
from handoff.models import Handoff


def until(at: datetime) -> datetime | None:
    """When a claim of this moment runs out; None where claims last."""
    minutes = queue_settings.lease_minutes()
    return at + timedelta(minutes=minutes) if minutes else None


def end(handoff_ids: Collection[int]) -> None:
    """Somebody works on these: they stay with whoever has them."""
    Handoff.objects.filter(pk__in=handoff_ids).exclude(lease_until=None).update(lease_until=None)
