"""A lead that was closed, or rests, may cross again: somebody says why."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from handoff import handoffs
from handoff.models import Handoff
from handoff.models.handoffs import PRESENT_FIRST
from leads import journal, lifecycle, ripening
from leads.models import Lead
from leads.stages import Stage


class CannotReopen(Exception):
    """The text says why, for whoever wants to reopen."""


def may_reopen(handoff: Handoff, lead: Lead) -> bool:
    """Whether this is the lead's last handoff, and it ended with a no or a not now."""
    latest = lead.handoffs.order_by(*PRESENT_FIRST).values_list("id", flat=True).first()
    return lead.stage in (Stage.DISQUALIFIED, Stage.RECYCLED) and latest == handoff.pk


def reopen(handoff: Handoff, *, reason: str, by: User, at: datetime) -> None:
    """The lead is scored again and crosses if it stands above the line; the decision stays in the reports.
    Raises CannotReopen."""
    with transaction.atomic():
        handoffs.hold(handoff)
        lead = Lead.objects.get(pk=handoff.lead_id)
        if not may_reopen(handoff, lead):
            raise CannotReopen(_("Only a lead that is disqualified or rests can be reopened."))
        if lead.stage == Stage.DISQUALIFIED:
            lifecycle.move([lead.pk], Stage.LEAD, at=at, by=by, reason=reason[:200])
        ripening.arm([lead.pk])
        data = {"handoff": handoff.pk, "note": reason[:500]}
        journal.write("lead.reopened", [lead.pk], at=at, by=by, data=data)
        journal.write("lead.restaged", [lead.pk], at=at, by=by)
