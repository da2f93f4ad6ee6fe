import csv
import io
import itertools
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.importing.csv_lines import (
    LONGEST_CELL,
    LONGEST_LINE,
    BadRecord,
    Record,
    Sniffed,
    records,
    sniff,
)
from tests.leads.importing import samples


def read(text: str | bytes) -> list[Record | BadRecord]:
    raw = text if isinstance(text, bytes) else text.encode()
    return list(records(io.BytesIO(raw), sniff(raw)))


def good(text: str | bytes) -> list[list[str]]:
    return [row.cells for row in read(text) if isinstance(row, Record)]


def bad(text: str | bytes) -> list[tuple[int, str]]:
    return [(row.line_number, row.reason) for row in read(text) if isinstance(row, BadRecord)]


def test_rows_come_with_their_line() -> None:
    assert read(samples.PLAIN) == [
        Record(2, 2, ["ana@acme.example", "Ana", "Lisbon"]),
        Record(3, 3, ["rui@acme.example", "Rui", "Porto"]),
    ]


def test_a_path_is_read_like_a_file(tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_bytes(samples.PLAIN.encode())
    sniffed = sniff(path.read_bytes())
    assert list(records(path, sniffed)) == list(records(str(path), sniffed)) == read(samples.PLAIN)


def test_the_file_stays_open_for_its_owner() -> None:
    file = io.BytesIO(samples.PLAIN.encode())
    next(records(file, sniff(samples.PLAIN.encode())))
    list(records(file, sniff(samples.PLAIN.encode())))
    assert not file.closed


def test_empty_cells_are_kept_and_a_trailing_empty_column_does_no_harm() -> None:
    assert len(good(samples.WIDE)) == 3
    assert bad(samples.TRAILING_EMPTY_COLUMN) == []
    with_column = [[*cells, ""] for cells in good(samples.WIDE)]
    assert good(samples.TRAILING_EMPTY_COLUMN) == with_column


def test_a_line_quoted_as_a_whole_is_told_and_not_imported() -> None:
    assert [cells[1] for cells in good(samples.WHOLE_LINE_QUOTED)] == ["Ana", "Ines"]
    assert [(line, "whole line" in why) for line, why in bad(samples.WHOLE_LINE_QUOTED)] == [
        (3, True)
    ]


def test_cells_over_several_lines_are_read_whole() -> None:
    rows = read(samples.MULTI_LINE)
    assert [(row.line_number, row.end_line) for row in rows] == [(2, 4), (5, 5)]
    assert good(samples.MULTI_LINE)[0][1] == "first line\n\nthird, with comma"


def test_an_unclosed_quote_costs_its_own_line_only() -> None:
    assert [cells[1] for cells in good(samples.UNCLOSED_QUOTE)] == ["Ana", "Ines", "Otto, Out"]
    assert bad(samples.UNCLOSED_QUOTE) == [
        (3, "A quote opens on this line and is not closed on it.")
    ]


@pytest.mark.parametrize("following", [0, 1, 50, 98, 99, 100, 101, 250])
def test_an_unclosed_quote_swallows_no_row_however_many_follow(following: int) -> None:
    text = 'Email,Name\nrui,"Rui\n' + "".join(f"{n},Ana\n" for n in range(following))
    assert [cells[0] for cells in good(text)] == [str(n) for n in range(following)]
    assert [line for line, _why in bad(text)] == [2]


def test_an_unclosed_quote_that_a_later_row_happens_to_close_swallows_nothing() -> None:
    text = 'Email,Name,City\nrui,"Rui,Porto\nana,Ana,Lisbon\nines,Ines,"Faro\notto,Otto,Braga\n'
    assert [cells[0] for cells in good(text)] == ["ana", "otto"]
    assert [line for line, _why in bad(text)] == [2, 4]


def test_a_hundred_lines_make_the_longest_cell() -> None:
    longest = "\n".join("x" for _line in range(100))
    assert good(f'Email,Note\na,"{longest}"\n') == [["a", longest]]
    assert bad(f'Email,Note\na,"{longest}\nx"\n')[0][0] == 2


def test_text_after_a_closing_quote_is_told() -> None:
    text = 'Email,Name\nana,"Ana" Rep\nrui,Rui "R" Rep\n'
    assert bad(text) == [(2, "There is text right after a closing quote on this line.")]
    assert good(text) == [["rui", 'Rui "R" Rep']]


def test_ragged_rows_are_told_but_for_empty_cells_at_the_end() -> None:
    assert good(samples.RAGGED) == [
        ["ines@acme.example", "Ines", "Faro"],
        ["otto@acme.example", "Otto", "Braga"],
    ]
    assert bad(samples.RAGGED) == [
        (2, "This line has only 2 cells, but the header has 3."),
        (3, "This line has 4 cells, but the header has 3."),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_way_to_end_a_line_counts_the_same(end: str) -> None:
    rows = read(samples.MULTI_LINE.replace("\n", end))
    assert [(row.line_number, row.end_line) for row in rows] == [(2, 4), (5, 5)]


def test_marks_that_only_some_programs_take_for_line_ends_are_text() -> None:
    assert good("Email,Name\nana,A\u2028n\x0ba\x85\n") == [["ana", "A\u2028n\x0ba\x85"]]


def test_windows_text_is_read() -> None:
    rows = good(samples.SEMICOLONS.encode("cp1252"))
    assert [cells[1] for cells in rows] == ["Jörg Müller", "Zoë"]


def test_a_line_in_another_encoding_is_told_and_its_neighbours_are_kept() -> None:
    raw = "Name,City\nZoë,Köln\n".encode() + b"J\xf6rg,Bonn\n" + "Ana,Łódź\n".encode()
    rows = read(raw)
    assert good(raw) == [["Zoë", "Köln"], ["Ana", "Łódź"]]
    assert isinstance(rows[1], BadRecord)
    assert (rows[1].line_number, rows[1].raw) == (3, "J\ufffdrg,Bonn")
    assert "not UTF-8" in rows[1].reason


def test_a_byte_that_windows_does_not_know_is_told() -> None:
    raw = b"Name,City\nJ\xf6rg,K\xf6ln\nx\x81,Bonn\n"
    assert bad(raw) == [(3, "This line contains bytes that are not Windows-1252.")]


def test_a_nul_further_down_is_told() -> None:
    raw = samples.PLAIN.encode() + b"x\x00,y,z\n" + b"a,b,c\n"
    rows = list(records(io.BytesIO(raw), sniff(samples.PLAIN.encode())))
    assert isinstance(rows[2], BadRecord)
    assert (rows[2].line_number, rows[2].raw) == (4, "x\ufffd,y,z")
    assert isinstance(rows[3], Record)


@pytest.mark.parametrize("length", [LONGEST_CELL + 1, 140_000, LONGEST_LINE + 5])
@pytest.mark.parametrize("quote", ["", '"'])
def test_a_cell_too_long_is_told_and_the_next_line_read(length: int, quote: str) -> None:
    refused, kept = read(f"Email,Name\na,{quote}{'x' * length}{quote}\nb,B\n")
    assert kept == Record(3, 3, ["b", "B"])
    assert isinstance(refused, BadRecord)
    assert (refused.line_number, len(refused.raw)) == (2, 10_000)


def test_the_longest_cell_is_read() -> None:
    assert good(f"Email,Name\na,{'x' * LONGEST_CELL}\n") == [["a", "x" * LONGEST_CELL]]


class Endless(io.RawIOBase):
    """A large file that is never in memory as a whole."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self.pieces = pieces

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        return 0

    def tell(self) -> int:
        return 0

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        piece = next(self.pieces, b"")
        buffer[: len(piece)] = piece
        return len(piece)


def test_memory_stays_flat_over_many_rows() -> None:
    block = b"".join(b"%d@acme.example,Ana,Lisbon\n" % number for number in range(200))
    pieces = itertools.chain([b"Email,Name,City\n"], itertools.repeat(block, 500))
    sniffed = Sniffed("utf-8", ",", ["Email", "Name", "City"])
    file = io.BufferedReader(Endless(pieces), buffer_size=16 * 1024)  # type: ignore[type-var]
    tracemalloc.start()
    assert sum(isinstance(row, Record) for row in records(file, sniffed)) == 100_000
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)


@given(
    st.lists(st.tuples(cells, cells, cells), max_size=8),
    st.booleans(),
)
def test_whatever_a_csv_writer_wrote_is_read_back(
    rows: list[tuple[str, str, str]], all_quoted: bool
) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written, quoting=csv.QUOTE_ALL) if all_quoted else csv.writer(written)
    writer.writerows([("A", "B", "C"), *rows])
    raw = written.getvalue().encode()
    found = list(records(io.BytesIO(raw), Sniffed("utf-8", ",", ["A", "B", "C"])))
    assert [row.cells for row in found if isinstance(row, Record)] == [
        list(row) for row in rows if any(cell.strip() for cell in row)
    ]
    assert len(found) == len([row for row in rows if any(cell.strip() for cell in row)])


@given(st.text(alphabet='ab,"\n\r é\x00', max_size=60))
def test_every_line_that_is_not_blank_is_in_exactly_one_row(text: str) -> None:
    raw = ("A,B\n" + text).encode()
    lines = io.StringIO(raw.decode(), newline="").readlines()
    found = list(records(io.BytesIO(raw), Sniffed("utf-8", ",", ["A", "B"])))
    told = [n for row in found for n in range(row.line_number, row.end_line + 1)]
    assert told == sorted(set(told))
    silent = {n: line for n, line in enumerate(lines, start=1) if n > 1 and n not in told}
    assert all(not line.strip(' \r\n,"') for line in silent.values()), silent
