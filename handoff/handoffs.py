"""A crossing becomes a handoff in a team's queue, exactly once; and it ends exactly once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts import prepared
from handoff import ledger, resting, timers
from handoff.models import Handoff
from handoff.models.handoffs import OPEN_STATES
from handoff.routing import decisions, offers, placing
from handoff.routing.deciding import decide
from handoff.routing.decision import MOST_REASON, Decision, Outcome
from leads import journal, locks
from leads.bands import bands, priority
from leads.models import Crossing, Lead, LeadScore
from leads.privacy import erasing
from leads.stages import Stage

# How a handoff ends by somebody's decision, which keeps the promise of one.
DECIDED = (Handoff.State.ACCEPTED, Handoff.State.RECYCLED, Handoff.State.DISQUALIFIED)


class NotOpen(Exception):
    """The handoff was ended by somebody else meanwhile."""


def open_for(
    crossing_ids: Sequence[int], *, at: datetime, by_hand: Collection[int] = ()
) -> list[Handoff]:
    """Opens handoffs for those of the crossings that shall have one and have none yet. `by_hand` are those
    that a person asked for, which is written down with them, and which no rule holds back."""
    with transaction.atomic():
        crossings = _hold_crossed(crossing_ids)
        if not crossings:
            return []
        asked = decisions.asked_before([c.pk for c in crossings]) | set(by_hand)
        decided = decide([c.pk for c in crossings], at=at, asked=asked)
        _keep_back(crossings, decided, at=at)
        handed = [c for c in crossings if decided[c.pk].opens]
        ids = _insert(handed, decided, at=at)
        opened = list(Handoff.objects.filter(pk__in=ids).order_by("lead_id"))
        timers.start(opened, at=at)
        ledger.begin(ids, at=at, by_hand=[h.pk for h in opened if h.crossing_id in by_hand])
        offers.turn(opened, at=at)
        placing.hand_to_teams(opened, decided)
        decisions.keep(opened, decided, at=at)
        each = {
            h.lead_id: {
                "handoff": h.pk, "routed_by": h.routed_by, "by_hand": h.crossing_id in by_hand,
                "to": h.offered_to_id,
            }
            for h in opened
        }  # fmt: skip
        journal.write("handoff.opened", each, at=at, each=each)
    return opened


def _hold_crossed(crossing_ids: Sequence[int]) -> list[Crossing]:
    """The crossings that wait for a handoff, under the locks of their leads, lest one is merged meanwhile."""
    waiting = Crossing.objects.filter(pk__in=crossing_ids, opens_handoff=True, handoff=None)
    held = LeadScore.objects.select_for_update(no_key=True).filter(lead__in=waiting.values("lead"))
    list(held.order_by("lead_id").values_list("lead_id"))
    return list(waiting.order_by("lead_id"))


def _keep_back(
    crossings: Sequence[Crossing], decided: Mapping[int, Decision], *, at: datetime
) -> None:
    """Those that are nurtured, or asked first, open nothing: a person can open them, or their answer does."""
    kept = [c for c in crossings if not decided[c.pk].opens]
    if not kept:
        return
    Crossing.objects.filter(pk__in=[c.pk for c in kept]).update(opens_handoff=False)
    decisions.keep_back(kept, decided, at=at)
    each = {
        c.lead_id: {"crossing": c.pk, "routed_by": decided[c.pk].reason, "result": decided[c.pk].outcome}
        for c in kept
    }  # fmt: skip
    journal.write("lead.kept_back", each, at=at, each=each)


def _insert(
    crossings: Sequence[Crossing], decided: Mapping[int, Decision], *, at: datetime
) -> list[int]:
    """The two constraints (one a crossing, one open a lead) decide; whoever comes second writes nothing."""
    rows = [(c, decided[c.pk]) for c in crossings]
    ladder = list(bands().values())
    with prepared.cursor() as cursor:
        cursor.execute(
            """INSERT INTO handoff_handoff (public_id, crossing_id, lead_id, source, team_id, state, band, tier,
                                            priority, routed_by, is_fallback, offered_to_id, offered_at, offered_until,
                                            offer_at, opened_at)
               SELECT gen_random_uuid(), t.crossing_id, t.lead_id, l.source, t.team_id, 'queued', t.band, t.tier,
                      t.priority, t.routed_by, t.is_fallback, t.rep_id, t.offered_at, t.until, t.offer_at, %(at)s
                 FROM unnest(%(crossings)s::bigint[], %(leads)s::bigint[], %(teams)s::bigint[], %(bands)s::text[],
                             %(tiers)s::text[], %(ranks)s::int[], %(reasons)s::text[], %(fallen)s::boolean[],
                             %(reps)s::bigint[],
                             %(offered)s::timestamptz[], %(untils)s::timestamptz[], %(agains)s::timestamptz[])
                      AS t(crossing_id, lead_id, team_id, band, tier, priority, routed_by, is_fallback, rep_id,
                           offered_at, until, offer_at)
                 JOIN leads_lead l ON l.id = t.lead_id
                ORDER BY t.lead_id
               ON CONFLICT DO NOTHING RETURNING id""",
            {
                "at": at,
                "crossings": [c.pk for c, _one in rows],
                "leads": [c.lead_id for c, _one in rows],
                "teams": [one.team_id for _c, one in rows],
                "bands": [c.band for c, _one in rows],
                "ranks": [priority(c.band, ladder) for c, _one in rows],
                "tiers": [one.tier for _c, one in rows],
                "reasons": [one.reason[:MOST_REASON] for _c, one in rows],
                "fallen": [one.outcome is Outcome.FALLBACK for _c, one in rows],
                "reps": [one.rep_id for _c, one in rows],
                "offered": [one.offered_at for _c, one in rows],
                "untils": [one.offered_until for _c, one in rows],
                "agains": [one.offer_at for _c, one in rows],
            },
        )
        return [row[0] for row in cursor.fetchall()]


def opened_by_publication(handoff_ids: Sequence[int]) -> dict[int, int]:
    """The version by handoff, of those whose lead crossed because the rules changed."""
    found = Handoff.objects.filter(pk__in=handoff_ids, crossing__cause=Crossing.Cause.PUBLISH)
    return dict(found.values_list("pk", "crossing__version"))


def waiting(lead: Lead) -> bool:
    """Whether the pipeline is about to open a handoff for this lead."""
    busy = Handoff.objects.filter(lead=OuterRef("lead"), state__in=OPEN_STATES)
    unopened = Crossing.objects.filter(~Exists(busy), lead=lead, opens_handoff=True, handoff=None)
    return unopened.filter(lead__stage__in=[Stage.MQL, Stage.CUSTOMER]).exists()


def hold_lead(lead_id: int) -> int:
    """Takes the lead's lock: always first, before the handoff and its clocks. The lead that it is by now: one
    that went up in another while we waited is that other."""
    locks.hold([lead_id])
    into = Lead.objects.values_list("merged_into", flat=True).get(pk=lead_id)
    return hold_lead(into) if into else lead_id


def hold(handoff: Handoff) -> Handoff:
    """Takes the lock of the handoff's lead. The handoff as it is then, with its owner; `handoff` learns whose it is."""
    held = handoff.lead_id
    locks.hold([held])
    now = Handoff.objects.select_related("owner").get(pk=handoff.pk)
    handoff.lead_id = now.lead_id
    return now if now.lead_id == held else hold(handoff)


def hold_all(handoff_ids: Collection[int]) -> None:
    """Takes the locks of these handoffs' leads in their order, and looks again whose handoffs they are."""
    of_them = Handoff.objects.filter(pk__in=handoff_ids).values_list("lead", flat=True)
    held = set(of_them)
    locks.hold(held)
    if set(of_them.all()) != held:
        hold_all(handoff_ids)


def close(handoff: Handoff, *, state: str, at: datetime) -> None:
    """Ends an open handoff and its clocks. The caller holds the lead. Raises NotOpen."""
    ended = Handoff.objects.filter(pk=handoff.pk, state__in=OPEN_STATES).update(
        state=state, disposed_at=at, lease_until=None, snoozed_until=None
    )
    if not ended:
        raise NotOpen
    resting.close([handoff.pk], at=at)
    if state in DECIDED:
        timers.stop([handoff.pk], timers.Milestone.DISPOSITION, at=at)
    timers.cancel([handoff.pk], at=at)
    ledger.turn([handoff.pk], step=ledger.Step.DECIDED, at=at)


def leave_queues(lead_ids: Sequence[int], at: datetime) -> None:
    """Ends the open handoffs of people who are erased, without a verdict. The caller holds the leads."""
    found = Handoff.objects.filter(lead_id__in=lead_ids, state__in=OPEN_STATES).order_by("pk")
    for handoff in found:
        close(handoff, state=Handoff.State.ERASED, at=at)


erasing.closed_by(leave_queues)
