"""A crossing becomes a handoff in a team's queue, exactly once; and it ends exactly once."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from accounts.models import Team, User
from handoff import ledger, routing, timers
from handoff.models import Handoff
from handoff.models.handoffs import OPEN_STATES
from leads import editing, journal, locks
from leads.models import Crossing, Lead, LeadScore
from leads.privacy import erasing
from leads.stages import Stage


class NotOpen(Exception):
    """The handoff was ended by somebody else meanwhile."""


def open_for(
    crossing_ids: Sequence[int], *, at: datetime, by_hand: Collection[int] = ()
) -> list[Handoff]:
    """Opens handoffs for those of the crossings that shall have one and have none yet. `by_hand` are those
    that a person asked for, which is written down with them."""
    with transaction.atomic():
        crossings = _hold_crossed(crossing_ids)
        if not crossings:
            return []
        decisions = routing.decide([crossing.lead_id for crossing in crossings])
        ids = _insert(crossings, decisions, at=at)
        opened = list(Handoff.objects.filter(pk__in=ids).order_by("lead_id"))
        timers.start(opened, at=at)
        asked = [handoff.pk for handoff in opened if handoff.crossing_id in by_hand]
        ledger.begin(ids, at=at, by_hand=asked)
        _hand_to_teams(opened, decisions)
        each = {
            h.lead_id: {
                "handoff": h.pk, "routed_by": h.routed_by, "by_hand": h.crossing_id in by_hand
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


def _insert(
    crossings: Sequence[Crossing], decisions: dict[int, routing.Decision], *, at: datetime
) -> list[int]:
    """The two constraints (one a crossing, one open a lead) decide; whoever comes second writes nothing."""
    decided = [decisions[crossing.lead_id] for crossing in crossings]
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO handoff_handoff (public_id, crossing_id, lead_id, team_id, state, band,
                                            routed_by, opened_at)
               SELECT gen_random_uuid(), t.crossing_id, t.lead_id, t.team_id, 'queued', t.band,
                      t.routed_by, %s
                 FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[])
                      AS t(crossing_id, lead_id, team_id, band, routed_by)
                ORDER BY t.lead_id
               ON CONFLICT DO NOTHING RETURNING id""",
            [
                at,
                [crossing.pk for crossing in crossings],
                [crossing.lead_id for crossing in crossings],
                [decision.team_id for decision in decided],
                [crossing.band for crossing in crossings],
                [decision.reason for decision in decided],
            ],
        )
        return [row[0] for row in cursor.fetchall()]


def _hand_to_teams(opened: Sequence[Handoff], decisions: Mapping[int, routing.Decision]) -> None:
    """Leads belong to the team and to nobody in it yet, but customers to the owner of their account."""
    teams = Team.objects.in_bulk([h.team_id for h in opened if h.team_id])
    owners = User.objects.in_bulk([d.owner_id for d in decisions.values() if d.owner_id])
    together: dict[tuple[int, int | None], list[int]] = {}
    for h in opened:
        if h.team_id:
            pair = (h.team_id, decisions[h.lead_id].owner_id)
            together.setdefault(pair, []).append(h.lead_id)
    for (team_id, owner_id), lead_ids in together.items():
        owner = owners[owner_id] if owner_id else None
        editing.assign(lead_ids, owner=owner, team=teams[team_id])


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
    LeadScore.objects.select_for_update(no_key=True).get(lead_id=lead_id)
    into = Lead.objects.values_list("merged_into", flat=True).get(pk=lead_id)
    return hold_lead(into) if into else lead_id


def hold(handoff: Handoff) -> None:
    """Takes the lock of the handoff's lead, and looks again whose handoff it is."""
    held = hold_lead(handoff.lead_id)
    handoff.lead_id = Handoff.objects.values_list("lead", flat=True).get(pk=handoff.pk)
    if handoff.lead_id != held:
        hold(handoff)


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
        state=state, disposed_at=at
    )
    if not ended:
        raise NotOpen
    timers.cancel([handoff.pk], at=at)
    ledger.turn([handoff.pk], step=ledger.Step.DECIDED, at=at)


def leave_queues(lead_ids: Sequence[int], at: datetime) -> None:
    """Ends the open handoffs of people who are erased, without a verdict. The caller holds the leads."""
    found = Handoff.objects.filter(lead_id__in=lead_ids, state__in=OPEN_STATES).order_by("pk")
    for handoff in found:
        close(handoff, state=Handoff.State.ERASED, at=at)


erasing.closed_by(leave_queues)
