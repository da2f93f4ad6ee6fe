"""What a model says, pure: JSON in, frozen dataclasses out, with reasons where it cannot be meant; and the
arithmetic from units to a score. Files: parts, shape, whole, arithmetic, reckoning, and for what was typed
reading, reading_criteria, parsing; down that list only."""

from scoring.definition.parts import (
    LIMIT,
    MICRO,
    Alerts,
    Band,
    Bonus,
    Criterion,
    Decay,
    Disqualifier,
    Effect,
    EventMatch,
    Group,
    Idle,
    Matrix,
    People,
    PropertyTest,
    Sequence,
    Variant,
)
from scoring.definition.reckoning import rounded
from scoring.definition.whole import Definition, to_json

__all__ = [
    "LIMIT",
    "MICRO",
    "Alerts",
    "Band",
    "Bonus",
    "Criterion",
    "Decay",
    "Definition",
    "Disqualifier",
    "Effect",
    "EventMatch",
    "Group",
    "Idle",
    "Matrix",
    "People",
    "PropertyTest",
    "Sequence",
    "Variant",
    "rounded",
    "to_json",
]
