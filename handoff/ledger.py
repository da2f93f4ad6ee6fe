"""The ledger: in whose hands a handoff was, from the lead's own act to the decision, without gap or overlap.

Reassignment begins a new segment and nothing else: the prospect's clock (handoff/timers.py) goes on, and the new
owner answers for the time from then on. Working time is that of the holder's hours, reckoned when a segment is
closed. All functions work in the caller's transaction; the caller holds the leads."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import lru_cache
from json import loads

from django.db.models import QuerySet

from accounts import prepared
from handoff.business_time import ALWAYS, WorkWeek, between
from handoff.models import Segment
from handoff.models.ledger import STANDS

Step = Segment.Step
Holder = Segment.Holder

# What a prospect did, or a colleague, is answered at once unless the system is slow. What a publication, an
# import or the turn of a day brings is held back or sliced by intention, and so is what a person asks for.
PROMPT = ("activity", "edit")

# The newest hours of the person `who`, else of the handoff's team, else those for all.
HOURS = """LEFT JOIN LATERAL (
    SELECT v.id FROM handoff_calendarversion v JOIN handoff_calendar c ON c.id = v.calendar_id
     WHERE c.user_id = who.id OR c.team_id = h.team_id OR c.team_id IS NULL AND c.user_id IS NULL
     ORDER BY c.user_id NULLS LAST, c.team_id NULLS LAST, v.number DESC LIMIT 1) hours ON true"""


def begin(handoff_ids: Sequence[int], *, at: datetime, by_hand: Collection[int] = ()) -> None:
    """The first segments of new handoffs: captured (when the lead last acted before it crossed), scored, and routed
    at `at` into the queue. `by_hand` names those whose crossing a person let through: they begin at `at`."""
    with prepared.cursor() as cursor:
        cursor.execute(
            f"""WITH opened AS (
                    SELECT h.id, h.team_id, hours.id AS hours, nextval(seq) AS first, nextval(seq) AS second,
                           CASE WHEN prompt THEN least(coalesce(e.received_at, c.at), c.at, %(at)s)
                                ELSE %(at)s END AS captured,
                           CASE WHEN prompt THEN least(c.at, %(at)s) ELSE %(at)s END AS scored
                      FROM handoff_handoff h JOIN leads_crossing c ON c.id = h.crossing_id
                      CROSS JOIN pg_get_serial_sequence('handoff_segment', 'id') AS seq
                      CROSS JOIN LATERAL (
                           SELECT c.cause = ANY(%(causes)s) AND h.id <> ALL(%(by_hand)s::bigint[]) AS prompt) p
                      LEFT JOIN LATERAL (
                           SELECT received_at FROM leads_event WHERE lead_id = h.lead_id AND occurred_at <= c.at
                            ORDER BY occurred_at DESC LIMIT 1) e ON c.cause = 'activity'
                      CROSS JOIN (SELECT NULL::bigint AS id) who
                      {HOURS}
                     WHERE h.id = ANY(%(ids)s)),
                rows AS (
                    SELECT o.first AS id, o.id AS handoff_id, NULL::bigint AS previous_id, 'captured' AS step,
                           'system' AS holder, NULL::bigint AS hours, o.captured AS started_at,
                           o.scored AS ended_at FROM opened o
                     UNION ALL
                    SELECT o.second, o.id, o.first, 'scored', 'system', NULL, o.scored, %(at)s FROM opened o
                     UNION ALL
                    SELECT nextval(pg_get_serial_sequence('handoff_segment', 'id')), o.id, o.second, 'routed',
                           'queue', o.hours, %(at)s, NULL FROM opened o)
                INSERT INTO handoff_segment (id, handoff_id, previous_id, step, holder, team_id,
                       calendar_version_id, started_at, ended_at, working_s, known_at)
                SELECT r.id, r.handoff_id, r.previous_id, r.step, r.holder, o.team_id, r.hours, r.started_at,
                       r.ended_at, {SECONDS}, %(at)s
                  FROM rows r JOIN opened o ON o.id = r.handoff_id ORDER BY r.id""",
            {
                "at": at,
                "ids": list(handoff_ids),
                "by_hand": list(by_hand),
                "causes": list(PROMPT),
            },
        )


# Whole seconds on the wall, cut where business_time cuts them.
SECONDS = "floor(extract(epoch FROM r.ended_at)) - floor(extract(epoch FROM r.started_at))"


# Ends the running segments, and writes the next one of each and the first of what has none.
TURN = f"""
WITH ended AS (
    UPDATE handoff_segment s SET ended_at = t.ended_at, working_s = t.working_s
      FROM unnest(%(segments)s::bigint[], %(ends)s::timestamptz[], %(working)s::int[])
           AS t(id, ended_at, working_s)
     WHERE s.id = t.id AND s.id = ANY(%(segments)s::bigint[]) AND s.ended_at IS NULL
 RETURNING s.id, s.handoff_id, s.ended_at),
next AS (
    SELECT h.id, h.team_id, e.id AS previous, coalesce(e.ended_at, %(at)s) AS started_at,
           hours.id AS hours,
           who.holder, who.user_id
      FROM handoff_handoff h LEFT JOIN ended e ON e.handoff_id = h.id
      CROSS JOIN LATERAL (
           SELECT CASE WHEN holder = 'person' THEN user_id END AS id, holder, user_id
             FROM (SELECT coalesce(%(holder)s::text, CASE WHEN h.owner_id IS NULL THEN 'queue'
                                               ELSE 'person' END) AS holder,
                          CASE WHEN %(holder)s::text IS NULL THEN h.owner_id
                               ELSE %(user)s::bigint END AS user_id) it) who
      {HOURS}
     WHERE h.id = ANY(%(ids)s::bigint[])
       AND (e.id IS NOT NULL
            OR NOT EXISTS (SELECT 1 FROM handoff_segment s WHERE s.handoff_id = h.id)))
INSERT INTO handoff_segment (handoff_id, previous_id, step, holder, user_id, team_id,
       calendar_version_id, started_at, ended_at, working_s, known_at)
SELECT n.id, n.previous, %(step)s::text, n.holder, n.user_id, n.team_id,
       CASE WHEN n.holder <> 'system' THEN n.hours END, n.started_at,
       CASE WHEN %(last)s THEN n.started_at END, CASE WHEN %(last)s THEN 0 END, %(known_at)s
  FROM next n"""


def turn(
    handoff_ids: Sequence[int],
    *,
    step: str,
    at: datetime,
    holder: str | None = None,
    user_id: int | None = None,
    known_at: datetime | None = None,
) -> None:
    """Closes the running segment of each handoff at `at` and appends the next one.

    Left out, `holder` is who has it by the handoff's row: its owner, or the queue. A turn never begins before
    the segment that it closes; for a touch with an earlier time see `touched`. DECIDED closes the chain, and a
    handoff without a running segment stays as it is."""
    ended = _ends(handoff_ids, at)
    with prepared.cursor() as cursor:
        cursor.execute(
            TURN,
            {
                "segments": [row[0] for row in ended],
                "ends": [row[1] for row in ended],
                "working": [row[2] for row in ended],
                "ids": list(handoff_ids),
                "at": at,
                "step": step,
                "holder": holder,
                "user": user_id,
                "last": step == Step.DECIDED,
                "known_at": known_at or at,
            },
        )


def _ends(handoff_ids: Sequence[int], at: datetime) -> list[tuple[int, datetime, int]]:
    """The running segments of these handoffs, where each ends and its working seconds until then."""
    with prepared.cursor() as cursor:
        cursor.execute(
            """SELECT s.id, s.started_at, v.week
                 FROM handoff_segment s LEFT JOIN handoff_calendarversion v ON v.id = s.calendar_version_id
                WHERE s.handoff_id = ANY(%s::bigint[]) AND s.ended_at IS NULL AND s.replaced_at IS NULL""",
            [list(handoff_ids)],
        )
        return [
            (pk, max(start, at), between(week_of(week), start, at))
            for pk, start, week in cursor.fetchall()
        ]


def touched(handoff_id: int, *, at: datetime, known_at: datetime, talked: bool) -> None:
    """The person was reached for at `at`, and with `talked` spoken to, as we learnt at `known_at`.

    Only the first of each counts. One that was before what the chain knows replaces the chain from there on."""
    for step in (Step.TOUCHED, Step.TALKED) if talked else (Step.TOUCHED,):
        chain = list(standing([handoff_id]))
        told = next((segment for segment in chain if segment.step == step), None)
        if not chain or (told is not None and told.started_at <= at):
            continue
        if chain[-1].step == Step.DECIDED and chain[-1].started_at <= at:
            continue
        if told is None and chain[-1].ended_at is None and chain[-1].started_at <= at:
            turn([handoff_id], step=step, at=at, known_at=known_at)
        else:
            _replace(chain, step, at=at, known_at=known_at)


def reopened(handoff_id: int, *, at: datetime) -> None:
    """A merge was taken back: the time in the other lead is nobody's, and whoever had it has it again."""
    last = standing([handoff_id]).last()
    if last is not None and last.ended_at is not None:
        Segment.objects.create(
            handoff_id=handoff_id, previous=last, step=Step.MERGED, holder=Holder.SYSTEM,
            team_id=last.team_id, started_at=last.ended_at, known_at=at,
        )  # fmt: skip
        turn([handoff_id], step=Step.RESUMED, at=at)


def undecided(handoff_id: int, *, at: datetime) -> None:
    """A decision was undone: whoever had it has it, as if nobody had decided."""
    chain = list(standing([handoff_id]))
    if len(chain) < 2 or chain[-1].step != Step.DECIDED:
        return
    held = chain[-2]
    Segment.objects.filter(pk__in=[held.pk, chain[-1].pk]).update(replaced_at=at)
    Segment.objects.create(
        handoff_id=handoff_id, previous=chain[-3] if len(chain) > 2 else None, step=held.step,
        holder=held.holder, user_id=held.user_id, team_id=held.team_id,
        calendar_version_id=held.calendar_version_id, started_at=held.started_at, known_at=at,
    )  # fmt: skip


def standing(handoff_ids: Sequence[int]) -> QuerySet[Segment]:
    """The segments that tile the lives of these handoffs, in order."""
    found = Segment.objects.filter(STANDS, handoff__in=handoff_ids)
    found = found.select_related("calendar_version")
    return found.order_by("handoff_id", "started_at", "id")


def _replace(chain: Sequence[Segment], step: str, *, at: datetime, known_at: datetime) -> None:
    """Writes the chain anew from the segment that held `at`, with a turn there, and without the later one of
    this step."""
    stays = [
        segment for segment in chain if segment.ended_at is not None and segment.ended_at <= at
    ]
    goes = chain[len(stays) :]
    Segment.objects.filter(pk__in=[segment.pk for segment in goes]).update(replaced_at=known_at)
    held = goes[0]
    turns = [(held, held.step, held.started_at), (held, step, max(at, held.started_at))]
    turns += [
        (segment, segment.step, segment.started_at) for segment in goes[1:] if segment.step != step
    ]
    ends = [start for _like, _step, start in turns[1:]] + [chain[-1].ended_at]
    previous = stays[-1] if stays else None
    for (like, name, start), end in zip(turns, ends, strict=True):
        previous = Segment.objects.create(
            handoff_id=like.handoff_id, previous=previous, step=name, holder=like.holder,
            user_id=like.user_id, team_id=like.team_id, started_at=start, ended_at=end,
            calendar_version_id=like.calendar_version_id, known_at=known_at,
            working_s=None if end is None else working(like, start, end),
        )  # fmt: skip


def working(segment: Segment, start: datetime, end: datetime) -> int:
    """Seconds of the holder's hours between two moments."""
    version = segment.calendar_version
    return between(WorkWeek.from_json(version.week) if version else ALWAYS, start, end)


@lru_cache(maxsize=128)
def week_of(week: str | None) -> WorkWeek:
    """The hours that a row of CalendarVersion holds as text; round the clock where there is none."""
    return WorkWeek.from_json(loads(week)) if week else ALWAYS
