"""Writes workbooks in which every text is a text: no formula, no link."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import BinaryIO

import xlsxwriter
from django.utils.translation import gettext as _

# A workbook is made as a whole before it can be sent: this many rows take some seconds.
MOST_ROWS = 20_000
# What a cell of a spreadsheet can hold.
LONGEST_CELL = 32_767
# Numbers with more digits would be rounded.
EXACT = 10**15


class TooManyRows(ValueError):
    """For a workbook; the message is for the person who asked for it."""


def write(file: BinaryIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Writes the sheet, row by row. Raises TooManyRows."""
    options = {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        bold = book.add_format({"bold": True})
        for column, name in enumerate(header):
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(rows, 1):
            if number > MOST_ROWS:
                told = _("A workbook holds at most %(most)s rows. Export them as CSV.")
                raise TooManyRows(told % {"most": f"{MOST_ROWS:,}"})
            for column, value in enumerate(row):
                _write(sheet, number, column, value)


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: object) -> None:
    if value is None or value == "":
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and abs(value) < EXACT:
        sheet.write_number(row, column, value)
    else:
        text = value.isoformat() if isinstance(value, datetime) else str(value)
        sheet.write_string(row, column, text[:LONGEST_CELL])
