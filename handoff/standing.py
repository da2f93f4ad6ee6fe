"""What becomes of an open handoff when the score of its lead moves: a higher band raises it, a lower one marks it
as cooled, a disqualifier takes it back or warns whoever holds it. Never a second handoff, never a later deadline."""

from collections.abc import Sequence
from datetime import datetime

from handoff import handoffs, shortening
from handoff.models import Handoff
from handoff.models.handoffs import OPEN_STATES
from leads import journal, lifecycle, locks, ripening
from leads.bands import Band, bands, priority
from leads.models import LeadScore
from leads.stages import Stage


def follow(lead_ids: Sequence[int], *, at: datetime) -> None:
    """Brings the open handoffs of these leads in line with where their scores stand; doing it again changes
    nothing."""
    locks.hold(lead_ids)
    open_ones = Handoff.objects.filter(lead__in=lead_ids, state__in=OPEN_STATES)
    scores = LeadScore.objects.in_bulk(list(open_ones.values_list("lead_id", flat=True)))
    ladder = list(bands().values())
    risen = []
    for handoff in open_ones.order_by("lead_id"):
        score = scores[handoff.lead_id]
        if score.flag:
            _flagged(handoff, score.flag, at=at)
            continue
        step = _step(handoff.band, score.band, ladder)
        if step > 0:
            risen.append((handoff, score))
        else:
            _cool(handoff, None if step == 0 else handoff.cooled_at or at)
    _rise(risen, ladder, at=at)


def _step(was: str, now: str, ladder: Sequence[Band]) -> int:
    """How many bands up or down; none where one of the two is of another model."""
    keys = [band.key for band in ladder]
    return keys.index(now) - keys.index(was) if {was, now} <= set(keys) else 0


def _rise(
    risen: Sequence[tuple[Handoff, LeadScore]], ladder: Sequence[Band], *, at: datetime
) -> None:
    each = {}
    for handoff, score in risen:
        each[handoff.lead_id] = {
            "handoff": handoff.pk, "from": handoff.band, "to": score.band, "total": score.total
        }  # fmt: skip
        handoff.band, handoff.priority = score.band, priority(score.band, ladder)
        handoff.cooled_at, handoff.flag = None, ""
    moved = [handoff for handoff, _score in risen]
    Handoff.objects.bulk_update(moved, ["band", "priority", "cooled_at", "flag"])
    shortening.shorten(moved, at=at)
    journal.write("handoff.rose", each, at=at, each=each)


def _cool(handoff: Handoff, cooled_at: datetime | None) -> None:
    if (handoff.cooled_at, handoff.flag) == (cooled_at, ""):
        return
    if cooled_at is not None and handoff.cooled_at is None:
        data = {"handoff": handoff.pk, "from": handoff.band}
        journal.write("handoff.cooled", [handoff.lead_id], at=cooled_at, data=data)
    Handoff.objects.filter(pk=handoff.pk).update(cooled_at=cooled_at, flag="")


def _flagged(handoff: Handoff, flag: str, *, at: datetime) -> None:
    """Unclaimed, it is taken back, and the lead may cross anew should the disqualifier go; claimed, its holder
    is warned and decides."""
    data = {"handoff": handoff.pk, "element": flag}
    if handoff.state == Handoff.State.QUEUED:
        handoffs.close(handoff, state=Handoff.State.WITHDRAWN, at=at)
        lifecycle.move([handoff.lead_id], Stage.LEAD, at=at)
        ripening.arm([handoff.lead_id])
        journal.write("handoff.withdrawn", [handoff.lead_id], at=at, data=data)
    elif handoff.flag != flag:
        Handoff.objects.filter(pk=handoff.pk).update(flag=flag)
        journal.write("handoff.flagged", [handoff.lead_id], at=at, data=data)
