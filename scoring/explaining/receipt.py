"""The receipt of a score: which facts and deeds were used, what each gave, by which model. For the record, and
for a person who asks how they were profiled."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from leads.models import Lead
from leads.vocabulary import rule_sql
from leads.vocabulary.rule_values import values_of, with_levels
from scoring import wording
from scoring.definition import Band, Criterion, Definition
from scoring.explaining import evidence, explain
from scoring.explaining.evidence import Evidence
from scoring.explaining.explain import Explanation, Line
from scoring.explaining.past import override_at

# Of deeds a receipt names at most as many as evidence shows; the count is of all.
FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """One line: what it asks, the facts about the person that answered it, and the deeds that were counted."""

    line: Line
    asks: str
    facts: dict[str, str]
    evidence: Evidence | None

    @property
    def points(self) -> float:
        return self.line.points


@dataclass(frozen=True)
class Receipt:
    """`facts` are all that the model read of the person, labels to values."""

    lead: Lead
    at: datetime
    found: Explanation
    band: Band
    entries: list[Entry]
    facts: dict[str, str]
    set_by_hand: str

    @property
    def total(self) -> int:
        return self.found.total


def receipt(lead: Lead, *, at: datetime) -> Receipt | None:
    """The receipt of the lead's score at this moment; None where no model applies. Says nothing about other
    people: of a rule that counts colleagues only that it was met."""
    found = explain.explain(lead.pk)
    if found is None:
        return None
    d = found.model.definition
    deeds, words = evidence.evidence(lead.pk, d), wording.Words.read()
    known, labels = _named_levels(with_levels(values_of(lead), d.frozen), d), _labels()
    entries = [
        Entry(
            line, words.asks(c) if (c := d.by_key.get(line.key)) else "",
            _facts([c], known, labels) if c else {}, deeds.get(line.key),
        )
        for line in found.lines
    ]  # fmt: skip
    held = override_at(lead, at)
    return Receipt(
        lead, at, found, d.band(found.band) or d.bands[0], entries,
        _facts(d.criteria, known, labels), held.reason if held else "",
    )  # fmt: skip


def _named_levels(known: dict[str, Any], d: Definition) -> dict[str, Any]:
    """With the names of the levels that the title was read as, in place of their keys."""
    levels = {one.key: one.name for one in (*d.frozen.seniority, *d.frozen.department)}
    read = {key: levels.get(known[key], "") for key in ("title.seniority", "title.department")}
    return {**known, **read}


def _labels() -> dict[str, str]:
    return {key: str(label) for key, (label, _type) in rule_sql.catalogue().items()}


def _facts(criteria: Any, known: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, str]:
    asked = {c.condition.field for c in criteria if isinstance(c, Criterion) and c.condition}
    return {
        labels.get(field, field): str(known[field])
        for field in sorted(asked)
        if known.get(field) not in (None, "")
    }


def to_json(made: Receipt) -> dict[str, Any]:
    """The same for machines. `hash` names the definition, so that the sum can be checked against it."""
    version, d = made.found.model.version, made.found.model.definition
    row = made.found.row
    return {
        "format": FORMAT,
        "lead": str(made.lead.public_id),
        "at": made.at.isoformat(),
        "score": made.total,
        "band": {"key": made.band.key, "name": made.band.name},
        "cell": made.found.cell,
        "flag": made.found.flag_reason,
        "groups": {name: row[name] for name in ("fit", "engagement", "account", "negative")},
        "model": {
            "name": version.model.name, "version": version.number, "hash": version.digest,
            "variant": made.found.variant,
        },
        "facts": made.facts,
        "set_by_hand": made.set_by_hand,
        "contributions": [_entry_json(entry, d) for entry in made.entries],
    }  # fmt: skip


def _entry_json(entry: Entry, d: Definition) -> dict[str, Any]:
    line = entry.line
    made: dict[str, Any] = {
        "key": line.key, "label": line.label, "group": line.group, "points": line.points,
        "asks": entry.asks, "facts": entry.facts,
        "parts": [{"label": part.label, "points": part.points} for part in line.parts],
    }  # fmt: skip
    if entry.evidence:
        made["events"] = {
            "count": entry.evidence.times,
            "latest": [
                {"what": deed.text, "at": deed.at.isoformat()} for deed in entry.evidence.deeds
            ],
        }
    return made
