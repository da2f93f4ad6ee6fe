"""Many leads mended at once: looked at before, done in pieces, and taken back as long as nobody wrote since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet

from accounts.models import User
from leads import bulk, journal, locks
from leads.hygiene import mending
from leads.identity import companies
from leads.identity.joining import COLUMNS, get, put
from leads.models import Fix, Lead, LeadChange

State = Fix.State
PIECE = 1_000
SAMPLE = 20
# A preview looks at so many leads that may be meant, and says “or more” beyond.
LOOKED_AT = 20_000
MOST_WORDS = 500


class AlreadyUndone(Exception):
    """Somebody else took it back, or it still runs."""


@dataclass(frozen=True)
class Change:
    """What one lead would hold instead: (field, before, after)."""

    lead: Lead
    fields: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Preview:
    """How many leads would change, how often which word becomes which, and some of the leads. `more` says that
    not all leads were looked at."""

    leads: int
    words: Sequence[tuple[str, str, int]]
    sample: Sequence[Change]
    more: bool


def _living() -> QuerySet[Lead]:
    return Lead.objects.filter(erased_at=None, merged_into=None)


def preview(fix: Fix) -> Preview:
    """What a fix that need not be stored would do."""
    way = mending.way(fix)
    meant = list(_living().filter(way.asks).order_by("pk")[: LOOKED_AT + 1])
    changed: list[Change] = []
    words: dict[tuple[str, str], int] = {}
    number = 0
    for lead in meant[:LOOKED_AT]:
        new = way.mends(lead)
        if not new:
            continue
        number += 1
        told = [(key, str(get(lead, key) or ""), str(value)) for key, value in new.items()]
        if len(changed) < SAMPLE:
            changed.append(Change(lead, told))
        if fix.kind == Fix.Kind.WORDS:
            pair = told[0][1:]
            words[pair] = words.get(pair, 0) + 1
    counted = [(old, new, count) for (old, new), count in sorted(words.items(), key=_most)]
    return Preview(number, counted, changed, more=len(meant) > LOOKED_AT)


def _most(item: tuple[tuple[str, str], int]) -> tuple[int, tuple[str, str]]:
    return (-item[1], item[0])


def read_words(text: str) -> tuple[dict[str, str], list[str]]:
    """“goog = Google”, one a line, as words in small letters and what they become; and the lines that say
    neither."""
    words: dict[str, str] = {}
    wrong = []
    for line in filter(None, (line.strip() for line in text.splitlines())):
        old, mark, new = line.partition("=")
        if mark and old.strip() and new.strip():
            words[old.strip().lower()] = new.strip()
        else:
            wrong.append(line[:80])
    return words, wrong


def start(fix: Fix, *, by: User, at: datetime) -> Fix:
    """Keeps the fix; pieces of it follow."""
    fix.last_lead = Lead.objects.aggregate(last=Max("pk"))["last"] or 0
    fix.by, fix.at, fix.state = by, at, State.RUNNING
    fix.save(force_insert=True)
    return fix


def undo(fix: Fix, *, by: User, at: datetime) -> None:
    """Takes a finished fix back; pieces follow. Raises AlreadyUndone."""
    undone = Fix.objects.filter(pk=fix.pk, state=State.DONE).update(
        state=State.UNDOING, undone_by=by, undone_at=at, next_lead=0, kept=0
    )
    if not undone:
        raise AlreadyUndone


def advance(at: datetime) -> bool:
    """Does one piece of a fix that is under way; false when there is none."""
    with transaction.atomic():
        busy = Fix.objects.select_for_update(skip_locked=True, of=("self",))
        fix = busy.filter(state__in=[State.RUNNING, State.UNDOING]).order_by("pk").first()
        if fix is None:
            return False
        (_mend if fix.state == State.RUNNING else _take_back)(fix, at)
    return True


def _mend(fix: Fix, at: datetime) -> None:
    way = mending.way(fix)
    meant = _living().filter(way.asks, pk__gt=fix.next_lead, pk__lte=fix.last_lead)
    ids = list(meant.order_by("pk").values_list("pk", flat=True)[:PIECE])
    locks.hold(ids)
    # Read again under their locks: somebody may have written meanwhile.
    leads = Lead.objects.filter(pk__in=ids, erased_at=None).order_by("pk")
    changes = {lead: new for lead in leads if (new := way.mends(lead))}
    _write(changes, fix, by=fix.by, at=at)
    fix.changed += len(changes)
    fix.next_lead = ids[-1] if ids else fix.last_lead
    if len(ids) < PIECE:
        fix.state = State.DONE
    fix.save(update_fields=["changed", "next_lead", "state"])


def _write(changes: Mapping[Lead, dict[str, Any]], fix: Fix, *, by: User, at: datetime) -> None:
    """Writes new values with a row of what was there before; a fix that is taken back leaves rows as well, so
    that the past stays what was known then."""
    if not changes:
        return
    undoing = fix.state == State.UNDOING
    source = f"Fix {fix.pk} taken back" if undoing else f"Fix {fix.pk}"
    rows = []
    for lead, new in changes.items():
        old = {key: get(lead, key) for key in new}
        for key, value in new.items():
            put(lead, key, value)
        lead.updated_at = at
        rows.append(
            LeadChange(
                lead=lead, known_at=at, by=by, old=old, source=source,
                fix_id=None if undoing else fix.pk,
            )
        )  # fmt: skip
    leads = list(changes)
    renamed = [one for one in leads if "company_name" in changes[one]]
    companies.attach(renamed, source=source, by=by, at=at)
    bulk.update(leads, [*COLUMNS, "source", "phone_e164", "attributes", "company", "updated_at"])
    bulk.insert(rows)
    journal.write("lead.edited", [one.pk for one in leads], at=at, by=by, data={"fix": fix.pk})


def _take_back(fix: Fix, at: datetime) -> None:
    """`next_lead` goes over the ids of the changes here."""
    done = LeadChange.objects.filter(fix_id=fix.pk, pk__gt=fix.next_lead)
    changes = list(done.order_by("pk")[:PIECE])
    ids = sorted({change.lead_id for change in changes})
    locks.hold(ids)
    leads = {lead.pk: lead for lead in Lead.objects.filter(pk__in=ids, erased_at=None)}
    later = _written_since(changes, ids)
    back: dict[Lead, dict[str, Any]] = {}
    for change in changes:
        lead = leads.get(change.lead_id)
        old = {
            key: value for key, value in change.old.items() if (change.lead_id, key) not in later
        }
        if lead is not None and old:
            back[lead] = old
        fix.kept += lead is None or len(old) < len(change.old)
    assert fix.undone_by is not None
    _write(back, fix, by=fix.undone_by, at=at)
    fix.next_lead = changes[-1].pk if changes else fix.next_lead
    if len(changes) < PIECE:
        fix.state = State.UNDONE
    fix.save(update_fields=["kept", "next_lead", "state"])


def _written_since(changes: Sequence[LeadChange], ids: Sequence[int]) -> set[tuple[int, str]]:
    """Fields that somebody wrote after the fix did: those stay."""
    if not changes:
        return set()
    own = {change.lead_id: change.pk for change in changes}
    later = LeadChange.objects.filter(lead__in=ids, pk__gt=min(own.values())).exclude(
        pk__in=own.values()
    )
    return {
        (pk, key)
        for number, pk, old in later.values_list("pk", "lead_id", "old")
        for key in old
        if number > own[pk]
    }


def recent(size: int = 30) -> list[Fix]:
    """The newest fixes with who did them."""
    return list(Fix.objects.select_related("by", "undone_by")[:size])


def undoable(fix: Fix) -> bool:
    """Whether it can be taken back now."""
    return fix.state == State.DONE and fix.changed > 0
