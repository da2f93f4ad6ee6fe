"""The settings of the queue: one row, and what holds before somebody writes it."""

from typing import Any

from accounts import prepared
from handoff.models import QueueSettings


def current() -> QueueSettings:
    return QueueSettings.objects.first() or QueueSettings()


def lease_minutes() -> int:
    """As current() has it, for whoever claims and asks nothing else."""
    with prepared.cursor() as cursor:
        cursor.execute("SELECT lease_minutes FROM handoff_queuesettings")
        row = cursor.fetchone()
    return int(row[0]) if row else QueueSettings().lease_minutes


def change(**values: Any) -> QueueSettings:
    settings, _made = QueueSettings.objects.update_or_create(singleton=True, defaults=values)
    return settings
