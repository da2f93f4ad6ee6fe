"""The days that are offered when a lead shall rest."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Preset:
    key: str
    label: Any
    until: date


def in_months(day: date, months: int) -> date:
    """The same day so many months later, or the last one of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def usual(today: date) -> date:
    """Until when it rests if nothing else is said."""
    return in_months(today, 3)


def presets(today: date) -> list[Preset]:
    return [
        Preset("month", _("In a month"), in_months(today, 1)),
        Preset("quarter", _("In three months"), usual(today)),
    ]
