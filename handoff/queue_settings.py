"""The settings of the queue: one row, and what holds before somebody writes it."""

from typing import Any

from handoff.models import QueueSettings


def current() -> QueueSettings:
    return QueueSettings.objects.first() or QueueSettings()


def change(**values: Any) -> QueueSettings:
    settings, _made = QueueSettings.objects.update_or_create(singleton=True, defaults=values)
    return settings
