"""A draft tried on one lead: every line with what was met, how often, and what time and limits left of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from leads import bands as live_bands
from leads.models import Lead
from scoring import live
from scoring.definition import Band, Criterion, Definition, Group
from scoring.explaining import explain
from scoring.explaining.evidence import Evidence, evidence
from scoring.explaining.explain import Explanation, Line
from scoring.impact import crossing
from scoring.impact.question import Question
from scoring.statement.scope import these
from scoring.wording import Words, behaves


@dataclass(frozen=True)
class Tried:
    """One line of the draft. Points are in tenths: `full` before anything is taken, then what `faded` with
    time, `silence` and the `limit` took of it, and `points`, which is left. `yields` names the criterion
    that counts instead, where only the first that holds does."""

    criterion: Criterion
    asks: str
    behaves: list[str]
    met: bool
    full: float
    faded: float
    silence: float
    limit: float
    points: float
    evidence: Evidence | None
    yields: str

    @property
    def left(self) -> int:
        """Per cent of its points that time has left."""
        return round(100 * (self.full + self.faded) / self.full) if self.full else 100


@dataclass(frozen=True)
class Trial:
    """`rest` are the lines that belong to no criterion: limits of groups, silence, an override, rounding.
    `takes` is False where the draft's model leaves this lead to another one. `today` is None where no model
    scores the lead; `changes` is what the draft would change for it."""

    lead: Lead
    total: int
    band: Band
    out: str
    variant: str
    groups: list[tuple[Group, list[Tried]]]
    rest: list[Line]
    takes: bool
    today: Explanation | None
    today_band: live_bands.Band | None
    changes: list[tuple[str, float]]

    @property
    def by(self) -> int:
        """Points by which the draft differs from today."""
        return self.total - (self.today.total if self.today else 0)


def trial(question: Question, lead: Lead) -> Trial | None:
    """None for a lead that was merged into another."""
    d = question.definition
    rows = live.compute(d, these([lead.pk]), detail=True)
    if not rows:
        return None
    row, today = rows[0], explain.explain(lead.pk)
    lines = explain.lines(d, row)
    return Trial(
        lead=lead,
        total=row["total"],
        band=d.band(row["band"]) or d.bands[0],
        out=d.flag_reason(row["flag"]) if row["flag"] else "",
        variant=d.variants[row["variant"] - 1].label if row["variant"] else "",
        groups=_groups(d, lead, row, lines),
        rest=[line for line in lines if line.key not in d.by_key],
        takes=bool(live.compute(d, these([lead.pk]), applies=question.applies)),
        today=today,
        today_band=live_bands.called(today.band, live_bands.bands()) if today else None,
        changes=crossing.changes((today.model.definition, today.row) if today else None, (d, row)),
    )


def _groups(
    d: Definition, lead: Lead, row: Mapping[str, Any], lines: list[Line]
) -> list[tuple[Group, list[Tried]]]:
    words, found = Words.read(), evidence(lead.pk, d)
    said = {line.key: line for line in lines}
    tried = [
        _tried(d, n, c, row, said.get(c.key), words, found.get(c.key))
        for n, c in enumerate(d.criteria)
    ]
    used = [(group, [t for t in tried if t.criterion.group is group]) for group in Group]
    return [(group, rows) for group, rows in used if rows]


def _tried(
    d: Definition, n: int, c: Criterion, row: Mapping[str, Any], line: Line | None, words: Words,
    behind: Evidence | None,
) -> Tried:  # fmt: skip
    parts = {part.key: part.points for part in line.parts} if line else {}
    left = line.points if line else 0.0
    return Tried(
        criterion=c, asks=words.asks(c), behaves=behaves(c), met=row[f"w{n}"] > 0,
        full=parts.get("points", left), faded=parts.get("fading", 0.0),
        silence=parts.get("silence", 0.0), limit=parts.get("limit", 0.0), points=left,
        evidence=behind, yields=_yields(d, n, row),
    )  # fmt: skip


def _yields(d: Definition, n: int, row: Mapping[str, Any]) -> str:
    c = d.criteria[n]
    if not c.first_of or not row[f"w{n}"]:
        return ""
    before = (
        other.label
        for k, other in enumerate(d.criteria[:n])
        if other.first_of == c.first_of and row[f"w{k}"] > 0
    )
    return next(before, "")
