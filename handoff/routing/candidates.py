"""The people who may be given leads now, read under a lock that the next decision waits for."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts import prepared
from accounts.models import Role
from handoff import availability
from handoff.availability import AWAY_UNTIL, Availability, Standing
from handoff.business_time import WorkWeek
from handoff.models import Rep
from handoff.routing.choosing import Candidate, Load, Turn

# Who takes leads because of their team; a rule may name a manager all the same.
TAKES = (Role.SDR,)


@dataclass(frozen=True)
class Person:
    """A candidate with what is said of them."""

    candidate: Candidate
    name: str
    is_senior: bool
    works: Availability
    week: WorkWeek | None


@dataclass(frozen=True)
class Staff:
    """The people of some teams: SDRs by team, and everybody that was asked for by team and id."""

    members: dict[int, list[Person]]
    named: dict[tuple[int, int], Person]


def staff(team_ids: Collection[int], user_ids: Collection[int], *, at: datetime) -> Staff:
    """The SDRs of these teams and these people, with what each holds and where each stands.

    Until the transaction ends nobody else decides over any of them."""
    rows = _held(team_ids, user_ids, at)
    weeks = availability.weeks_of({row["team_id"] for row in rows}, {row["id"] for row in rows})
    loads = {row["id"]: Load(row["open"], row["today"]) for row in rows}
    members, named = defaultdict(list), {}
    for row in rows:
        week = weeks.of(row["id"], row["team_id"])
        found = _person(row, loads[row["id"]], week, at)
        named[row["team_id"], row["id"]] = found
        if row["role"] in TAKES and row["is_active"]:
            members[row["team_id"]].append(found)
    return Staff(members, named)


def _held(
    team_ids: Collection[int], user_ids: Collection[int], at: datetime
) -> list[dict[str, Any]]:
    _hold(team_ids, user_ids)
    rows = read(team_ids, user_ids, at)
    new = sorted({row["id"] for row in rows if row["is_new"]})
    if new:
        Rep.objects.bulk_create([Rep(user_id=pk) for pk in new], ignore_conflicts=True)
        return _held(team_ids, user_ids, at)
    return rows


def _person(row: dict[str, Any], load: Load, week: WorkWeek | None, at: datetime) -> Person:
    standing = Standing(row["id"], row["is_active"], row["time_zone"], row["away_until"])
    candidate = Candidate(
        row["id"], load, Turn(row["turn"], row["credit"]), weight=row["weight"], per_day=row["per_day"],
        open_limit=row["open_limit"],
    )  # fmt: skip
    works = availability.of(standing, week, at=at)
    return Person(candidate, row["name"], row["is_senior"], works, week)


_OF_THEM = """m.team_id = ANY(%(teams)s::bigint[]) AND u.role = ANY(%(roles)s) AND u.is_active
              OR u.id = ANY(%(users)s::bigint[])"""


def _hold(team_ids: Collection[int], user_ids: Collection[int]) -> None:
    """Locks the rows of these people in the order of their ids."""
    with prepared.cursor() as cursor:
        cursor.execute(
            f"""SELECT r.user_id FROM handoff_rep r WHERE r.user_id IN (
                       SELECT u.id FROM accounts_user u
                         JOIN accounts_user_teams m ON m.user_id = u.id WHERE {_OF_THEM})
                 ORDER BY r.user_id FOR NO KEY UPDATE""",
            {"teams": list(team_ids), "users": list(user_ids), "roles": list(TAKES)},
        )


# What a person holds: claimed and offered. Today began at their own midnight.
_OPEN = """(SELECT count(*) FROM handoff_handoff h WHERE h.owner_id = u.id AND h.state = 'claimed')
         + (SELECT count(*) FROM handoff_handoff h WHERE h.offered_to_id = u.id AND h.state = 'queued')"""
_TODAY = """(SELECT count(*) FROM handoff_handoff h WHERE h.owner_id = u.id AND h.claimed_at >= day.begins)
          + (SELECT count(*) FROM handoff_handoff h WHERE h.offered_to_id = u.id AND h.state = 'queued'
                AND h.offered_at >= day.begins)"""


def read(
    team_ids: Collection[int], user_ids: Collection[int], at: datetime
) -> list[dict[str, Any]]:
    """A row for each person and team. After the lock, in a statement of its own, so that it sees what the holder
    before has written."""
    with prepared.cursor() as cursor:
        cursor.execute(
            f"""SELECT m.team_id, u.id, u.name, u.role, u.is_active, u.time_zone,
                       r.user_id IS NULL AS is_new,
                       coalesce(r.weight, 1) AS weight, r.per_day, r.open_limit,
                       coalesce(r.is_senior, false) AS is_senior,
                       coalesce(s.turn, 0) AS turn, coalesce(s.credit, 0) AS credit,
                       {AWAY_UNTIL} AS away_until, {_OPEN} AS open, {_TODAY} AS today
                  FROM accounts_user u JOIN accounts_user_teams m ON m.user_id = u.id
                  LEFT JOIN handoff_rep r ON r.user_id = u.id
                  LEFT JOIN handoff_share s ON s.team_id = m.team_id AND s.user_id = u.id
                  CROSS JOIN LATERAL (SELECT date_trunc('day', %(at)s AT TIME ZONE u.time_zone)
                                             AT TIME ZONE u.time_zone AS begins) day
                 WHERE {_OF_THEM} ORDER BY m.team_id, u.name, u.id""",
            {"teams": list(team_ids), "users": list(user_ids), "roles": list(TAKES), "at": at},
        )
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def keep_turns(members: Iterable[tuple[int, Candidate]]) -> None:
    """Writes down where these people stand in their teams."""
    rows = sorted((team, one.user_id, one.place.turn, one.place.credit) for team, one in members)
    with prepared.cursor() as cursor:
        cursor.execute(
            """INSERT INTO handoff_share (team_id, user_id, turn, credit)
               SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[])
               ON CONFLICT (team_id, user_id)
               DO UPDATE SET turn = excluded.turn, credit = excluded.credit""",
            [list(column) for column in zip(*rows, strict=True)],
        )
