"""Columns of a list of leads beyond their fields: where each stands."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from leads.models import Lead


def when(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


STANDING: list[tuple[Any, Callable[[Lead], Any]]] = [
    (_("Stage"), lambda lead: lead.get_stage_display()),
    (_("Score"), lambda lead: lead.score.total),
    (_("Band"), lambda lead: lead.score.band),
    (_("Owner"), lambda lead: lead.owner.name if lead.owner else ""),
    (_("Source"), lambda lead: lead.source),
    (_("Campaign"), lambda lead: lead.campaign),
    (_("Created"), lambda lead: when(lead.created_at)),
    (_("Last activity"), lambda lead: when(lead.last_activity_at)),
]
