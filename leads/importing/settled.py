"""What became of a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from leads.models import Import, ImportLine, What

Line = tuple[int, Sequence[str]]
Result = ImportLine.Result


@dataclass
class Settled:
    """`reason` is a remark where the row was not rejected. `made` is the company, event, outcome or touch that the
    row made or changed, `before` what has to be put back to undo it."""

    row: int
    result: str
    reason: str = ""
    lead_id: int | None = None
    made: int | None = None
    before: Any = None


# Settles rows of a claimed import, inside the transaction of the piece.
Settler = Callable[..., list[Settled]]
# Each touch moves clocks of its own, so that a piece of them holds its leads for as long as many other rows do.
MOST = {What.TOUCHES: 100}


def piece_of(imported: Import, usual: int) -> int:
    """How many rows are settled in one transaction."""
    return min(usual, MOST.get(What(imported.what), usual))
