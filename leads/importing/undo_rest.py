"""Takes back what an import of companies, events or deals did."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime

from leads import lifecycle, locks
from leads.activity import last_activity
from leads.identity import company_facts
from leads.importing import open_deals
from leads.importing.tally import Tally
from leads.importing.undo_leads import Line
from leads.models import Company, Event, EventKey, Import, ImportLine, Lead, Outcome
from leads.stages import Stage

Result = ImportLine.Result


def companies(imported: Import, lines: Sequence[Line], *, at: datetime, dry: bool) -> Tally:
    """New companies without people go; fields that still hold what the file said become what they were."""
    ids = {made for _row, _result, _lead, made, _before in lines if made}
    known = {c.pk: c for c in Company.objects.select_for_update().filter(pk__in=ids).order_by("pk")}
    peopled = set(Lead.objects.filter(company__in=ids).values_list("company_id", flat=True))
    tally = Tally()
    changed: dict[int, dict[str, Any]] = {}
    for _row, result, _lead, made, before in lines:
        company = known.get(made or 0)
        if company is None:
            continue
        if result == Result.CREATED:
            is_free = company.pk not in peopled
            tally.count("removed" if is_free else "people")
            if is_free and not dry:
                changed.pop(company.pk, None)
                company.delete()
        elif before:
            was = {_place(key): pair for key, pair in before.items()}
            is_ours = all(_read(company, key) == new for key, (_old, new) in was.items())
            tally.count("restored" if is_ours else "edited")
            if is_ours:
                for key, (old, _new) in was.items():
                    _put(company, key, old)
                held = {key: new for key, (_old, new) in before.items()}
                changed[company.pk] = held | changed.get(company.pk, {})
    if not dry:
        for pk in sorted(changed):
            known[pk].save()
        company_facts.changed(changed, source=imported.source, by=imported.by, at=at)
    tally.leads = set(Lead.objects.filter(company__in=changed).values_list("pk", flat=True))
    return tally


Place = tuple[str, str]


def _place(key: str) -> Place:
    column, _dot, name = key.partition(".")
    return column, name


def _read(company: Company, place: Place) -> Any:
    column, name = place
    return company.attributes.get(name) if name else getattr(company, column)


def _put(company: Company, place: Place, value: Any) -> None:
    column, name = place
    if not name:
        setattr(company, column, value)
    elif value is None:
        company.attributes.pop(name, None)
    else:
        company.attributes[name] = value


def events(imported: Import, lines: Sequence[Line], *, at: datetime, dry: bool) -> Tally:
    """The events go with their keys, so that the file can be imported again."""
    made = {m: lead for _row, result, lead, m, _b in lines if result == Result.CREATED and m}
    found = Event.objects.filter(pk__in=list(made))
    tally = Tally(leads={lead for lead in made.values() if lead})
    tally.count("removed", found.count())
    if not dry:
        locks.hold(tally.leads)
        found.delete()
        keys = [bytes.fromhex(before["key"]) for *_line, before in lines if before]
        EventKey.objects.filter(digest__in=keys).delete()
        last_activity.reckon(tally.leads)
    return tally


def deals(imported: Import, lines: Sequence[Line], *, at: datetime, dry: bool) -> Tally:
    """The outcomes go or say again what they said, and the leads stand where they stood."""
    leads = {lead for _row, _result, lead, *_rest in lines if lead}
    if not dry:
        locks.hold(leads)
    tally = open_deals.undo(imported, [line for line in lines if _is_open(line)], at=at, dry=dry)
    tally.leads |= leads
    lines = [line for line in lines if not _is_open(line)]
    known = Outcome.objects.in_bulk({m for _row, _result, _lead, m, _before in lines if m})
    stages: dict[int, str] = {}
    for _row, result, lead, made, before in lines:
        outcome = known.get(made or 0)
        if outcome is None or result not in (Result.CREATED, Result.UPDATED):
            continue
        before = dict(before or {})
        stage = before.pop("stage", None)
        if stage and lead:
            stages[lead] = stage
        is_ours = all(_plain(outcome, key) == new for key, (_old, new) in before.items())
        tally.count(
            "edited" if not is_ours else "removed" if result == Result.CREATED else "restored"
        )
        if is_ours and not dry:
            _undo_deal(outcome, result, before)
    for stage in set(stages.values()) if not dry else ():
        ids = [lead for lead, one in stages.items() if one == stage]
        lifecycle.settle(
            ids, stage, origins=(Stage.CUSTOMER, Stage.LOST), at=at, by=imported.by, reason="undone"
        )
    return tally


def _is_open(line: Line) -> bool:
    """Whether the row was of a deal that is open still."""
    return open_deals.MARK in (line[-1] or {})


def _undo_deal(outcome: Outcome, result: str, before: dict[str, Any]) -> None:
    if result == Result.CREATED:
        outcome.delete()
        return
    for key, (old, _new) in before.items():
        setattr(outcome, key, parse_datetime(old) if key == "at" else old)
    outcome.save()


def _plain(outcome: Outcome, key: str) -> Any:
    value = getattr(outcome, key)
    return value.isoformat() if isinstance(value, datetime) else value
