"""What became of the rows, as files that can be corrected and imported again."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db.models import QuerySet

from leads.exporting import csv_export
from leads.importing.guessing import LINE, REASON, REMARK
from leads.importing.tally import UNDOABLE
from leads.importing.touched import REASONS
from leads.models import Import, ImportLine

CHUNK = 2_000
MOST_REASONS = 8
TRIED = ("created", "updated", "unchanged", "repeated", "rejected")


def rejected(imported: Import) -> Iterator[str]:
    """CSV of the rejected rows: their columns, the line in the file and the reason, piece by piece."""
    lines = imported.lines.filter(result=ImportLine.Result.REJECTED)
    return _file(imported, lines, str(REASON))


def left_out(imported: Import) -> Iterator[str]:
    """The same for rows that were taken without one of their values."""
    lines = imported.lines.exclude(result__in=["", ImportLine.Result.REJECTED]).exclude(reason="")
    return _file(imported, lines, str(REMARK))


def tried(imported: Import) -> dict[str, Any] | None:
    """What a try found, ready to be shown; None if there was none."""
    if not imported.tried:
        return None
    counts = {result: imported.tried["counts"].get(result, 0) for result in TRIED}
    reasons = sorted(imported.tried["reasons"].items(), key=lambda pair: -pair[1])
    return {
        **counts,
        "remarked": imported.tried["remarked"],
        "lines": imported.tried.get("lines", []),
        "reasons": reasons[:MOST_REASONS],
        "other_reasons": sum(number for _reason, number in reasons[MOST_REASONS:]),
    }


def undoable(counts: Mapping[str, int] | None) -> dict[str, Any] | None:
    """What can be undone, or was, ready to be shown, with the reasons of the rest; None if nobody asked."""
    if counts is None:
        return None
    kept = [(REASONS[key], counts[key]) for key in REASONS if counts.get(key)]
    found = {key: counts.get(key, 0) for key in UNDOABLE}
    return {**found, "any": any(found.values()), "kept": kept, "left": sum(n for _why, n in kept)}


def _file(imported: Import, lines: QuerySet[ImportLine], last: str) -> Iterator[str]:
    header = [*imported.header, str(LINE), last]
    return csv_export.stream_rows(header, _rows(lines, len(imported.header)))


def _rows(lines: QuerySet[ImportLine], width: int) -> Iterator[list[object]]:
    chosen = lines.order_by("row").values_list("cells", "line", "reason")
    for cells, line, reason in chosen.iterator(chunk_size=CHUNK):
        # What could not be read stands in one cell, as it was.
        yield [*cells, *[""] * (width - len(cells)), line, reason]
