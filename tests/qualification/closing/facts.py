"""Facts that the tests of deals share."""

from decimal import Decimal
from typing import Any

from accounts.models import Team, User
from leads.models import Lead
from qualification import dispositions
from qualification.closing import deals
from qualification.models import DealReason, Opportunity
from tests import factories
from tests.qualification.facts import answer_all, claimed


def accepted(by: User, **values: Any) -> Lead:
    """An SQL that this person accepted. Needs a live model and a team."""
    handoff = claimed(by, **values)
    answer_all(handoff, by=by)
    dispositions.accept(handoff, by=by, at=factories.now())
    return Lead.objects.get(pk=handoff.lead_id)


def opened(by: User, **more: Any) -> Opportunity:
    told: dict[str, Any] = {"amount": Decimal(12000), "currency": "EUR", **more}
    return deals.open_with(accepted(by), by=by, at=factories.now(), **told)


def closers(team: Team) -> Team:
    """A team that closes what the other accepts."""
    to = Team.objects.create(name="Closing", closes=True)
    team.closed_by = to
    team.save()
    return to


def reason(key: str) -> DealReason:
    return DealReason.objects.get(key=key)
