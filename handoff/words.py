"""Spans of time in words, for rooms that write sentences."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def lasting(seconds: float) -> str:
    """Say seconds as 40 s, 12 min, 2 h 05 min or 3 d 4 h; the sign is dropped."""
    total = abs(round(seconds))
    minutes, hours, days = total // 60, total // 3600, total // 86_400
    if not minutes:
        return _("%(n)d s") % {"n": total}
    if not hours:
        return _("%(n)d min") % {"n": minutes}
    if not days:
        return _("%(h)d h %(m)02d min") % {"h": hours, "m": minutes % 60}
    return _("%(d)d d %(h)d h") % {"d": days, "h": hours % 24}


def span_of(target: Mapping[str, Any]) -> str:
    """How long a promise gives, by the target of a policy: as `lasting` says minutes, or 3 days."""
    if days := target.get("days"):
        return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}
    return lasting(60 * target["minutes"])
