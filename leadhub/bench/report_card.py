"""The criterion report card over a past of its own: as many decided handoffs as a tenth of the leads, each with the
contributions of its crossing, an outcome, a reason or a deal, and its time in somebody's hands."""

from django.conf import settings
from django.db import connection
from django.test import Client

from accounts import clock
from accounts.models import Role, User
from insights import periods
from insights.report_card.asking import Ask
from insights.report_card.card import card
from leadhub.bench.measures import run_sql
from leadhub.bench.pairs import Measured, Spread, in_turn, timed
from leads.models import Crossing, Lead
from scoring.live import live_models

LIMIT = 2000.0
DAYS = 120
# Crossings of this past are told by their number.
NUMBER = 97
MARKETER = "marketer@bench.example"

# Each crossing has points from seven of the live model's criteria, of which up to two were pivotal; a third is
# accepted, and of those half have a deal that ended.
PAST = """
    WITH who AS (
        SELECT id, row_number() OVER (ORDER BY id) AS n FROM leads_lead WHERE merged_into_id IS NULL
         ORDER BY id LIMIT %(handoffs)s),
    crossed AS (
        INSERT INTO leads_crossing (lead_id, number, cause, version, at, total, band, contributions, carried_by,
                                    opens_handoff)
        SELECT id, %(number)s, 'activity', %(version)s, app_now() - n %% %(days)s * interval '1 day', 50 + n %% 40,
               'mql',
               (SELECT jsonb_agg(jsonb_build_object('key', key, 'label', key, 'group', 'engagement', 'micro', 9000000))
                  FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS one(key, k) WHERE (k + n) %% %(many)s < 7),
               (SELECT coalesce(jsonb_agg(key), '[]')
                  FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS one(key, k)
                 WHERE (k + n) %% %(many)s < (n * 7) %% 3), true
          FROM who
     RETURNING id, lead_id, at),
    handed AS (
        INSERT INTO handoff_handoff (public_id, crossing_id, lead_id, source, team_id, owner_id, state, band,
                                     routed_by, opened_at, claimed_at, disposed_at)
        SELECT gen_random_uuid(), c.id, lead_id, l.source, %(team)s, %(rep)s,
               (ARRAY['accepted','disqualified','disqualified','recycled'])[1 + c.id %% 4], 'mql', 'bench', at,
               at + interval '20 minutes', at + interval '5 hours'
          FROM crossed c JOIN leads_lead l ON l.id = c.lead_id
     RETURNING id, crossing_id, lead_id, state, opened_at, claimed_at, disposed_at),
    disposed AS (
        INSERT INTO qualification_disposition (handoff_id, result, reason_id, note, by_id, at)
        SELECT id, state, CASE WHEN state = 'disqualified'
                               THEN (%(reasons)s::bigint[])[1 + id %% %(why)s] END, '', %(rep)s, disposed_at
          FROM handed),
    ended AS (
        INSERT INTO leads_outcome (lead_id, crossing_id, result, reason, at, by_id)
        SELECT lead_id, crossing_id, state, '', disposed_at, %(rep)s FROM handed
        UNION ALL
        SELECT lead_id, NULL, (ARRAY['won','lost'])[1 + id / 8 %% 2], '', disposed_at + interval '1 hour', NULL
          FROM handed WHERE state = 'accepted' AND id / 4 %% 2 = 0)
    INSERT INTO handoff_segment (handoff_id, previous_id, step, holder, user_id, team_id, started_at, ended_at,
                                 working_s, known_at)
    SELECT id, NULL, 'claimed', 'person', %(rep)s, %(team)s, claimed_at, disposed_at, 16800, claimed_at FROM handed"""

# What a person would write who needs the counts when pivotal and nothing else.
BY_HAND = """
    SELECT key, count(*), count(*) FILTER (WHERE h.state = 'accepted'),
           count(*) FILTER (WHERE h.state IN ('accepted', 'recycled', 'disqualified')),
           count(*) FILTER (WHERE o.result = 'won'), count(o.result), sum(s.seconds)
      FROM handoff_handoff h
      JOIN leads_crossing c ON c.id = h.crossing_id
      CROSS JOIN LATERAL jsonb_array_elements_text(c.carried_by) AS key
      LEFT JOIN (SELECT handoff_id, sum(working_s) AS seconds FROM handoff_segment
                  WHERE holder = 'person' AND replaced_at IS NULL GROUP BY handoff_id) s ON s.handoff_id = h.id
      LEFT JOIN (SELECT DISTINCT ON (lead_id) lead_id, result, at FROM leads_outcome
                  WHERE result IN ('won', 'lost') ORDER BY lead_id, at DESC) o
        ON o.lead_id = h.lead_id AND o.at >= h.disposed_at AND h.state = 'accepted'
     WHERE h.opened_at >= app_now() - interval '120 days'
     GROUP BY key"""


def rooms(pairs: int) -> Measured:
    """The whole card, reckoned anew, beside the pivotal counts alone by hand."""
    ask, definition = _live(), live_models()[0].definition
    count = Crossing.objects.filter(number=NUMBER).count()
    return in_turn(
        f"report card of {count:,} handoffs",
        lambda: card(ask, definition),
        lambda: run_sql(BY_HAND),
        pairs=pairs, limit=4.0,
    )  # fmt: skip


def page(number: int) -> Spread:
    """Server time of the whole page."""
    _live()
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(User.objects.get(email=MARKETER))
    address = f"/reports/criteria/?days={DAYS}"
    assert client.get(address).status_code == 200
    times = [1000 * timed(lambda: client.get(address)) for _ in range(number)]
    return Spread("report card page", times, LIMIT)


def _live() -> Ask:
    """Makes the past once, and asks for all of it."""
    found = User.objects.filter(email=MARKETER).first()
    marketer = found or User.objects.create_user(email=MARKETER, name="Ana", role=Role.MARKETER)
    if not Crossing.objects.filter(number=NUMBER).exists():
        _fill(Lead.objects.count() // 10)
    return Ask(marketer, periods.latest(DAYS, at=clock.now(), here=periods.zone()))


def _fill(handoffs: int) -> None:
    live = live_models()[0]
    keys = [c.key for c in live.definition.criteria if c.points > 0]
    reasons = [row[0] for row in run_sql("SELECT id FROM qualification_dispositionreason")]
    rep, team = run_sql(
        "SELECT user_id, team_id FROM accounts_user_teams JOIN accounts_team t ON t.id = team_id"
        " WHERE t.name = 'Bench' ORDER BY user_id LIMIT 1"
    )[0]
    parameters = {
        "handoffs": handoffs, "number": NUMBER, "version": live.version.pk, "days": DAYS - 1, "keys": keys,
        "many": len(keys), "team": team, "rep": rep, "reasons": reasons, "why": len(reasons),
    }  # fmt: skip
    run_sql(PAST, parameters)
    with connection.cursor() as cursor:
        for table in (
            "leads_crossing",
            "handoff_handoff",
            "handoff_segment",
            "leads_outcome",
            "qualification_disposition",
        ):
            cursor.execute(f"VACUUM (ANALYZE) {table}")
