"""Where one lead stands and how it came there: its score explained, its history, its crossings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import clock
from leads.models import Crossing, Lead, ScoreHistory
from scoring import overrides, wording
from scoring.definition import Band, Criterion, Group
from scoring.explaining import causes, explain
from scoring.explaining.evidence import Evidence, evidence
from scoring.explaining.explain import Explanation, Line
from scoring.explaining.range import Range, reach
from scoring.live import LiveModel
from scoring.models import ModelVersion, Override

HISTORY = 200
CROSSINGS = 10
# Steps of the history that are told in words.
SHOWN = 8


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
    """One line of the explanation with what the criterion asks, its parts where there are any, and the events
    behind it; points in tenths."""

    label: str
    note: str
    group: str
    points: float
    parts: tuple[Line, ...] = ()
    evidence: Evidence | None = None

    @property
    def opens(self) -> bool:
        return bool(self.parts or self.evidence)


@dataclass(frozen=True)
class Change:
    """The score from `at` on; `by` is the step from the row before, `why` says it in words."""

    at: datetime
    total: int
    by: int
    cause: str
    why: str = ""


@dataclass(frozen=True)
class Passage:
    """A crossing of the MQL line: `carried_by` names each criterion without which it would not have been."""

    crossing: Crossing
    carried_by: list[str]
    version: str


@dataclass(frozen=True)
class Standing:
    """`who` says whom the model scores, `variant` which of its variants and why, `flag` why the lead is out of
    the race; all in words, and empty where there is nothing to say."""

    model: LiveModel
    total: int
    band: Band
    groups: list[GroupPart]
    reasons: list[Reason]
    changes: list[Change]
    passages: list[Passage]
    who: str
    variant: str
    cell: str
    flag: str
    range: Range | None
    override: Override | None

    @property
    def widest(self) -> float:
        """Points of the longest bar."""
        return max((abs(reason.points) for reason in self.reasons), default=0)


def range_of(lead: Lead) -> Range | None:
    """Between which scores it could lie; None where nothing unknown moves it, or no model applies."""
    found = explain.explain(lead.pk)
    return reach(lead, found) if found else None


def of(lead: Lead) -> Standing | None:
    """Everything about the lead's score under the model that applies to it; None while none does."""
    found = explain.explain(lead.pk)
    if found is None:
        return None
    words, definition = wording.Words.read(), found.model.definition
    return Standing(
        found.model,
        found.total,
        definition.band(found.band) or definition.bands[0],
        _groups(found),
        reasons(lead, found, words),
        changes(lead),
        _passages(lead),
        who(found, words),
        variant(found, words),
        found.cell,
        found.flag_reason,
        reach(lead, found),
        overrides.current(lead, at=clock.now()) if found.row["override"] is not None else None,
    )


def _groups(found: Explanation) -> list[GroupPart]:
    """The groups that the model uses."""
    definition = found.model.definition
    used = {c.group for c in definition.criteria}
    return [
        GroupPart(str(group), group.label, found.row[str(group)], definition.reach(group))
        for group in Group
        if group in used or group is not Group.ACCOUNT
    ]


def who(found: Explanation, words: wording.Words) -> str:
    """Why this model and no other."""
    mine = found.model.applies.mine
    if mine:
        return _("Scores everybody with: %(who)s") % {"who": words.everybody_who(mine)}
    return _("Scores everybody whom no other model takes") if found.model.applies.earlier else ""


def variant(found: Explanation, words: wording.Words) -> str:
    """Which variant of the model applied, and why."""
    number = found.row["variant"]
    if not number:
        return ""
    applied = found.model.definition.variants[number - 1]
    said = {"variant": applied.label, "why": words.everybody_who(applied.when)}
    return _("Points of the variant “%(variant)s”: %(why)s") % said


def reasons(
    lead: Lead,
    found: Explanation,
    words: wording.Words,
    past: Mapping[str, Any] | None = None,
) -> list[Reason]:
    """The lines of an explanation with what stands behind them; `past` as in evidence."""
    criteria = found.model.definition.by_key
    behind = evidence(lead.pk, found.model.definition, past)
    return [
        Reason(
            line.label, _note(words, criteria.get(line.key)), line.group, line.points,
            line.parts, behind.get(line.key),
        )
        for line in found.lines
    ]  # fmt: skip


def _note(words: wording.Words, criterion: Criterion | None) -> str:
    if criterion is None:
        return ""
    return " · ".join([words.asks(criterion), *wording.behaves(criterion)])


def changes(lead: Lead) -> list[Change]:
    """The steps of the score, oldest first; the latest few are told in words."""
    rows: Sequence[ScoreHistory] = list(
        ScoreHistory.objects.filter(lead=lead).order_by("-at", "-id")[: HISTORY + 1]
    )[::-1]
    pairs = list(zip([None, *rows], rows, strict=False))
    # The first of too many was read for the step to the second only.
    pairs = pairs[1:] if len(rows) > HISTORY else pairs
    steps = [
        causes.Step(
            row.at, row.total, row.total - (was.total if was else 0), row.cause, row.version,
            was.at if was else None,
        )
        for was, row in pairs
    ]  # fmt: skip
    told = [""] * max(0, len(steps) - SHOWN) + causes.in_words(lead, steps[-SHOWN:])
    return [
        Change(step.at, step.total, step.by, step.cause, why)
        for step, why in zip(steps, told, strict=True)
    ]


def _passages(lead: Lead) -> list[Passage]:
    """Latest first."""
    crossings = list(Crossing.objects.filter(lead=lead).order_by("-number")[:CROSSINGS])
    versions = ModelVersion.objects.select_related("model").in_bulk([c.version for c in crossings])
    return [Passage(c, _carriers(c), str(versions.get(c.version, ""))) for c in crossings]


def _carriers(crossing: Crossing) -> list[str]:
    labels = {row["key"]: row["label"] for row in crossing.contributions}
    return [labels.get(key, key) for key in crossing.carried_by]
