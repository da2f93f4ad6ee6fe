"""Where one lead stands and how it came there: its score explained, its history, its crossings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from leads.models import Crossing, Lead, ScoreHistory
from scoring import explain, wording
from scoring.definition import Band, Group
from scoring.live import LiveModel
from scoring.models import ModelVersion

HISTORY = 200
CROSSINGS = 10


@dataclass(frozen=True)
class GroupPart:
    """Points of one group, and the furthest it can reach if anything bounds it."""

    group: str
    label: str
    points: int
    reach: int | None

    @property
    def bar(self) -> int:
        """What fills the bar: the reach, or the points themselves where nothing bounds them."""
        return self.reach or self.points


@dataclass(frozen=True)
class Reason:
    """One line of the explanation with what the criterion asks; points in tenths."""

    label: str
    note: str
    group: str
    points: float


@dataclass(frozen=True)
class Change:
    """The score from `at` on; `by` is the step from the row before."""

    at: datetime
    total: int
    by: int
    cause: str


@dataclass(frozen=True)
class Passage:
    """A crossing of the MQL line: `carried_by` names each criterion without which it would not have been."""

    crossing: Crossing
    carried_by: list[str]
    version: str


@dataclass(frozen=True)
class Standing:
    model: LiveModel
    total: int
    band: Band
    groups: list[GroupPart]
    reasons: list[Reason]
    changes: list[Change]
    passages: list[Passage]

    @property
    def widest(self) -> float:
        """Points of the longest bar."""
        return max((abs(reason.points) for reason in self.reasons), default=0)


def of(lead: Lead) -> Standing | None:
    """Everything about the lead's score under the live model; None while no model is live."""
    found = explain.explain(lead.pk)
    if found is None:
        return None
    definition = found.model.definition
    return Standing(
        found.model,
        found.total,
        definition.band(found.band) or definition.bands[0],
        _groups(found),
        _reasons(found),
        _changes(lead),
        _passages(lead),
    )


def _groups(found: explain.Explanation) -> list[GroupPart]:
    """The groups that the model uses."""
    definition = found.model.definition
    used = {c.group for c in definition.criteria}
    return [
        GroupPart(str(group), group.label, found.row[str(group)], definition.reach(group))
        for group in Group
        if group in used or group is not Group.ACCOUNT
    ]


def _reasons(found: explain.Explanation) -> list[Reason]:
    words = wording.Words.read()
    criteria = found.model.definition.by_key
    return [
        Reason(line.label, _note(words, criteria.get(line.key)), line.group, line.points)
        for line in found.lines
    ]


def _note(words: wording.Words, criterion: Any) -> str:
    if criterion is None:
        return ""
    return " · ".join([words.asks(criterion), *wording.behaves(criterion)])


def _changes(lead: Lead) -> list[Change]:
    """Oldest first."""
    rows: Sequence[ScoreHistory] = list(
        ScoreHistory.objects.filter(lead=lead).order_by("-at", "-id")[: HISTORY + 1]
    )[::-1]
    if not rows:
        return []
    first = (
        []
        if len(rows) > HISTORY
        else [Change(rows[0].at, rows[0].total, rows[0].total, rows[0].cause)]
    )
    return first + [
        Change(row.at, row.total, row.total - before.total, row.cause)
        for before, row in pairwise(rows)
    ]


def _passages(lead: Lead) -> list[Passage]:
    """Latest first."""
    crossings = list(Crossing.objects.filter(lead=lead).order_by("-number")[:CROSSINGS])
    versions = ModelVersion.objects.select_related("model").in_bulk([c.version for c in crossings])
    return [Passage(c, _carriers(c), str(versions.get(c.version, ""))) for c in crossings]


def _carriers(crossing: Crossing) -> list[str]:
    labels = {row["key"]: row["label"] for row in crossing.contributions}
    return [labels.get(key, key) for key in crossing.carried_by]
