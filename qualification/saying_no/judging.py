"""Ticked facts become rows; what is wrong is corrected at once, with the rep as the source."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from leads import editing, fields
from leads.activity import disowning
from leads.editing import AddressTaken
from leads.identity import correcting
from leads.identity.joining import get
from leads.models import Lead
from qualification.models import Disposition, FactVerdict
from qualification.saying_no.told import NotReady, Tick

# With nothing typed these stay as they are: a lead without an address cannot be reached by anybody.
KEPT = ("email", "direction", "company.")
VALUE = "value_"


def value_name(criterion: str) -> str:
    """What the field of the sheet is called into which the true value is typed."""
    return f"{VALUE}{criterion}"


def criterion_of(name: str) -> str:
    """The criterion whose true value this field holds; empty for any other field."""
    return name.removeprefix(VALUE) if name.startswith(VALUE) else ""


def source_of(by: User) -> str:
    return str(_("Rep: %(name)s") % {"name": by.name})[:80]


def judge(lead: Lead, ticks: Sequence[Tick], *, by: User, at: datetime) -> list[FactVerdict]:
    """Corrects the lead; gives the rows to be kept with the decision (not saved). The caller holds the lead.
    Raises NotReady with what cannot be written."""
    values = _cleaned(ticks)
    try:
        changed = correct(lead, values, by=by, at=at)
    except AddressTaken as taken:
        names = [
            value_name(t.fact.criterion)
            for t in ticks
            if t.fact.field and t.fact.field.key == "email"
        ]
        raise NotReady({names[0]: _("Another lead has this e-mail address.")}) from taken
    return [_row(lead, tick, values, changed, by=by, at=at) for tick in ticks]


def keep(disposition: Disposition, rows: Iterable[FactVerdict]) -> None:
    kept = list(rows)
    for row in kept:
        row.disposition = disposition
    FactVerdict.objects.bulk_create(kept)


def correct(
    lead: Lead, values: Mapping[str, Any], *, by: User, at: datetime, source: str = ""
) -> set[str]:
    """Writes cleaned values by the keys of fields, of the lead or of its company; says which changed. Raises
    editing.AddressTaken."""
    said = source or source_of(by)
    of_lead = {key: value for key, value in values.items() if not key.startswith("company.")}
    changed = set(editing.edit(lead, of_lead, by=by, at=at, source=said)) if of_lead else set()
    for key in values.keys() - of_lead.keys():
        column = key.removeprefix("company.")
        if lead.company_id and correcting.correct(
            lead.company_id, column, values[key], source=said, by=by, at=at
        ):
            changed.add(key)
    return changed


def take_back(verdicts: Iterable[FactVerdict], lead: Lead, *, by: User, at: datetime) -> None:
    """The decision is undone: what the lead held stands there again, unless somebody wrote over it since."""
    for verdict in verdicts:
        if verdict.corrected and (still(lead, verdict.field) or None) == (verdict.new or None):
            correct(lead, {verdict.field: verdict.old}, by=by, at=at)
        if verdict.events:
            was = {int(pk): trust for pk, trust in verdict.events.items()}
            disowning.own_again(lead.pk, was, by=by, at=at)


def still(lead: Lead, key: str) -> Any:
    """What stands there now."""
    lead.refresh_from_db()
    if not key.startswith("company."):
        return get(lead, key)
    return getattr(lead.company, key.removeprefix("company."), None)


def _cleaned(ticks: Sequence[Tick]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for tick in ticks:
        field = tick.fact.field
        if field is None or not tick.disproves or field.key in values:
            continue
        kept, errors = fields.clean({field.key: tick.value}, fields={field.key: field})
        name = value_name(tick.fact.criterion)
        if errors:
            raise NotReady({name: errors[field.key]})
        if field.key not in kept and field.key.startswith(KEPT):
            continue
        new = kept.get(field.key)
        if new is not None and new == tick.fact.value:
            raise NotReady({name: _("That is what stands there already.")})
        values[field.key] = new
    return values


def _row(
    lead: Lead, tick: Tick, values: Mapping[str, Any], changed: set[str], *, by: User, at: datetime
) -> FactVerdict:
    fact, key = tick.fact, tick.fact.field.key if tick.fact.field else ""
    corrected = tick.disproves and key in changed
    strange = tick.verdict == FactVerdict.Verdict.WRONG and fact.events
    was = disowning.disown(lead.pk, fact.events, by=by, at=at) if strange else {}
    return FactVerdict(
        criterion=fact.criterion[:200], label=fact.label[:200], points=fact.points, field=key,
        fact=fact.text[:400], verdict=tick.verdict, corrected=corrected,
        old=fact.value if corrected else None, new=values[key] if corrected else None,
        events={str(pk): trust for pk, trust in was.items()}, by=by, at=at,
    )  # fmt: skip
