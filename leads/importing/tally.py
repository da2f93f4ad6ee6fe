"""What of an import can be undone, or was: how many, and of the rest how many for which reason."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

UNDOABLE = ("removed", "restored")


@dataclass
class Tally:
    """`leads` are those whose score may change by it."""

    counts: Counter[str] = field(default_factory=Counter)
    leads: set[int] = field(default_factory=set)

    def count(self, what: str, number: int = 1) -> None:
        """`what` is one of UNDOABLE, or the reason why not: a key of touched.REASONS."""
        self.counts[what] += number

    def added_to(self, stored: dict[str, Any] | None) -> dict[str, int]:
        """The sum with what earlier pieces stored."""
        return dict(Counter(stored or {}) + self.counts)
