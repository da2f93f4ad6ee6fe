"""What a CSV file is before it is read: its encoding, its delimiter, its header. Pure.

Files that are no CSV at all are refused with a sentence; smaller oddities are told and repaired.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

from django.utils.translation import gettext as _

from accounts.text import LONE_SURROGATE

HEAD_BYTES = 256 * 1024
CHUNK_BYTES = 1024 * 1024
DELIMITERS = ",;\t|"
# Taken only where no other fits: it stands in every time of day.
LAST_DELIMITER = ":"
TRIED_RECORDS = 30
# Every column is a field of the form that maps it, and a form may have 1,000.
MOST_COLUMNS = 900
LONGEST_NAME = 200

NUL = b"\x00"
UTF8_MARK = codecs.BOM_UTF8
UTF16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
NOT_ASCII = re.compile(r"[^\x00-\x7f]")
# The line by which some spreadsheets name the delimiter.
NAMED_DELIMITER = re.compile(r'"?sep=([,;|\t])"?\r?\n?')
INVISIBLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200d\u2060\ufeff]")


class CsvRefused(ValueError):
    """A file that is not read; the message is a sentence for the person who chose it."""


@dataclass(frozen=True)
class Sniffed:
    """How to read a file. `header_lines` is the number of physical lines up to the header's end."""

    encoding: str
    delimiter: str
    header: list[str]
    problems: list[str] = field(default_factory=list)
    header_lines: int = 1


def sniff(head: bytes) -> Sniffed:
    """Tell how to read a file from its first bytes (HEAD_BYTES of them are plenty).

    Raises CsvRefused for an empty file and for what is no CSV.
    """
    _refuse_other_kinds(head)
    return _sniffed(head, *_encoding([head]))


def sniff_file(file: BinaryIO) -> Sniffed:
    """The same for a whole file, whose every byte has a say in the encoding; rewinds it."""
    file.seek(0)
    head = file.read(HEAD_BYTES)
    _refuse_other_kinds(head)
    file.seek(0)
    chunks = iter(lambda: file.read(CHUNK_BYTES), b"")
    sniffed = _sniffed(head, *_encoding(chunks))
    file.seek(0)
    return sniffed


def _sniffed(head: bytes, encoding: str, strays: int) -> Sniffed:
    # surrogateescape: a stray byte further down is the affair of its line, not of the header.
    lines = io.StringIO(head.decode(encoding, "surrogateescape"), newline="").readlines()
    start = _first_text(lines, 0)
    named = NAMED_DELIMITER.fullmatch(lines[start])
    start = _first_text(lines, start + 1) if named else start
    delimiter = named[1] if named else _delimiter(lines[start:])
    names, taken = _header_record(lines[start:], delimiter)
    header, problems = usable(names)
    if strays:
        problems.append(_("Some text in this file is not UTF-8; its lines will be rejected."))
    return Sniffed(encoding, delimiter, header, problems, start + taken)


def _first_text(lines: list[str], start: int) -> int:
    for number in range(start, len(lines)):
        if lines[number].strip():
            return number
    raise CsvRefused(_("The file is empty."))


def _refuse_other_kinds(head: bytes) -> None:
    if head.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise CsvRefused(
            _(
                "This is an old Excel workbook, or one with a password. Save it as .xlsx or CSV without one."
            )
        )
    utf16 = head.startswith(UTF16_MARKS) or _looks_like_utf16(head)
    if head.startswith((b"%PDF", b"\x1f\x8b")) or (NUL in head and not utf16):
        raise CsvRefused(_("This is not a text file. Save the table as CSV and try again."))
    if utf16:
        raise CsvRefused(_("This file is in UTF-16. Save it as “CSV UTF-8” and try again."))
    start = head.removeprefix(UTF8_MARK).lstrip()[:1024].lower()
    if start.startswith((b"<!doctype", b"<html", b"<?xml")):
        raise CsvRefused(_("This is a web page and not a CSV file. Download the file itself."))


def _looks_like_utf16(head: bytes) -> bool:
    """Whether nearly every second byte is a NUL, as in plain text without a mark."""
    return any(head[side::2].count(0) > len(head[side::2]) * 0.4 for side in (0, 1))


def _encoding(chunks: Iterable[bytes]) -> tuple[str, int]:
    """The encoding that most text beyond ASCII agrees with, and how many bytes are not UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    beyond_ascii = strays = 0
    marked = None
    for chunk in chunks:
        marked = chunk.startswith(UTF8_MARK) if marked is None else marked
        text = decoder.decode(chunk)
        if not text.isascii():
            beyond_ascii += len(NOT_ASCII.findall(text))
            strays += len(LONE_SURROGATE.findall(text))
    if marked:
        return "utf-8-sig", strays
    return ("cp1252", 0) if strays > beyond_ascii - strays else ("utf-8", strays)


def _delimiter(lines: list[str]) -> str:
    """The delimiter by which most records have as many cells as the header; a comma if none does."""

    def agreement(delimiter: str) -> tuple[int, int]:
        widths = _widths(lines, delimiter)
        if not widths or widths[0] < 2:
            return 0, 0
        return widths.count(widths[0]), widths[0]

    best = max(DELIMITERS, key=agreement)
    alone = agreement(best) == (0, 0) and agreement(LAST_DELIMITER)[0] > 1
    return LAST_DELIMITER if alone else best


def _widths(lines: list[str], delimiter: str) -> list[int]:
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        return [len(cells) for cells in islice(reader, TRIED_RECORDS) if cells]
    except csv.Error:
        return []


def _header_record(lines: list[str], delimiter: str) -> tuple[list[str], int]:
    """The names in the header and how many physical lines it takes."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        names = next(reader, [])
    except csv.Error:
        raise CsvRefused(_("A quote in the header line is not closed properly.")) from None
    if len(names) > MOST_COLUMNS:
        reason = _("The file has %(columns)d columns; at most %(most)d can be read.")
        raise CsvRefused(reason % {"columns": len(names), "most": MOST_COLUMNS})
    return names, reader.line_num


def usable(names: list[str]) -> tuple[list[str], list[str]]:
    """Names that are all different and not empty, and what had to be changed."""
    header: list[str] = []
    problems: list[str] = []
    taken = {_plain(name).casefold() for name in names}
    seen: set[str] = set()
    for number, name in enumerate(map(_plain, names), start=1):
        used = name or _free(_("Column"), number, taken)
        if used.casefold() in seen:
            used = _free(name, 2, taken)
        if not name:
            told = _("Column %(number)d has no name and is called “%(used)s”.")
            problems.append(told % {"number": number, "used": used})
        elif used != name:
            told = _("“%(name)s” occurs twice; column %(number)d is called “%(used)s”.")
            problems.append(told % {"name": name, "number": number, "used": used})
        seen.add(used.casefold())
        taken.add(used.casefold())
        header.append(used)
    if len(header) == 1:
        problems.append(_("Only one column was found; is the delimiter a comma, semicolon or tab?"))
    return header, problems


def _plain(name: str) -> str:
    """A name in one line without what cannot be seen, and cut to a length that can be shown."""
    visible = INVISIBLE.sub("", " ".join(LONE_SURROGATE.sub("\ufffd", name).split()))
    return visible.strip()[:LONGEST_NAME]


def _free(name: str, number: int, taken: set[str]) -> str:
    while f"{name} {number}".casefold() in taken:
        number += 1
    return f"{name} {number}"
