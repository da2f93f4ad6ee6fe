"""Leads that crossed only because the rules changed are handed to sales so many a day."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from leads import crossings
from leads.models import Crossing
from scoring.live import read
from scoring.models import ModelVersion, RescoreRun

Order = ModelVersion.SliceOrder
ORDERS = {
    Order.HIGHEST: ("-lead__score__total", "id"),
    Order.OLDEST: ("lead__created_at", "id"),
}


def open_next(at: datetime) -> bool:
    """Opens today's slice of a live version; false when none waits. The day is written down in the same
    transaction, so that a killed worker opens a slice whole or not at all, and never twice."""
    with transaction.atomic():
        waiting = ModelVersion.objects.select_for_update(skip_locked=True, of=("self",)).filter(
            state=ModelVersion.State.LIVE, slice_size__gt=0
        )
        version = waiting.exclude(sliced_on=at.date()).exclude(runs__in=_unfinished()).first()
        if version is None:
            return False
        slice_ids = [crossing.pk for crossing in _held(version)[: version.slice_size]]
        crossings.open_held(slice_ids, at=at, by=version.published_by, by_hand=False)
        ModelVersion.objects.filter(pk=version.pk).update(sliced_on=at.date())
    return True


def waiting(version: ModelVersion) -> int:
    """How many leads still wait for their slice."""
    return _held(version).count() if version.slice_size else 0


def _unfinished() -> QuerySet[RescoreRun]:
    return RescoreRun.objects.filter(cause="publish", finished_at=None)


def _held(version: ModelVersion) -> QuerySet[Crossing]:
    """Crossings by this version, or by one that said the same, whose lead still stands where sales wants it."""
    same = ModelVersion.objects.filter(
        model=version.model_id, digest=version.digest, slice_size__gt=0
    )
    found = crossings.held_unasked().filter(
        cause=Crossing.Cause.PUBLISH, version__in=same.values("pk"),
        lead__score__version=version.pk, lead__score__flag="",
        lead__score__band__in=read(version).handing_bands,
    )  # fmt: skip
    return found.order_by(*ORDERS[Order(version.slice_order)])
