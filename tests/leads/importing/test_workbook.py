"""Workbooks: read row by row like CSV, and refused before they unpack to more than we read."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter

from accounts.models import User
from leads.importing import workbook
from leads.importing.csv_lines import BadRecord, Record
from leads.importing.csv_sniff import CsvRefused, Sniffed
from leads.models import Lead
from tests.leads.importing.making import counts, run, upload

ROWS: list[list[Any]] = [
    ["Email", "Name", "Visits", "Rate", "Seen", "At", "Ok"],
    ["ana@acme.example", "Ana", 5, 0.1, date(2026, 3, 4), datetime(2026, 3, 4, 9, 30), True],  # noqa: DTZ001
    [],
    ["rui@acme.example", "Rüi, 日本", 12345678, 1e20, None, None, False],
]


def book(*sheets: list[list[Any]]) -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as made:
        day = made.add_format({"num_format": "yyyy-mm-dd"})
        moment = made.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for rows in sheets:
            sheet = made.add_worksheet()
            for y, row in enumerate(rows):
                for x, cell in enumerate(row):
                    _write(sheet, y, x, cell, day, moment)
    return file.getvalue()


def _write(sheet: Any, y: int, x: int, cell: Any, day: Any, moment: Any) -> None:
    if isinstance(cell, datetime):
        sheet.write_datetime(y, x, cell, moment)
    elif isinstance(cell, date):
        sheet.write_datetime(y, x, datetime(cell.year, cell.month, cell.day), day)  # noqa: DTZ001
    elif isinstance(cell, str):
        sheet.write_string(y, x, cell)
    else:
        sheet.write(y, x, cell)


def read(content: bytes) -> tuple[Sniffed, list[Record | BadRecord]]:
    sniffed, rows = workbook.open_sheet(io.BytesIO(content))
    return sniffed, list(rows)


def packed(**parts: bytes) -> bytes:
    """An archive whose parts are named like those of a workbook."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def test_cells_come_as_a_csv_file_would_hold_them() -> None:
    sniffed, rows = read(book(ROWS))
    assert sniffed.header == ROWS[0]
    assert [(row.line_number, row.cells) for row in rows if isinstance(row, Record)] == [
        (2, ["ana@acme.example", "Ana", "5", "0.1", "2026-03-04", "2026-03-04T09:30:00", "TRUE"]),
        (4, ["rui@acme.example", "Rüi, 日本", "12345678", "1e+20", "", "", "FALSE"]),
    ]


def test_a_row_wider_than_the_header_is_told_with_its_line() -> None:
    _sniffed, rows = read(book([["Email", "Name"], ["a@acme.example", "Ana", "x"]]))
    assert rows == [
        BadRecord(2, 2, "a@acme.example, Ana, x", "This line has 3 cells, but the header has 2.")
    ]


def test_the_first_sheet_with_rows_is_read_and_the_others_are_told() -> None:
    sniffed, _rows = read(book([], ROWS, [["Other"]]))
    assert sniffed.header == ROWS[0]
    assert sniffed.problems == ["Only the sheet “Sheet2” is read, not: Sheet1, Sheet3."]


@pytest.mark.django_db
def test_a_workbook_is_imported_like_a_csv_file(marketer: User) -> None:
    imported = run(upload(book(ROWS), marketer, "leads.xlsx"))
    assert (imported.encoding, counts(imported)) == ("xlsx", (2, 0, 0, 0))
    ana = Lead.objects.get(email="ana@acme.example")
    assert ana.attributes["visits"] == "5"
    assert counts(run(upload(book(ROWS), marketer, "leads.csv"))) == (0, 0, 2, 0)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (packed(hello_xml=b"<a/>"), "This is a ZIP archive and no workbook. Unpack it first."),
        (packed(xl__workbook_xml=b"<a/>"), "This workbook cannot be read."),
        (book(ROWS)[:-200], "This workbook cannot be read."),
        (book([], []), "The workbook has no sheet with rows."),
        (book([[f"c{n}" for n in range(5_000)]]), "The file has 5000 columns; at most 900"),
        (
            packed(xl__workbook_xml=b"<a/>", xl__worksheets__sheet1_xml=b" " * 50_000_000),
            "This workbook is too large to be read.",
        ),
        (
            packed(xl__workbook_xml=b"<a/>", xl__worksheets__sheet1_xml=b"<v>" + b"ab" * 900_000),
            "This workbook is too large to be read.",
        ),
        (
            packed(xl__workbook_xml=b"<a/>", xl__styles_xml=bytes(range(256)) * 40_000),
            "This workbook is too large to be read.",
        ),
    ],
)  # fmt: skip
def test_what_is_no_workbook_or_a_bomb_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(CsvRefused, match=said):
        read(content)


def test_an_entity_that_multiplies_itself_is_refused() -> None:
    lines = b"".join(b'<!ENTITY e%d "%s">' % (n, b"&e%d;" % (n - 1) * 10) for n in range(1, 9))
    xml = b'<!DOCTYPE a [<!ENTITY e0 "ha">' + lines + b"]><a>&e8;</a>"
    good = zipfile.ZipFile(io.BytesIO(book(ROWS)))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in good.infolist():
            is_sheet = part.filename.startswith("xl/worksheets/")
            archive.writestr(part, xml if is_sheet else good.read(part))
    with pytest.raises(CsvRefused, match=r"cannot be read|no sheet with rows"):
        read(file.getvalue())


def test_memory_does_not_grow_with_the_rows() -> None:
    def most(rows: int) -> int:
        content = book([["Email", "N"], *([f"p{n}@acme.example", n] for n in range(rows))])
        tracemalloc.start()
        for _row in workbook.open_sheet(io.BytesIO(content))[1]:
            pass
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    few, many = most(500), most(5_000)
    # Texts of a workbook stand in one table, which is held: about a hundred bytes each.
    assert many - few < 5_000 * 300
