"""What follows what. One table from the kind of a journal entry to the steps that follow it; read it and
you know the product. A worker claims a batch, and every step takes a set."""

import logging
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from django.db import OperationalError, connection, transaction

from accounts import clock
from handoff import (
    escalation,
    handed,
    handoffs,
    leases,
    mailed,
    pauses,
    sources,
    standing,
    standing_notes,
    to_do,
    warmed,
)
from handoff.channels import following
from handoff.queue import worth
from handoff.routing import told
from leadhub import approvals
from leads import journal
from leads.activity import bursts, last_activity
from leads.enriching import filling
from leads.hooks import taking as hook_deliveries
from leads.identity import pairs
from leads.journal import ClaimLost, Entry
from leads.privacy import consents, merged_wishes, suppression
from qualification import scorecards, signals
from qualification.asking import first
from qualification.closing import following as closing_following
from qualification.closing import told as closing_told
from qualification.disputes import told as dispute_told
from qualification.nurturing import enrolling, leaving
from scoring import engine
from scoring.publishing import proposals

log = logging.getLogger(__name__)
Step = Callable[[Sequence[Entry], datetime], object]


def _leads(entries: Sequence[Entry]) -> list[int]:
    return sorted({entry.lead_id for entry in entries if entry.lead_id is not None})


def _all(entries: Sequence[Entry], name: str) -> list[int]:
    return [entry.data[name] for entry in entries]


def _rescore(cause: str) -> Step:
    return lambda entries, at: engine.rescore(_leads(entries), at=at, cause=cause)


def find_machines(entries: Sequence[Entry], at: datetime) -> None:
    bursts.look(_leads(entries), at=at)


def hear_signals(entries: Sequence[Entry], at: datetime) -> None:
    """Whoever rests and gives the signal agreed on is looked at again at once."""
    signals.hear(_leads(entries), at=at)


def catch_up(entries: Sequence[Entry], at: datetime) -> None:
    """When they were active last, for lists."""
    last_activity.catch_up(_leads(entries))


def _rescore_quietly(cause: str) -> Step:
    """What an import or a drawer brings to many calls nobody, unless the entry says that it shall."""

    def step(entries: Sequence[Entry], at: datetime) -> None:
        for opens in (False, True):
            some = [entry for entry in entries if bool(entry.data.get("opens_handoffs")) is opens]
            engine.rescore(_leads(some), at=at, cause=cause, opens_handoffs=opens)

    return step


def rescore_relabelled(entries: Sequence[Entry], at: datetime) -> None:
    """What somebody says of past events calls nobody: who crosses by it is held."""
    engine.rescore(_leads(entries), at=at, cause="trust", opens_handoffs=False)


def open_handoffs(entries: Sequence[Entry], at: datetime) -> None:
    asked = [entry.data["crossing"] for entry in entries if entry.data.get("by_hand")]
    handoffs.open_for(_all(entries, "crossing"), at=at, by_hand=asked)


def announce(entries: Sequence[Entry], at: datetime) -> None:
    """Tells people and channels of what was opened."""
    loud = _loud(entries)
    told.announce(_all(loud, "handoff"), at=at)
    following.tell(loud, at)


def _loud(entries: Sequence[Entry]) -> list[Entry]:
    """Not those that a publication opens in silence; what a person opens is told all the same."""
    by_version = handoffs.opened_by_publication(_all(entries, "handoff"))
    silent = proposals.silent(set(by_version.values()))
    return [
        entry for entry in entries
        if entry.data.get("by_hand") or by_version.get(entry.data["handoff"]) not in silent
    ]  # fmt: skip


def announce_routed(entries: Sequence[Entry], at: datetime) -> None:
    told.announce(_all(entries, "handoff"), at=at)


def ask_first(entries: Sequence[Entry], at: datetime) -> None:
    """Whom routing wants asked before sales calls."""
    first.ask(_leads([e for e in entries if e.data["result"] == "ask"]), at=at)


def escalate(entries: Sequence[Entry], at: datetime) -> None:
    escalation.escalate([entry.data for entry in entries], at=at)


def follow_standing(entries: Sequence[Entry], at: datetime) -> None:
    """Also of new handoffs: the score may have moved between the crossing and the opening."""
    standing.follow(_leads(entries), at=at)


def end_pauses(entries: Sequence[Entry], at: datetime) -> None:
    pauses.answered(_leads(entries), at=at)


def look_for_duplicates(entries: Sequence[Entry], at: datetime) -> None:
    """Asks only: the search itself is no haste (leads/identity/finding.py)."""
    pairs.ask(_leads(entries), at=at)


def weigh(entries: Sequence[Entry], at: datetime) -> None:
    """What acting on them now is worth depends on what they did last."""
    worth.weigh(_leads(entries))


def make_tasks(entries: Sequence[Entry], at: datetime) -> None:
    to_do.make_by_rules(_all(entries, "handoff"), at=at)


def keep(entries: Sequence[Entry], at: datetime) -> None:
    """Whoever fills in a card is at work on the lead."""
    leases.end(_all(entries, "handoff"))


def start_cards(entries: Sequence[Entry], at: datetime) -> None:
    scorecards.start(_all(entries, "handoff"), at=at)


def mark_suppressed(entries: Sequence[Entry], at: datetime) -> None:
    suppression.mark(_leads(entries), at=at)


def enrich(entries: Sequence[Entry], at: datetime) -> None:
    """Before they are scored, so that nobody crosses, or fails to, for a fact that we could have known."""
    filling.fill(_leads(entries), at=at)


def take_deliveries(entries: Sequence[Entry], at: datetime) -> None:
    """What other systems sent becomes leads and events."""
    hook_deliveries.take([pk for entry in entries for pk in entry.data["deliveries"]], at=at)


def stop_sending(entries: Sequence[Entry], at: datetime) -> None:
    """Whose mail came back, and who unsubscribed, is written to no more."""
    reasons = {e.lead_id: e.data["suppressed"] for e in entries if e.lead_id is not None}
    suppression.stop(reasons, at=at)


def withdraw(entries: Sequence[Entry], at: datetime) -> None:
    """Who took back on a website that visits are followed has said no, as if on the page of answers."""
    consents.unfollow({e.lead_id: e.data["source"] for e in entries if e.lead_id}, at=at)


STEPS: dict[str, list[Step]] = {
    "hook.received": [take_deliveries],
    "lead.captured": [
        find_machines,
        enrich,
        hear_signals,
        _rescore("activity"),
        catch_up,
        mark_suppressed,
        look_for_duplicates,
        weigh,
    ],
    "lead.active": [find_machines, hear_signals, _rescore("activity"), catch_up, weigh],
    "lead.edited": [enrich, mark_suppressed, _rescore("edit"), look_for_duplicates, sources.follow],
    "lead.imported": [
        enrich,
        _rescore_quietly("import"),
        catch_up,
        mark_suppressed,
        look_for_duplicates,
        closing_following.follow,
    ],
    "lead.enriched": [_rescore_quietly("edit")],
    "lead.left": [stop_sending],
    "lead.suppressed": [leaving.unwilling],
    "lead.unfollowed": [withdraw],
    "lead.ripened": [_rescore("ripened")],
    "lead.restaged": [_rescore("stage")],
    "lead.overridden": [_rescore("override")],
    "lead.merged": [merged_wishes.follow, _rescore("merge"), weigh, leaving.merged, sources.follow],
    "lead.unmerged": [merged_wishes.follow, _rescore("merge"), weigh, sources.follow],
    "lead.relabelled": [rescore_relabelled, weigh],
    "lead.crossed": [open_handoffs, leaving.crossed, following.tell],
    "lead.rebanded": [follow_standing],
    "lead.warmed": [warmed.tell_owners],
    "lead.wrote": [mailed.tell_owners, end_pauses, leaving.replied],
    "lead.mailed": [mailed.log_touches],
    "lead.kept_back": [ask_first, enrolling.follow_routing],
    "handoff.opened": [follow_standing, make_tasks, weigh, announce, leaving.went_to_sales],
    "handoff.routed": [announce_routed],
    "handoff.lapsed": [announce_routed],
    "handoff.rose": [standing_notes.tell_of_rise],
    "handoff.flagged": [standing_notes.warn],
    "timer.rang": [escalate, following.tell],
    "model.proposed": [approvals.tell_of],
    "model.approved": [approvals.tell_of],
    "model.sent_back": [approvals.tell_of],
    "card.answered": [keep],
    # The rep shall see the score of this moment.
    "handoff.claimed": [start_cards, _rescore("decay"), following.tell],
    "handoff.reassigned": [start_cards, _rescore("decay"), handed.tell_of, following.tell],
    "handoff.released": [follow_standing, handed.tell_of, following.tell],
    "handoff.touched": [following.tell],
    "handoff.disposed": [following.tell, enrolling.follow_recycling],
    "sql.passed": [closing_told.announce],
    "sql.returned": [enrolling.follow_recycling],
    "deal.ended": [closing_told.ask_for_review],
    "handoff.undone": [following.tell, leaving.taken_back],
    "fact.settled": [dispute_told.tell_reps],
}


def advance(limit: int = 500, *, between: Callable[[], object] = lambda: None) -> bool:
    """Claims a batch and follows it kind by kind, `between` before each; false when nothing waits."""
    token = uuid.uuid4()
    entries = journal.claim(limit=limit, token=token)
    for kind, some in groupby(sorted(entries, key=_by_kind), key=lambda entry: entry.kind):
        between()
        _follow(kind, list(some), token)
    return bool(entries)


def drain() -> None:
    """Follows everything that waits, and what that leads to."""
    while advance():
        pass


def _by_kind(entry: Entry) -> tuple[int, int, int]:
    return (list(STEPS).index(entry.kind), entry.lead_id or 0, entry.id)


def _follow(kind: str, entries: list[Entry], token: uuid.UUID) -> None:
    """Runs the steps of a kind; a failing set is halved until the one entry that fails is alone."""
    try:
        with transaction.atomic():
            at = clock.now()
            for step in STEPS[kind]:
                step(entries, at)
            journal.finish(entries, token=token, at=at)
    except ClaimLost:
        log.warning("%s: a slow batch was taken over by another worker", kind)
    except OperationalError as error:
        _postpone(entries, token, error)
    except Exception as error:
        _narrow(kind, entries, token, error)


def _postpone(entries: list[Entry], token: uuid.UUID, error: OperationalError) -> None:
    """A lock or deadlock is nobody's fault; a lost connection is for the next tick."""
    if not connection.is_usable():
        raise error
    journal.postpone(entries, token=token, until=clock.now() + timedelta(seconds=1))


def _narrow(kind: str, entries: list[Entry], token: uuid.UUID, error: Exception) -> None:
    if middle := len(entries) // 2:
        _follow(kind, entries[:middle], token)
        _follow(kind, entries[middle:], token)
        return
    log.exception("%s %s failed", kind, entries[0].id, exc_info=error)
    journal.fail(entries[0], token=token, error=repr(error), at=clock.now())
