"""Two leads that are one person become one lead, and can become two again.

Everything that points at the loser follows the survivor in one transaction (movers.py); the loser stays as a row
that points at the survivor, with its own history. A merge gives way to whoever works with the leads: it waits a
moment for their locks, and then begins anew."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import OperationalError, connection, transaction

from accounts.models import User
from leads import journal
from leads.identity import merged, merged_scores, merged_values, movers, pairs
from leads.identity.carrying import carrier
from leads.identity.kept_rows import of_row, row_of
from leads.identity.movers import Going
from leads.models import Event, Lead, LeadScore, Merge

PATIENCE_MS = 400
ATTEMPTS = 12


class NotTwo(Exception):
    """There are no two living leads to merge: it is one, or one of them was merged meanwhile."""


class NotTheLast(Exception):
    """Only the latest merge of a lead can be taken back, since later ones build upon it."""


class Busy(Exception):
    """The leads were worked with all the time; nothing was changed."""


def merge(
    survivor: Lead,
    loser: Lead,
    *,
    take: Collection[str] | None = None,
    by: User | None,
    at: datetime,
) -> Merge:
    """Makes `loser` part of `survivor`. `take` are keys of fields whose value comes from the loser; None takes
    those that the survivor has none for. Raises NotTwo or Busy."""
    return _patiently(lambda: _merge(survivor.pk, loser.pk, take, by, at))


def undo(merge: Merge, *, by: User | None, at: datetime) -> None:
    """Makes two leads of one again: each row goes back where it was, and with it what the loser's own browsers
    did since. A value that somebody changed since stays. Raises NotTheLast or Busy."""
    _patiently(lambda: _undo(merge.pk, by, at))


def _patiently(deed: Any) -> Any:
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {PATIENCE_MS}")
                done = deed()
                cursor.execute("SET LOCAL lock_timeout TO DEFAULT")
                return done
        except OperationalError:
            if not connection.is_usable():
                raise
    raise Busy


def _merge(
    survivor_id: int, loser_id: int, take: Collection[str] | None, by: User | None, at: datetime
) -> Merge:
    leads = _hold(survivor_id, loser_id)
    if len(leads) < 2 or any(lead.merged_into_id for lead in leads.values()):
        raise NotTwo
    survivor, loser = leads[survivor_id], leads[loser_id]
    mine, theirs = LeadScore.objects.get(pk=survivor_id), LeadScore.objects.get(pk=loser_id)
    before: dict[str, Any] = {
        "survivor": row_of(survivor), "loser": row_of(loser),
        "survivor_score": row_of(mine), "loser_score": row_of(theirs),
    }  # fmt: skip
    carries = carrier(mine, theirs)
    before |= {"carrier": carries.pk, "marks": movers.marks()}
    going = Going(survivor_id, loser_id, at, carries.pk)
    told = movers.before(going)
    merged_scores.make_room(loser_id)
    moved = movers.move(going)
    moved["events_that_stay"] = _of_visitors(survivor_id, moved.get("leads.Visitor", []))
    moved["events"] = _move_events(survivor_id, loser_id, cause="merge", by=by, at=at)
    moved["followers"] = _bury(loser, survivor_id)
    before["written"] = merged_values.join(
        survivor, loser, take=take, loser_carries=carries is theirs, by=by, at=at
    )
    merged_scores.join(survivor, mine, theirs, carries.stage, by=by, at=at)
    before |= {"after": row_of(survivor), "after_score": row_of(mine)}
    made = Merge.objects.create(
        survivor=survivor, loser=loser, at=at, by=by, before=before, moved=moved, told=told
    )
    pairs.merged(survivor_id, loser_id, by=by, at=at)
    data = {"merge": made.pk, "name": str(loser.name)}
    journal.write("lead.merged", [survivor_id], at=at, by=by, data=data)
    return made


def _hold(*lead_ids: int) -> dict[int, Lead]:
    """The score rows first, as everywhere; then the leads, against whoever is about to point at them."""
    list(
        LeadScore.objects.select_for_update().filter(lead__in=lead_ids)
        .order_by("lead_id").values_list("lead_id")
    )  # fmt: skip
    held = Lead.objects.select_for_update().filter(pk__in=lead_ids).order_by("pk")
    return {lead.pk: lead for lead in held}


def _move_events(
    to: int, of: int, *, cause: str, by: User | None, at: datetime, only: str = "", **more: Any
) -> list[int]:
    """Gives events to another lead and leaves the dated row that replay and undo read; its id, if any moved."""
    # Before the merge the survivor had none of them; what was taken back had never been another's.
    before = {"lead": of} if cause == "merge" else {"merged_into": of}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH moved AS (UPDATE leads_event e SET lead_id = %(to)s WHERE lead_id = %(of)s {only}
                            RETURNING e.id)
               INSERT INTO leads_eventrelabel (at, cause, by_id, lead_id, before, event_ids)
               SELECT %(at)s, %(cause)s, %(by)s, %(to)s, %(before)s, ids
                 FROM (SELECT jsonb_agg(id ORDER BY id) AS ids FROM moved) found WHERE ids IS NOT NULL
            RETURNING id""",
            {
                "to": to, "of": of, "cause": cause, "at": at, "by": by.pk if by else None,
                "before": json.dumps(before), **more,
            },
        )  # fmt: skip
        return [row[0] for row in cursor.fetchall()]


def _of_visitors(lead_id: int, visitors: Collection[str]) -> list[int]:
    """What this lead did itself at browsers that were the other's last: a shared machine."""
    found = Event.objects.filter(lead=lead_id, visitor__in=[int(pk) for pk in visitors])
    return list(found.values_list("pk", flat=True)) if visitors else []


def _bury(loser: Lead, survivor_id: int) -> list[int]:
    """The loser holds no address any more, and whoever pointed at it points at the survivor."""
    followers = Lead.objects.filter(merged_into=loser.pk)
    ids = list(followers.values_list("pk", flat=True))
    followers.update(merged_into=survivor_id)
    Lead.objects.filter(pk=loser.pk).update(email=None, merged_into=survivor_id)
    return ids


def _undo(merge_id: int, by: User | None, at: datetime) -> None:
    merge = Merge.objects.get(pk=merge_id)
    leads = _hold(merge.survivor_id, merge.loser_id)
    survivor, loser = leads[merge.survivor_id], leads[merge.loser_id]
    merge.refresh_from_db()
    newest = merged.latest(survivor)
    if merge.undone_at or survivor.merged_into_id or newest is None or newest.pk != merge.pk:
        raise NotTheLast
    loser_carries = merged_scores.carried_by_loser(merge)
    going = Going(survivor.pk, loser.pk, at, loser.pk if loser_carries else survivor.pk)
    movers.send_home(going, merge.moved)
    if loser_carries:
        movers.send_after(going, merge.before["marks"])
    _send_events_home(merge, by=by, at=at)
    Lead.objects.filter(pk__in=merge.moved["followers"]).update(merged_into=loser.pk)
    before = {role: of_row(Lead, merge.before[role]) for role in ("survivor", "loser")}
    merged_values.part(
        survivor, loser, written=merge.before["written"], before=before,
        after=of_row(Lead, merge.before["after"]), loser_carries=loser_carries, by=by, at=at,
    )  # fmt: skip
    movers.undo(going, merge.told)
    merged_scores.part(merge, survivor, loser, by=by, at=at)
    merge.undone_at, merge.undone_by = at, by
    merge.save(update_fields=["undone_at", "undone_by"])
    pairs.parted(survivor.pk, loser.pk, by=by, at=at)
    journal.write("lead.unmerged", [survivor.pk, loser.pk], at=at, by=by, data={"merge": merge.pk})


def _send_events_home(merge: Merge, *, by: User | None, at: datetime) -> None:
    """Those that the merge moved, and what came from the loser's browsers since."""
    only = """AND (e.id = ANY(ARRAY(SELECT jsonb_array_elements_text(event_ids)::bigint
                                      FROM leads_eventrelabel WHERE id = ANY(%(relabels)s::bigint[])))
                   OR e.visitor_id = ANY(%(visitors)s::bigint[]) AND e.id <> ALL(%(stay)s::bigint[]))"""
    _move_events(
        merge.loser_id, merge.survivor_id, cause="unmerge", by=by, at=at, only=only,
        relabels=merge.moved["events"], stay=merge.moved["events_that_stay"],
        visitors=[int(pk) for pk in merge.moved.get("leads.Visitor", [])],
    )  # fmt: skip
