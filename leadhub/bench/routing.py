"""One lead routed: eight rules, and a team of eight people that takes turns, with limits and hours."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle

from django.db import connection, transaction
from django.db.models import F

from accounts import clock
from accounts.models import Role, Team, User
from handoff.models import Rep, RoutingRule, TeamRouting
from handoff.routing.deciding import decide
from leadhub.bench.pairs import Measured, Spread, in_turn, timed
from leads.models import Crossing

PEOPLE = 8
COUNTRIES = ["AT", "CH", "SE", "NO", "DK", "FI", "PL"]
AT_ONCE = 20


def decision(pairs: int) -> Measured:
    """Twenty decisions, each in a transaction of its own, beside the four statements that a person would write."""
    ids = cycle(_crossings())

    def product() -> None:
        for _n in range(AT_ONCE):
            with transaction.atomic():
                decide([next(ids)], at=clock.now())

    def anchor() -> None:
        for _n in range(AT_ONCE):
            with transaction.atomic(), connection.cursor() as cursor:
                _by_hand(cursor, next(ids))

    with _people():
        return in_turn("routing decision (20 times)", product, anchor, pairs=pairs)


def alone(number: int) -> Spread:
    """Milliseconds of one decision, with its transaction."""
    ids = cycle(_crossings())

    def one() -> None:
        with transaction.atomic():
            decide([next(ids)], at=clock.now())

    with _people():
        one()
        return Spread("routing decision", [1000 * timed(one) for _n in range(number)], 5.0)


def _crossings() -> list[int]:
    return list(Crossing.objects.order_by("-id").values_list("pk", flat=True)[:200])


@contextmanager
def _people() -> Iterator[None]:
    """Meanwhile rules of which the last holds, and a team that shares: what other measures hand over afterwards goes
    where it went before, and nobody of the team holds what they gave away."""
    team, is_new = Team.objects.get_or_create(name="Takers")
    if is_new:
        TeamRouting.objects.create(team=team, strategy=TeamRouting.Strategy.ROUND_ROBIN)
    for number in range(PEOPLE if is_new else 0):
        user = User.objects.create_user(
            email=f"taker{number}@bench.example", name=f"Taker {number}", role=Role.SDR
        )
        user.teams.add(team)
        Rep.objects.create(user=user, per_day=1_000_000, open_limit=1_000_000)
    RoutingRule.objects.update(order=F("order") + 100)
    made = RoutingRule.objects.bulk_create(
        RoutingRule(
            order=number, name=country or "Everybody", team=team,
            conditions=[{"field": "country", "op": "is", "value": country}] if country else [],
        )
        for number, country in enumerate([*COUNTRIES, ""])
    )  # fmt: skip
    try:
        yield
    finally:
        RoutingRule.objects.filter(pk__in=[rule.pk for rule in made]).delete()
        RoutingRule.objects.update(order=F("order") - 100)


def _by_hand(cursor: object, crossing_id: int) -> None:
    cursor.execute(  # type: ignore[attr-defined]
        """SELECT CASE WHEN lower(l.country) = 'at' THEN 1 WHEN lower(l.country) = 'ch' THEN 2
                       WHEN lower(l.country) = 'se' THEN 3 WHEN lower(l.country) = 'no' THEN 4
                       WHEN lower(l.country) = 'dk' THEN 5 WHEN lower(l.country) = 'fi' THEN 6
                       WHEN lower(l.country) = 'pl' THEN 7 ELSE 8 END, l.id,
                  (SELECT id FROM accounts_team WHERE name = 'Takers')
             FROM leads_crossing x JOIN leads_lead l ON l.id = x.lead_id WHERE x.id = %s""",
        [crossing_id],
    )
    rule, lead_id, team_id = cursor.fetchone()  # type: ignore[attr-defined]
    members = "SELECT user_id FROM accounts_user_teams WHERE team_id = %s"
    cursor.execute(  # type: ignore[attr-defined]
        f"SELECT user_id FROM handoff_rep WHERE user_id IN ({members}) ORDER BY user_id FOR NO KEY UPDATE",
        [team_id],
    )
    cursor.execute(  # type: ignore[attr-defined]
        f"""SELECT r.user_id FROM handoff_rep r
              LEFT JOIN handoff_share s ON s.user_id = r.user_id AND s.team_id = %s
             WHERE r.user_id IN ({members})
               AND coalesce(r.open_limit, 2000000) > (SELECT count(*) FROM handoff_handoff h
                    WHERE h.owner_id = r.user_id AND h.state = 'claimed')
               AND coalesce(r.per_day, 2000000) > (SELECT count(*) FROM handoff_handoff h
                    WHERE h.owner_id = r.user_id AND h.claimed_at >= date_trunc('day', app_now()))
               AND NOT EXISTS (SELECT 1 FROM handoff_absence a WHERE a.user_id = r.user_id
                                  AND app_now()::date BETWEEN a.first_day AND a.last_day)
             ORDER BY coalesce(s.turn, 0), r.user_id LIMIT 1""",
        [team_id, team_id],
    )
    user_id = cursor.fetchone()[0]  # type: ignore[attr-defined]
    cursor.execute(  # type: ignore[attr-defined]
        """INSERT INTO handoff_share (team_id, user_id, turn, credit)
           SELECT %s, %s, coalesce(max(turn), 0) + 1, 0 FROM handoff_share WHERE team_id = %s
           ON CONFLICT (team_id, user_id) DO UPDATE SET turn = excluded.turn""",
        [team_id, user_id, team_id],
    )
    assert rule and lead_id
