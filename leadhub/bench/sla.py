"""Clocks: sweeping due ones among a million that run, and how soon a breach is known under load."""

from django.db import connection

from handoff import timers
from leadhub.bench import live, queues
from leadhub.bench.measures import run_sql
from leadhub.bench.pairs import Counted, Measured, in_turn

DUE = 1000

# Further cycles of a promise that nobody keeps, as many for each of the open handoffs: a page that shows some of these
# must not meet a thousand clocks of one.
OPENED = "milestone = 'claim' AND cycle = 1 AND closed_at IS NULL"
CLOCKS = f"""
    WITH made AS (
        INSERT INTO handoff_slatimer (handoff_id, milestone, cycle, policy_version_id, calendar_version_id, state,
               budget_s, consumed_s, started_at, running_since, due_at, generation)
        SELECT t.handoff_id, 'follow_up', n, t.policy_version_id, t.calendar_version_id, 'running', 3600, 0,
               app_now(), app_now(), app_now() + interval '30 days' + n * interval '1 minute', 1
          FROM (SELECT * FROM handoff_slatimer WHERE {OPENED} ORDER BY id LIMIT %(limit)s) t
          CROSS JOIN generate_series(%(first)s, %(last)s) AS n
     RETURNING id, due_at)
    INSERT INTO handoff_slaalarm (timer_id, kind, step, generation, fire_at, state)
    SELECT id, kind, 0, 1, due_at - early, 'pending'
      FROM made CROSS JOIN (VALUES ('warn', interval '10 minutes'), ('breach', interval '0')) AS a(kind, early)"""
# What a person would write who needs the state, the event and nothing else.
BY_HAND = """
    WITH due AS (
        SELECT id, timer_id, generation FROM handoff_slaalarm WHERE state = 'pending' AND fire_at <= app_now()
         ORDER BY fire_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED),
    fired AS (UPDATE handoff_slaalarm a SET state = 'fired' FROM due WHERE a.id = due.id),
    late AS (UPDATE handoff_slatimer t SET state = 'breached' FROM due WHERE t.id = due.timer_id)
    INSERT INTO handoff_slaevent (timer_id, kind, step, generation, due_at, fired_at)
    SELECT due.timer_id, 'breach', 0, due.generation, t.due_at, app_now()
      FROM due JOIN handoff_slatimer t ON t.id = due.timer_id"""


def fill(clocks: int) -> None:
    """So many open clocks, each with its two alarms."""
    handoffs = _number(f"SELECT count(*) FROM handoff_slatimer WHERE {OPENED}")
    while (missing := clocks - _open()) > 0:
        first = 1 + _last_cycle()
        last = first + max(1, missing // handoffs) - 1
        run_sql(CLOCKS, {"first": first, "last": last, "limit": min(missing, handoffs)})
    run_sql("VACUUM (ANALYZE) handoff_slatimer, handoff_slaalarm")


def _open() -> int:
    return _number("SELECT count(*) FROM handoff_slatimer WHERE state = 'running'")


def _last_cycle() -> int:
    """An earlier run may have made some."""
    return _number(
        "SELECT coalesce(max(cycle), 0) FROM handoff_slatimer WHERE milestone = 'follow_up'"
    )


def _number(sql: str) -> int:
    found = run_sql(sql)[0][0]
    assert isinstance(found, int)
    return found


def sweep(pairs: int, clocks: int, handoffs: int) -> Measured:
    """A thousand alarms of deadlines that come due at once, among `clocks` that run for so many open handoffs."""
    queues.fill(handoffs)
    fill(clocks)
    return in_turn(
        f"sweep of {DUE:,} due clocks among {clocks:,}",
        lambda: timers.ring(limit=DUE),
        lambda: run_sql(BY_HAND, {"limit": DUE}),
        pairs=pairs, limit=4.0, before=_make_due,
    )  # fmt: skip


def _make_due() -> None:
    run_sql(
        """WITH chosen AS (SELECT id, due_at FROM handoff_slatimer
                          WHERE state = 'running' AND closed_at IS NULL AND milestone = 'follow_up'
                            AND due_at > app_now() ORDER BY due_at, id LIMIT %s),
                moved AS (UPDATE handoff_slatimer t SET due_at = app_now() - interval '10 seconds'
                            FROM chosen WHERE t.id = chosen.id),
                warned AS (UPDATE handoff_slaalarm a SET state = 'fired'
                             FROM chosen WHERE a.timer_id = chosen.id AND a.kind = 'warn')
           UPDATE handoff_slaalarm a SET fire_at = app_now() - interval '10 seconds'
             FROM chosen WHERE a.timer_id = chosen.id AND a.kind = 'breach'""",
        [DUE],
    )


def known(seconds: int) -> Counted:
    """Milliseconds from a deadline until its breach is known, at the 99th percentile, by real workers under load."""

    def come_due() -> None:
        run_sql(
            """WITH chosen AS (SELECT id, app_now() + random() * %s * interval '1 second' AS due_at
                               FROM handoff_slatimer WHERE state = 'running' AND closed_at IS NULL
                                AND milestone = 'follow_up' ORDER BY id LIMIT 500),
                    moved AS (UPDATE handoff_slatimer t SET due_at = chosen.due_at, started_at = app_now()
                                FROM chosen WHERE t.id = chosen.id)
               UPDATE handoff_slaalarm a SET fire_at = chosen.due_at
                 FROM chosen WHERE a.timer_id = chosen.id AND a.kind = 'breach'""",
            [seconds],
        )

    # Of its own: those of handoffs are met as the workers go on.
    fill(_open() + DUE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT app_now()")
        since = cursor.fetchone()[0]
    live.lateness(seconds, come_due, "event to queue while clocks come due")
    late = run_sql(
        """SELECT percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM fired_at - due_at))
             FROM handoff_slaevent WHERE kind = 'breach' AND due_at > %s""",
        [since],
    )[0][0]
    assert isinstance(late, float)
    return Counted("breach known, ms after due, p99", round(1000 * late), 4000)
