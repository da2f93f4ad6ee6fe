"""What the score becomes once the ticks of a no are sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import User
from handoff.models import Handoff
from leads import bands
from leads.bands import Band
from leads.models import Lead
from qualification import access
from qualification.models import FactVerdict
from qualification.saying_no import judging
from qualification.saying_no.told import Tick
from scoring.explaining import explain


@dataclass(frozen=True)
class Supposed:
    """The score before and after, the band it stands in then, and what marketing will find disputed."""

    before: int
    after: int
    band: Band | None
    stays: bool
    disputed: list[str]


def suppose(handoff: Handoff, ticks: Sequence[Tick], *, by: User, at: datetime) -> Supposed | None:
    """The lead is corrected as the decision would correct it, scored, and left as it was: what is said here is
    what will be. None where no model scores it. Raises told.NotReady, handoffs.NotOpen or access.NotYours."""
    with transaction.atomic():
        access.hold(handoff, by=by)
        before = explain.explain(handoff.lead_id)
        judging.judge(Lead.objects.get(pk=handoff.lead_id), ticks, by=by, at=at)
        after = explain.explain(handoff.lead_id)
        transaction.set_rollback(True)
    if before is None or after is None:
        return None
    doubted = [t.fact.label for t in ticks if t.verdict != FactVerdict.Verdict.RIGHT]
    return Supposed(
        before.total, after.total, bands.bands().get(after.band), before.band == after.band, doubted
    )
