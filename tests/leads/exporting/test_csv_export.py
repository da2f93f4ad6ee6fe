import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.exporting.csv_export import safe_cell, stream_rows, unguard

FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "|calc",
    "\t=1",
    "\r=1",
    "\n=1",
    "\x00=1",
    "\ttext",
    "\x00",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(A1)",
    "  =1",
    "\xa0=1",
    '"=1',
    "'=1",
    "\ufeff=1",
    "\u200b=1",
    " \"'\u200b\ufeff=cmd|' /C calc'!A0",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_could_be_a_formula_is_guarded(text: str) -> None:
    assert safe_cell(text) == "'" + text
    assert unguard(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["", "Ana", "a=b", "'tis", "O'Neil", '"quoted"', " x", "1-2"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert safe_cell(text) == text
    assert unguard(text) == text


def test_values_that_are_no_text_need_no_guard() -> None:
    assert [safe_cell(value) for value in (-5, None, 0, date(2026, 12, 25))] == [
        "-5",
        "",
        "0",
        "2026-12-25",
    ]


@given(st.text(alphabet="='\"+-@ \t\n\ufeff\u200bab") | st.text())
def test_the_guard_comes_off_exactly(text: str) -> None:
    assert unguard(safe_cell(text)) == text


def test_an_export_read_again_gives_the_original() -> None:
    rows = [[text, "a,b", 'c"d', "e\nf"] for text in FORMULAS]
    text = "".join(stream_rows(["=Email", "B", "C", "D"], rows))
    assert text.startswith("\ufeff")
    header, *found = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    assert unguard(header[0]) == "=Email"
    assert [[unguard(cell) for cell in row] for row in found] == rows


def test_rows_are_written_one_by_one() -> None:
    taken = []

    def rows() -> list[str]:
        taken.append(1)
        return ["a"]

    pieces = stream_rows(["A"], (rows() for _row in range(3)))
    assert (next(pieces), next(pieces), taken) == ("\ufeff", "A\r\n", [])
    assert (next(pieces), taken) == ("a\r\n", [1])
