"""Writes CSV that no spreadsheet mistakes for formulas, and takes our own guard off again."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

GUARD = "'"
# A spreadsheet may look past blanks, quotes and marks that cannot be seen, and it reads the wide
# and small twins of these signs like themselves.
FORMULA = re.compile(
    "[\\s\"'\u200b-\u200d\u2060\ufeff]*[=+\\-@|\t\r\n\x00\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212]"
)


def safe_cell(value: object) -> str:
    """The cell for a value: a text that could be a formula gets a leading quote, numbers do not."""
    if value is None:
        return ""
    if isinstance(value, str) and FORMULA.match(value):
        return GUARD + value
    return str(value)


def unguard(cell: str) -> str:
    """The text that safe_cell() was given; cells that it did not guard stay as they are."""
    guarded = cell.startswith(GUARD) and FORMULA.match(cell, 1)
    return cell[1:] if guarded else cell


class _Echo:
    """A file that hands back what is written, for the csv writer."""

    def write(self, text: str) -> str:
        return text


def stream_rows(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """CSV as pieces of text, one row at a time; the mark at its start tells Excel of UTF-8."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    yield writer.writerow([safe_cell(name) for name in header])
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])
