"""How long a recycled lead rests at least: the model that scores it says so."""

from datetime import UTC, datetime, time, timedelta

from leads.models import LeadScore
from scoring.live import read
from scoring.models import ModelVersion


def rests_until(lead_id: int, *, at: datetime) -> datetime | None:
    """The midnight (UTC) before which the lead cannot cross again; None where its model asks for no rest."""
    version = ModelVersion.objects.filter(
        pk__in=LeadScore.objects.filter(lead_id=lead_id).values("version")
    ).first()
    days = read(version).cooling_days if version else 0
    if not days:
        return None
    return datetime.combine(at.astimezone(UTC).date() + timedelta(days=days), time(0), tzinfo=UTC)
