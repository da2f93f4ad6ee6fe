"""Reads the first sheet of an Excel workbook (.xlsx) row by row, as records like those of a CSV file.

A workbook is an archive of XML that a stranger packed: its sizes are looked at before anything is unpacked, and
memory stays the same however large it claims to be."""

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from accounts.text import flaw_of
from leads.importing.csv_lines import LONGEST_CELL, BadRecord, Record
from leads.importing.csv_sniff import MOST_COLUMNS, CsvRefused, Sniffed, usable

MARK = b"PK\x03\x04"
FORMAT = "xlsx"
MEGABYTE = 1024 * 1024
MOST_UNPACKED = 1024 * MEGABYTE
# Excel itself packs a sheet of nothing but zeros about eighty times smaller.
MOST_SHRUNK, SMALL = 150, 10 * MEGABYTE
MOST_SHARED, MOST_STRINGS = 48 * MEGABYTE, 1_000_000
# Styles, names of sheets and the like are held in memory as a whole.
MOST_OF_A_PART = 8 * MEGABYTE
# Excel's own limit; a row beyond it was not written by a spreadsheet.
MOST_ROWS = 1_048_576
MOST_CELLS = 50_000_000
LONGEST_TEXT = MEGABYTE
CHUNK = 256 * 1024
SHEETS, STRINGS = "xl/worksheets/", "xl/sharedStrings.xml"
DAMAGED = (
    zipfile.BadZipFile, zlib.error, ParseError, DefusedXmlException, InvalidFileException, KeyError, ValueError,
    TypeError, AttributeError, EOFError, OverflowError, IndexError, NotImplementedError,
)  # fmt: skip


def is_workbook(file: BinaryIO) -> bool:
    """Whether the file is a workbook or another ZIP archive; rewinds it."""
    file.seek(0)
    head = file.read(len(MARK))
    file.seek(0)
    return head == MARK


def open_sheet(file: BinaryIO) -> tuple[Sniffed, Iterator[Record | BadRecord]]:
    """How the first visible sheet with rows is read, and its rows. Raises CsvRefused, also from the rows."""
    try:
        _check(file)
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
    except CsvRefused:
        raise
    except DAMAGED as error:
        raise _damaged() from error
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    for sheet in shown:
        rows = _numbered(sheet)
        first = next(rows, None)
        if first is not None:
            number, cells = first
            header, problems = usable(_names(cells))
            problems += _others([s.title for s in shown if s is not sheet], sheet.title)
            sniffed = Sniffed(FORMAT, "", header, problems, number)
            return sniffed, (_record(number, row, len(header)) for number, row in rows)
    raise CsvRefused(_("The workbook has no sheet with rows."))


def _damaged() -> CsvRefused:
    return CsvRefused(
        _("This workbook cannot be read. Open it in a spreadsheet, save it again as .xlsx or CSV.")
    )


def _check(file: BinaryIO) -> None:
    """Refuses what is no workbook, and what would unpack to more than we read."""
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if not any(part.filename == "xl/workbook.xml" for part in parts):
            raise CsvRefused(_("This is a ZIP archive and no workbook. Unpack it first."))
        if any(part.flag_bits & 1 for part in parts):
            raise CsvRefused(_("The workbook has a password. Save it without one."))
        if len(parts) > 10_000 or any(_is_too_large(part) for part in parts):
            raise _too_large()
        if sum(part.file_size for part in parts) > MOST_UNPACKED:
            raise _too_large()
        for part in parts:
            if part.filename.startswith(SHEETS) or part.filename == STRINGS:
                _scan(archive, part)


def _too_large() -> CsvRefused:
    return CsvRefused(_("This workbook is too large to be read. Save the sheet as CSV."))


def _is_too_large(part: zipfile.ZipInfo) -> bool:
    if part.file_size > SMALL and part.file_size > MOST_SHRUNK * part.compress_size:
        return True
    if part.filename == STRINGS:
        return part.file_size > MOST_SHARED
    is_read_whole = part.filename.endswith((".xml", ".rels")) and not part.filename.startswith(
        (SHEETS, "xl/drawings/", "xl/charts/", "xl/pivot", "customXml/")
    )
    return is_read_whole and part.file_size > MOST_OF_A_PART


def _scan(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Refuses a part with a text that no cell can hold, or with more texts than we keep."""
    plain = strings = 0
    with archive.open(part) as stream:
        while chunk := stream.read(CHUNK):
            first, last = chunk.find(b"<"), chunk.rfind(b"<")
            plain = plain + len(chunk) if first < 0 else len(chunk) - last
            strings += chunk.count(b"<si>") + chunk.count(b"<si ")
            if plain > LONGEST_TEXT or strings > MOST_STRINGS:
                raise _too_large()


def _numbered(sheet: Any) -> Iterator[tuple[int, Sequence[Any]]]:
    """Rows that have something, with their numbers. What the sheet says of its own size is not believed."""
    sheet.reset_dimensions()
    budget = MOST_CELLS
    try:
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            budget -= len(cells) + 1
            if number > MOST_ROWS or budget < 0:
                raise _too_large()
            if any(cell is not None and cell != "" for cell in cells):
                yield number, cells
    except CsvRefused:
        raise
    except DAMAGED as error:
        raise _damaged() from error


def _names(cells: Sequence[Any]) -> list[str]:
    names = [as_text(cell) for cell in cells]
    while names and not names[-1].strip():
        names.pop()
    if len(names) > MOST_COLUMNS:
        reason = _("The file has %(columns)d columns; at most %(most)d can be read.")
        raise CsvRefused(reason % {"columns": len(names), "most": MOST_COLUMNS})
    return names


def _others(titles: Sequence[str], read: str) -> list[str]:
    if not titles:
        return []
    told = _("Only the sheet “%(read)s” is read, not: %(others)s.")
    return [told % {"read": read, "others": ", ".join(titles)[:400]}]


def _record(number: int, cells: Sequence[Any], width: int) -> Record | BadRecord:
    texts = [as_text(cell) for cell in cells]
    reason = _flaw(texts, width)
    if reason:
        raw = ", ".join(texts)[:10_000]
        shown = raw.encode("utf-8", "replace").decode().replace("\0", "\ufffd")
        return BadRecord(number, number, shown, reason)
    texts += [""] * (width - len(texts))
    return Record(number, number, texts[:width])


def _flaw(texts: Sequence[str], width: int) -> str | None:
    if any(texts[width:]):
        counts = {"cells": len(texts), "columns": width}
        return _("This line has %(cells)d cells, but the header has %(columns)d.") % counts
    if any(len(text) > LONGEST_CELL for text in texts):
        return _("A cell is longer than %(most)d characters.") % {"most": LONGEST_CELL}
    return next((flaw for text in texts if (flaw := flaw_of(text))), None)


def as_text(value: Any) -> str:
    """A cell as a CSV file would hold it: whole numbers without a point, days and moments as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        at_midnight = value.time() == time(0)
        return value.date().isoformat() if at_midnight else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return str(value)
