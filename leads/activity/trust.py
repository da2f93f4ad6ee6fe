"""Events reclassified by rules, as if they had always been of that class; and rules taken back.

The class of an event is what the newest rule in force that covers it says, else the class it came with."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from leads import journal
from leads.activity import trust_sql
from leads.models import TrustRule

# Events looked through in one transaction: about half a second, so that events still coming in wait no longer.
CHUNK = 10_000
State = TrustRule.State


class Empty(Exception):
    """A rule that asks for nothing would hold for everything."""


class AlreadyUndone(Exception):
    """Somebody else took the rule back."""


@dataclass(frozen=True)
class Reach:
    """How many events would change their class, how many leads they belong to, and some of these leads."""

    events: int
    leads: int
    some: list[int]


def reach(rule: TrustRule, most: int) -> Reach:
    """What a rule that need not be stored would change, with up to `most` of the leads, spread over all of
    them. Raises Empty."""
    _refuse_empty(rule)
    holds, parameters = trust_sql.wanted(rule)
    with connection.cursor() as cursor:
        # The events are read once, and none of them is sorted.
        cursor.execute(
            f"""WITH touched AS MATERIALIZED (
                  SELECT e.lead_id, count(*) AS events FROM leads_event e
                   WHERE e.trust <> %(trust)s AND {holds} GROUP BY e.lead_id)
                SELECT coalesce(sum(events), 0)::bigint, count(lead_id),
                       ARRAY(SELECT lead_id FROM touched WHERE lead_id IS NOT NULL
                              ORDER BY hashint8(lead_id) LIMIT %(most)s)
                  FROM touched""",
            {**parameters, "trust": rule.trust, "most": most},
        )
        events, leads, some = cursor.fetchone()
    return Reach(events, leads, sorted(some))


@contextmanager
def as_if(rule: TrustRule, lead_ids: Sequence[int]) -> Iterator[None]:
    """Within it, statements over leads_event see the events of these leads as the rule would make them.

    A temporary table stands before the real one: nothing is locked, and nothing is written."""
    holds, parameters = trust_sql.wanted(rule)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""CREATE TEMPORARY TABLE leads_event AS
                SELECT e.id, e.visitor_id, e.lead_id, e.occurred_at, e.received_at, e.kind, e.signature_id,
                       CASE WHEN {holds} THEN %(trust)s ELSE e.trust END::smallint AS trust, e.properties
                  FROM public.leads_event e WHERE e.lead_id = ANY(%(leads)s::bigint[])""",
            {**parameters, "trust": rule.trust, "leads": list(lead_ids)},
        )
        cursor.execute("CREATE INDEX ON pg_temp.leads_event (lead_id, occurred_at)")
        cursor.execute("ANALYZE pg_temp.leads_event")
        try:
            yield
        finally:
            cursor.execute("DROP TABLE pg_temp.leads_event")


def make(rule: TrustRule, *, by: User, at: datetime) -> TrustRule:
    """Keeps the rule; the events of the past follow in chunks. Raises Empty."""
    _refuse_empty(rule)
    with transaction.atomic(), connection.cursor() as cursor:
        _wait_for_events_on_their_way()
        cursor.execute("SELECT coalesce(max(id), 0) FROM leads_event")
        rule.last_event = cursor.fetchone()[0]
        rule.created_by, rule.created_at, rule.state = by, at, State.APPLYING
        rule.save(force_insert=True)
    return rule


def undo(rule: TrustRule, *, by: User, at: datetime) -> None:
    """Takes the rule back; its events follow in chunks. Raises AlreadyUndone."""
    with transaction.atomic():
        _wait_for_events_on_their_way()
        undone = TrustRule.objects.filter(
            pk=rule.pk, state__in=[State.APPLYING, State.APPLIED]
        ).update(state=State.UNDOING, next_event=0, undone_by=by, undone_at=at)
    if not undone:
        raise AlreadyUndone


def advance(at: datetime) -> bool:
    """Does one chunk of a rule that is under way; false when there is none. A chunk is a transaction, so that
    a worker that is killed leaves nothing half done."""
    with transaction.atomic():
        busy = TrustRule.objects.select_for_update(skip_locked=True, of=("self",))
        rule = busy.filter(state__in=[State.APPLYING, State.UNDOING]).order_by("id").first()
        if rule is None:
            return False
        (_apply_chunk if rule.state == State.APPLYING else _undo_chunk)(rule, at)
        if rule.state in (State.APPLIED, State.UNDONE):
            journal.let_go("lead.relabelled", at=at)
        rule.save(update_fields=["events", "next_event", "state"])
    return True


def decide_again(lead_ids: Sequence[int], *, at: datetime) -> int:
    """Gives all events of these few leads the class they have now, such as after a consent was withdrawn; says
    how many changed. Call it inside the transaction of the deed."""
    found = _rows(
        "SELECT id, lead_id FROM leads_event WHERE lead_id = ANY(%(leads)s::bigint[])",
        {"leads": list(lead_ids)},
    )
    return _reclassify(found, by=None, at=at, held=False)


def _refuse_empty(rule: TrustRule) -> None:
    if not any(getattr(rule, name) for name in trust_sql.FIELDS):
        raise Empty


def _wait_for_events_on_their_way() -> None:
    """Events are either here already, or their statement begins after this transaction and sees the rule."""
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE leads_event IN SHARE MODE")


def _apply_chunk(rule: TrustRule, at: datetime) -> None:
    holds, parameters = trust_sql.wanted(rule)
    upto = rule.next_event + CHUNK
    found = _rows(
        f"""SELECT e.id, e.lead_id FROM leads_event e
             WHERE e.id > %(begin)s AND e.id <= %(upto)s AND {holds}""",
        {**parameters, "begin": rule.next_event, "upto": upto},
    )
    rule.events += _reclassify(found, by=rule.created_by_id, at=at)
    rule.next_event = upto
    if upto >= rule.last_event:
        rule.state = State.APPLIED


def _undo_chunk(rule: TrustRule, at: datetime) -> None:
    found = _rows(
        """SELECT id, lead_id FROM leads_event WHERE ruled_by = %(rule)s AND id > %(begin)s
            ORDER BY id LIMIT %(most)s""",
        {"rule": rule.pk, "begin": rule.next_event, "most": CHUNK},
    )
    _reclassify(found, by=rule.undone_by_id, at=at)
    if len(found) < CHUNK:
        rule.state = State.UNDONE
    else:
        rule.next_event = found[-1][0]


def _rows(sql: str, parameters: dict[str, Any]) -> list[tuple[int, int | None]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return [(row[0], row[1]) for row in cursor.fetchall()]


def _reclassify(
    found: Sequence[tuple[int, int | None]], *, by: int | None, at: datetime, held: bool = True
) -> int:
    """Gives the events (id, lead) the class the rules now say; says how many changed. The leads follow when
    all chunks are done, or at once unless `held`. Takes the locks of the leads first."""
    if not found:
        return 0
    hold(sorted({lead_id for _event, lead_id in found if lead_id is not None}))
    changed = _relabel([event_id for event_id, _lead in found], by=by, at=at)
    keep_last_activity([event_id for event_id, _lead in changed])
    journal.wake(
        "lead.relabelled", {lead_id for _event, lead_id in changed if lead_id is not None},
        at=at, held=held,
    )  # fmt: skip
    return len(changed)


def hold(lead_ids: list[int]) -> None:
    """Takes the locks of leads, in the order of their ids."""
    for table, column in (("leads_leadscore", "lead_id"), ("leads_lead", "id")):
        with connection.cursor() as cursor:
            cursor.execute(
                f"""SELECT count(*) FROM (
                      SELECT {column} FROM {table} WHERE {column} = ANY(%s::bigint[])
                       ORDER BY {column} FOR NO KEY UPDATE) held""",
                [lead_ids],
            )


def _relabel(event_ids: list[int], *, by: int | None, at: datetime) -> list[tuple[int, int | None]]:
    """Writes the classes that changed with a dated row of what they were; gives (event, lead) of those."""
    return _rows(
        f"""WITH found AS MATERIALIZED (
                SELECT e.id, e.lead_id, e.trust AS old, e.ruled_by AS old_rule, ruled.id AS rule,
                       coalesce(e.arrived_as, e.trust) AS arrived,
                       coalesce(ruled.trust, e.arrived_as, e.trust) AS new
                  FROM leads_event e {trust_sql.deciding("e", lead="e.lead_id")}
                 WHERE e.id = ANY(%(ids)s::bigint[])),
            kept AS (
                UPDATE leads_event e
                   SET trust = f.new, ruled_by = f.rule,
                       arrived_as = CASE WHEN f.rule IS NOT NULL THEN f.arrived END
                  FROM found f
                 WHERE e.id = f.id AND (f.old, f.old_rule) IS DISTINCT FROM (f.new, f.rule)),
            noted AS (
                INSERT INTO leads_eventrelabel (at, cause, by_id, lead_id, before, event_ids)
                SELECT %(at)s, 'trust', %(by)s, lead_id, jsonb_build_object('trust', old),
                       jsonb_agg(id ORDER BY id)
                  FROM found WHERE old <> new GROUP BY lead_id, old)
            SELECT id, lead_id FROM found WHERE old <> new""",
        {"ids": event_ids, "at": at, "by": by},
    )


def keep_last_activity(event_ids: list[int]) -> None:
    """A visit that is none is no activity, and no use of the product. Only leads for whom one of the changed
    events is the latest, or the first, are looked at."""
    for column, kinds, older, order in (
        ("last_activity_at", "is_engagement", "l.last_activity_at > e.occurred_at", "DESC"),
        ("product_used_at", "is_product", "l.product_used_at < e.occurred_at", "ASC"),
    ):
        with connection.cursor() as cursor:
            cursor.execute(
                f"""UPDATE leads_lead l SET {column} = found.at
                      FROM (SELECT touched.lead_id, {trust_sql.first_human(kinds, order)} AS at
                              FROM (SELECT DISTINCT e.lead_id FROM leads_event e
                                      JOIN leads_eventkind k ON k.id = e.kind AND k.{kinds}
                                      JOIN leads_lead l ON l.id = e.lead_id
                                     WHERE e.id = ANY(%s::bigint[]) AND ({older}) IS NOT TRUE) touched) found
                     WHERE l.id = found.lead_id AND l.{column} IS DISTINCT FROM found.at""",
                [event_ids],
            )
