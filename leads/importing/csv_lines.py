"""Reads a CSV file strictly, line by line, so that no row is lost and none is made up. Pure.

Each row comes out either as a Record or as a BadRecord with its line and the reason. A quote
that is never closed costs its own line only: the lines after it are read again, each for itself.
"""

import csv
import io
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TextIO

from django.utils.translation import gettext as _

from accounts.text import LONE_SURROGATE, NUL
from leads.importing.csv_sniff import CsvRefused, Sniffed, sniff, sniff_file

__all__ = ["BadRecord", "CsvRefused", "Record", "Sniffed", "records", "sniff", "sniff_file"]

MOST_LINES = 100
LONGEST_CELL = 100_000
LONGEST_LINE = 2_000_000
LONGEST_RAW = 10_000


@dataclass(frozen=True, slots=True)
class Record:
    """A row: its first and last physical line (the file's first is 1), and a cell per column."""

    line_number: int
    end_line: int
    cells: list[str]


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A row that cannot be read: its first and last line, its text as it stood, and the reason."""

    line_number: int
    end_line: int
    raw: str
    reason: str


def records(source: Path | str | BinaryIO, sniffed: Sniffed) -> Iterator[Record | BadRecord]:
    """Every row after the header, in the order of the file; blank rows are passed over."""
    if isinstance(source, Path | str):
        with Path(source).open("rb") as file:
            yield from records(file, sniffed)
        return
    source.seek(0)
    # newline="": each way to end a line is seen as one, and kept as it is inside of quotes.
    # surrogateescape: bytes that cannot be read are reported with their line.
    text = io.TextIOWrapper(source, sniffed.encoding, "surrogateescape", newline="")
    try:
        yield from _rows(_Lines(text), sniffed)
    finally:
        text.detach()


class _TooManyLines(Exception):
    """A quoted cell that runs over more lines than any cell we believe in."""


class _Lines:
    """Physical lines for the csv reader, which remember what they gave for the record at hand."""

    def __init__(self, text: TextIO) -> None:
        self.text = text
        self.again: deque[str] = deque()
        self.given: list[str] = []
        self.first = 1  # line number of the record at hand

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if len(self.given) == MOST_LINES:
            raise _TooManyLines
        line = self.again.popleft() if self.again else self._read()
        if not line:
            raise StopIteration
        self.given.append(line)
        return line

    def _read(self) -> str:
        line = self.text.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            while (rest := self.text.readline(LONGEST_LINE)) and rest[-1] not in "\r\n":
                pass
        return line

    @property
    def last(self) -> int:
        return self.first + len(self.given) - 1

    def take(self) -> None:
        """The record at hand is done with all its lines."""
        self.first += len(self.given)
        self.given.clear()

    def take_first(self) -> None:
        """Only the first line is done with; the others will be given again."""
        self.again.extendleft(reversed(self.given[1:]))
        self.first += 1
        self.given.clear()


def _rows(lines: _Lines, sniffed: Sniffed) -> Iterator[Record | BadRecord]:
    for _line in islice(lines, sniffed.header_lines):
        lines.take()
    reader = csv.reader(lines, delimiter=sniffed.delimiter, strict=True)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, _TooManyLines) as error:
            yield _bad(lines, 1, _quoting_reason(error, lines))
            lines.take_first()
            reader = csv.reader(lines, delimiter=sniffed.delimiter, strict=True)
            continue
        yield from _row(cells, lines, sniffed)


def _row(cells: list[str], lines: _Lines, sniffed: Sniffed) -> Iterator[Record | BadRecord]:
    """What the cells make, which the csv reader took from `lines.given`."""
    reason = _flaw(cells, lines, sniffed)
    if reason is None:
        if any(cell.strip() for cell in cells):
            yield Record(lines.first, lines.last, cells[: len(sniffed.header)])
        lines.take()
    elif _swallowed_rows(lines, sniffed):
        yield _bad(lines, 1, _("A quote opens on this line and is not closed on it."))
        lines.take_first()
    else:
        yield _bad(lines, len(lines.given), reason)
        lines.take()


def _flaw(cells: list[str], lines: _Lines, sniffed: Sniffed) -> str | None:
    """Why the record cannot be taken, or None."""
    if any(len(line) >= LONGEST_LINE for line in lines.given):
        return _("This line is too long to be read.")
    if not all(line.isascii() or not LONE_SURROGATE.search(line) for line in lines.given):
        name = "Windows-1252" if sniffed.encoding == "cp1252" else "UTF-8"
        return _("This line contains bytes that are not %(encoding)s.") % {"encoding": name}
    if any(NUL in line for line in lines.given):
        return _("This line contains a NUL character.")
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return _("A cell is longer than %(most)d characters.") % {"most": LONGEST_CELL}
    width = len(sniffed.header)
    if len(cells) < width and any(cell.strip() for cell in cells):
        return _too_few(cells, sniffed)
    if any(cells[width:]):
        counts = {"cells": len(cells), "columns": width}
        return _("This line has %(cells)d cells, but the header has %(columns)d.") % counts
    return None


def _too_few(cells: list[str], sniffed: Sniffed) -> str:
    if len(cells) == 1 and _reads_alone(cells[0], sniffed):
        return _("The whole line stands in quotes, so that it is a single cell.")
    counts = {"cells": len(cells), "columns": len(sniffed.header)}
    return _("This line has only %(cells)d cells, but the header has %(columns)d.") % counts


def _swallowed_rows(lines: _Lines, sniffed: Sniffed) -> bool:
    """Whether a record over several lines holds a line that is a full row by itself."""
    return any(_reads_alone(line, sniffed) for line in lines.given[1:])


def _reads_alone(line: str, sniffed: Sniffed) -> bool:
    try:
        rows = list(csv.reader([line], delimiter=sniffed.delimiter, strict=True))
    except csv.Error:
        return False
    return bool(rows) and len(rows[0]) == len(sniffed.header) > 1


def _quoting_reason(error: Exception, lines: _Lines) -> str:
    if len(lines.given) > 1 or "unexpected end" in str(error):
        return _("A quote opens on this line and is not closed on it.")
    if "field larger" in str(error):
        return _("A cell is longer than %(most)d characters.") % {"most": LONGEST_CELL}
    return _("There is text right after a closing quote on this line.")


def _bad(lines: _Lines, count: int, reason: str) -> BadRecord:
    raw = "".join(lines.given[:count]).rstrip("\r\n")[:LONGEST_RAW]
    shown = LONE_SURROGATE.sub("\ufffd", raw).replace(NUL, "\ufffd")
    return BadRecord(lines.first, lines.first + count - 1, shown, reason)
