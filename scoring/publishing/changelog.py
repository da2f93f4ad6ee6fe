"""What was expected of a version against what came."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from leads.models import Crossing, LeadScore
from scoring.definition import Band
from scoring.live import read
from scoring.models import ModelVersion

AFTER = timedelta(days=30)


@dataclass(frozen=True)
class BandRow:
    """Leads in a band: when it was proposed, as expected, and as it came (None while nobody looked)."""

    band: Band
    now: int
    expected: int
    actual: int | None


@dataclass(frozen=True)
class Account:
    """`mqls_expected` and `mqls_actual` are a day; `measured_at` is when it was looked at, `due` when it will be."""

    bands: list[BandRow]
    mqls_expected: float | None
    mqls_actual: float | None
    measured_at: datetime | None
    due: datetime | None


def measure_due(at: datetime) -> int:
    """Writes down what came of live versions that are 30 days old; says of how many."""
    old = ModelVersion.objects.filter(
        state=ModelVersion.State.LIVE, actual={}, published_at__lte=at - AFTER
    )
    found = list(old)
    for version in found:
        ModelVersion.objects.filter(pk=version.pk).update(actual=_measure(version, at))
    return len(found)


def account(version: ModelVersion, *, at: datetime) -> Account | None:
    """Expected against actual; None where nothing was expected, as in the first version."""
    expected, actual = version.expected, version.actual or _so_far(version, at)
    if not expected:
        return None
    live = version.state == ModelVersion.State.LIVE and version.published_at is not None
    measured = actual.get("at")
    return Account(
        _bands(version, expected, actual),
        expected.get("mqls_a_day"),
        actual.get("mqls_a_day"),
        datetime.fromisoformat(measured) if measured else None,
        version.published_at + AFTER
        if live and version.published_at and not version.actual
        else None,
    )


def headline(version: ModelVersion) -> tuple[float, float] | None:
    """MQLs a day, expected and as they came, of a version that was looked at after 30 days; else None."""
    expected, came = version.expected.get("mqls_a_day"), version.actual.get("mqls_a_day")
    return (expected, came) if expected is not None and came is not None else None


def _bands(
    version: ModelVersion, expected: dict[str, Any], actual: dict[str, Any]
) -> list[BandRow]:
    """Highest first."""
    came = actual.get("bands")
    return [
        BandRow(
            band,
            expected["now"].get(band.key, 0),
            expected["bands"].get(band.key, 0),
            came.get(band.key, 0) if came is not None else None,
        )
        for band in reversed(read(version).bands)
    ]


def _so_far(version: ModelVersion, at: datetime) -> dict[str, Any]:
    """Of a version that is live, what there is today; of one that was, only what crossed while it was."""
    if version.published_at is None:
        return {}
    if version.state == ModelVersion.State.LIVE:
        return _measure(version, at)
    return {"mqls_a_day": _mqls_a_day(version, version.retired_at or at)}


def _measure(version: ModelVersion, at: datetime) -> dict[str, Any]:
    rows = LeadScore.objects.filter(version=version.pk).values_list("band").annotate(n=Count("pk"))
    return {"at": at.isoformat(), "bands": dict(rows), "mqls_a_day": _mqls_a_day(version, at)}


def _mqls_a_day(version: ModelVersion, until: datetime) -> float | None:
    """Leads that crossed by what they did, not by the publication. None in the first day."""
    assert version.published_at is not None
    days = (until - version.published_at) / timedelta(days=1)
    came = Crossing.objects.filter(version=version.pk).exclude(cause=Crossing.Cause.PUBLISH)
    return round(came.count() / days, 2) if days >= 1 else None
