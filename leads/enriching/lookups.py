"""Questions to providers: queued as rows, claimed under a lease, asked outside of transactions, answered once."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from leads.enriching import providers, themselves
from leads.enriching.desk import Desk
from leads.enriching.providers import Outcome
from leads.identity import mail_domains
from leads.models import ContactKey, Drawer, Lead, Lookup, LookupAnswer
from leads.privacy import erasing

State = Lookup.State
LEASE = timedelta(seconds=60)
MOST_ATTEMPTS = 5
# So many calls in a row without an answer, and nobody is asked for a while: a minute, then twice as long each time.
BREAKS_AFTER = 5
LONGEST_REST = timedelta(hours=1)


def queue(desk: Desk, drawers: Sequence[Drawer], *, calls: bool = True) -> None:
    """Queues a question for each lead that a provider could fill something of; a lead that was asked about lately is
    left alone. `calls`: those who cross by the answer are handed over."""
    for drawer in drawers:
        rows = [
            {"lead_id": lead.pk, "asked": asked, "calls": calls}
            for lead in desk.leads.values()
            if (asked := asked_for(lead, drawer)) and _lacks(desk, lead, drawer)
        ]
        if rows:
            _insert(drawer, rows, desk.at)


def asked_for(lead: Lead, drawer: Drawer) -> str:
    """What the provider is asked for: nothing for a lead without it, nor for the domain of a mail provider."""
    email = lead.email or ""
    if drawer.asks == Drawer.Asks.EMAIL:
        return email
    return mail_domains.company_domain(email)


def _lacks(desk: Desk, lead: Lead, drawer: Drawer) -> bool:
    return any(desk.wants(lead, drawer, field) for _path, field in drawer.fills)


def _insert(drawer: Drawer, rows: Sequence[dict[str, Any]], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_lookup AS l (drawer_id, lead_id, asked, calls, state, reason, attempts, available_at)
               SELECT %(drawer)s, lead_id, asked, calls, 'waiting', '', 0, %(at)s
                 FROM jsonb_to_recordset(%(rows)s::jsonb) AS t(lead_id bigint, asked text, calls boolean)
               ON CONFLICT (drawer_id, lead_id) DO UPDATE
                  SET asked = excluded.asked, calls = excluded.calls, state = 'waiting', reason = '', attempts = 0,
                      available_at = excluded.available_at, token = NULL
                WHERE l.asked <> excluded.asked
                   OR (l.state <> 'waiting' AND l.settled_at < %(at)s - %(days)s * interval '1 day')""",
            {"drawer": drawer.pk, "rows": json.dumps(rows), "at": at, "days": drawer.days_kept},
        )


@dataclass(frozen=True)
class Claim:
    """One question, for all leads that wait for its answer."""

    drawer: Drawer
    asked: str
    token: uuid.UUID
    lead_ids: list[int]
    attempts: int


def advance(at: datetime) -> bool:
    """Answers one question that is due, from what is kept or by asking; false if none is."""
    claim = _claim(at)
    if claim is None:
        return False
    kept = LookupAnswer.objects.filter(
        drawer=claim.drawer, asked=claim.asked, at__gt=at - timedelta(days=claim.drawer.days_kept)
    ).first()
    if kept:
        _conclude(claim, Outcome(answer=kept.answer), at=at)
    elif not spend(claim.drawer, at):
        _until_tomorrow(claim, at)
    else:
        outcome = providers.ask(claim.drawer, claim.asked)
        if outcome.is_answer:
            _conclude(claim, outcome, at=at, is_new=True)
        else:
            _set_back(claim, outcome, at)
    return True


def _claim(at: datetime) -> Claim | None:
    token = uuid.uuid4()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """WITH due AS (
                   SELECT l.drawer_id, l.asked FROM leads_lookup l JOIN leads_drawer d ON d.id = l.drawer_id
                    WHERE l.state = 'waiting' AND l.available_at <= %(at)s AND d.is_on
                      AND (d.rests_until IS NULL OR d.rests_until <= %(at)s)
                    ORDER BY l.available_at, l.id LIMIT 1 FOR UPDATE OF l SKIP LOCKED),
                   mine AS (
                   SELECT l.id FROM leads_lookup l JOIN due USING (drawer_id, asked)
                    WHERE l.state = 'waiting' AND l.available_at <= %(at)s
                    ORDER BY l.lead_id LIMIT 500 FOR UPDATE OF l SKIP LOCKED)
               UPDATE leads_lookup l SET token = %(token)s, attempts = attempts + 1, available_at = %(until)s
                 FROM mine WHERE l.id = mine.id
            RETURNING l.drawer_id, l.asked, l.lead_id, l.attempts""",
            {"at": at, "token": token, "until": at + LEASE},
        )
        rows = cursor.fetchall()
    if not rows:
        return None
    drawer = Drawer.objects.get(pk=rows[0][0])
    return Claim(drawer, rows[0][1], token, [row[2] for row in rows], max(row[3] for row in rows))


def spend(drawer: Drawer, at: datetime) -> bool:
    """Takes one call out of the day's budget; false if it is used up."""
    if not drawer.calls_a_day:
        return False
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_lookupday AS d (drawer_id, day, calls) VALUES (%s, %s, 1)
               ON CONFLICT (drawer_id, day) DO UPDATE SET calls = d.calls + 1 WHERE d.calls < %s""",
            [drawer.pk, at.date(), drawer.calls_a_day],
        )
        return cursor.rowcount == 1


def _until_tomorrow(claim: Claim, at: datetime) -> None:
    """Nothing of this provider is due before the next day, UTC; waiting is no attempt."""
    rest_until_tomorrow(claim.drawer, at)
    _mine(claim).update(available_at=at, attempts=claim.attempts - 1, token=None)


def rest_until_tomorrow(drawer: Drawer, at: datetime) -> None:
    """The day's budget is used up: nobody asks this provider before midnight, UTC."""
    midnight = at.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    Drawer.objects.filter(pk=drawer.pk).update(rests_until=midnight)


def answered(drawer: Drawer) -> None:
    """The provider is well again."""
    Drawer.objects.filter(pk=drawer.pk).update(failures=0, rests_until=None, problem="")


def tire(drawer: Drawer, outcome: Outcome, at: datetime) -> None:
    """Counts a call without an answer; after some in a row, or where it says so, the provider rests. Call it inside
    a transaction."""
    held = Drawer.objects.select_for_update().get(pk=drawer.pk)
    held.failures += 1
    held.problem = outcome.reason
    rest = outcome.rest or _rest(held.failures)
    if rest:
        held.rests_until = at + rest
    held.save(update_fields=["failures", "problem", "rests_until"])


def again_at(attempts: int, at: datetime) -> datetime:
    """When a question is asked again after so many attempts."""
    return at + timedelta(seconds=30 * 4**attempts)


def _mine(claim: Claim) -> Any:
    return Lookup.objects.filter(drawer=claim.drawer, token=claim.token, state=State.WAITING)


def _conclude(claim: Claim, outcome: Outcome, *, at: datetime, is_new: bool = False) -> None:
    """Keeps the answer and writes it on the leads; whoever lost the claim meanwhile writes nothing."""
    with transaction.atomic():
        desk = Desk(claim.lead_ids, at=at)
        mine = dict(_mine(claim).select_for_update().values_list("lead_id", "calls"))
        if is_new:
            LookupAnswer.objects.update_or_create(
                drawer=claim.drawer,
                asked=claim.asked,
                defaults={"answer": outcome.answer, "at": at},
            )
            answered(claim.drawer)
        providers.put(desk, claim.drawer, outcome.answer, mine)
        # What was learnt may tell the other drawers something: a title its seniority.
        themselves.know(desk, Drawer.objects.filter(is_on=True))
        changed = desk.save()
        for calls in (False, True):
            some = [lead_id for lead_id in changed if mine.get(lead_id, True) is calls]
            themselves.tell(some, calls=calls, at=at)
        known = "" if outcome.answer is not None else outcome.reason
        _mine(claim).update(state=State.DONE, reason=known, settled_at=at, token=None)


def _set_back(claim: Claim, outcome: Outcome, at: datetime) -> None:
    """No answer: it is tried again later, or given up; the provider rests when it fails again and again."""
    with transaction.atomic():
        tire(claim.drawer, outcome, at)
        if outcome.is_final or claim.attempts >= MOST_ATTEMPTS:
            _mine(claim).update(
                state=State.FAILED, reason=outcome.reason[:300], settled_at=at, token=None
            )
        else:
            later = again_at(claim.attempts, at)
            _mine(claim).update(available_at=later, reason=outcome.reason[:300], token=None)


def _rest(failures: int) -> timedelta | None:
    if failures < BREAKS_AFTER:
        return None
    return min(timedelta(minutes=2 ** min(failures - BREAKS_AFTER, 10)), LONGEST_REST)


def forget_answers(lead_ids: Sequence[int], at: datetime) -> None:
    """Part of an erasure: what providers said of these leads' addresses."""
    keys = ContactKey.objects.filter(lead_id__in=lead_ids, kind=ContactKey.EMAIL)
    LookupAnswer.objects.filter(asked__in=list(keys.values_list("value", flat=True))).delete()


erasing.closed_by(forget_answers)


def spent_today(at: datetime) -> dict[int, int]:
    """Calls of this day by drawer; one query."""
    days = Drawer.objects.filter(days__day=at.date()).values_list("pk", "days__calls")
    return dict(days)
