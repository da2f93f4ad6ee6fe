"""An uploaded file becomes staged lines, each with its row and its physical line; then the file is deleted.

A small file is staged at once, a large one by a worker; both in pieces, begun anew after a crash."""

import json
import logging
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import BinaryIO, cast

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import clock
from accounts.models import User
from leads.importing import leases, names, workbook
from leads.importing.csv_lines import BadRecord, CsvRefused, Record, records
from leads.importing.csv_sniff import INVISIBLE, Sniffed, sniff_file
from leads.importing.leases import LEASE
from leads.models import Import, ImportLine

log = logging.getLogger(__name__)
PIECE = 10_000
# So that a piece of a wide file ends before its lease.
PIECE_OF_CELLS = 300_000
# Read while the person waits, which takes a second or two: about 20,000 rows of CSV, 5,000 of a workbook.
AT_ONCE = 5 * 1024 * 1024
BOOK_AT_ONCE = 512 * 1024
LONGEST_NAME = 200
FOLDER = "imports"
# By the clock of the machine that keeps the files.
FORGOTTEN_AFTER = timedelta(hours=1)
Row = Record | BadRecord


def upload(file: File, *, by: User, at: datetime) -> Import:
    """Keeps the file under a random name and, if it is not large, stages it. A file that is no CSV gives an
    import in the state refused, with the reason."""
    is_book = workbook.is_workbook(cast(BinaryIO, file))
    is_large = (file.size or 0) > (BOOK_AT_ONCE if is_book else AT_ONCE)
    # First the file: no worker shall find half of it.
    stored_as = default_storage.save(f"{FOLDER}/{uuid.uuid4().hex}.csv", file)
    imported = Import.objects.create(
        file_name=_shown_name(file.name or ""), stored_as=stored_as, by=by, created_at=at,
        leased_until=None if is_large else clock.now() + LEASE,
    )  # fmt: skip
    if not is_large:
        stage(imported)
        imported.refresh_from_db()
    return imported


def _shown_name(name: str) -> str:
    plain = INVISIBLE.sub("", name.replace("\\", "/").rsplit("/", 1)[-1]).strip()
    return plain[-LONGEST_NAME:] or _("Unnamed file")


def stage(imported: Import) -> None:
    """Reads the file of a claimed import into lines. Raises LeaseLost if another worker took it over."""
    try:
        with default_storage.open(imported.stored_as, "rb") as stored:
            file = cast(BinaryIO, stored.file)
            sniffed, rows = _opened(file)
            count, empty = _copy_all(imported, rows, len(sniffed.header))
        _end_staged(imported, sniffed, count, empty)
    except CsvRefused as refused:
        _end_refused(imported, str(refused))
    except FileNotFoundError:
        _end_refused(imported, _("The uploaded file got lost. Please choose it again."))
    forget_file(imported)


def _opened(file: BinaryIO) -> tuple[Sniffed, Iterator[Row]]:
    if workbook.is_workbook(file):
        return workbook.open_sheet(file)
    sniffed = sniff_file(file)
    return sniffed, records(file, sniffed)


def _copy_all(imported: Import, rows: Iterator[Row], width: int) -> tuple[int, list[int]]:
    """Copies row by row what a crash before us may have begun; returns the number of rows, and the columns that
    have nothing in any of them."""
    imported.lines.all().delete()
    count = rejected = 0
    empty = set(range(width))
    while piece := list(islice(rows, max(1, min(PIECE, PIECE_OF_CELLS // width)))):
        with transaction.atomic():
            leases.hold(imported)
            _copy(imported, piece, first=count + 1)
            count += len(piece)
            rejected += sum(isinstance(row, BadRecord) for row in piece)
            empty -= {n for n in empty if any(_has(row, n) for row in piece)}
            until = clock.now() + LEASE
            leases.commit(imported, until=until, rows=count, rejected=rejected)
    if not count:
        raise CsvRefused(_("The file has a header and no rows."))
    return count, sorted(empty)


def _has(row: Row, column: int) -> bool:
    return isinstance(row, Record) and bool(row.cells[column].strip())


def _copy(imported: Import, piece: Sequence[Row], *, first: int) -> None:
    columns = "imported_id, row, line, cells, result, reason"
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY leads_importline ({columns}) FROM STDIN") as copy,
    ):
        for number, row in enumerate(piece, first):
            copy.write_row((imported.pk, number, row.line_number, *_staged(row)))


def _staged(row: Row) -> tuple[str, str, str]:
    """Cells, result and reason; a row that could not be read is rejected already."""
    if isinstance(row, BadRecord):
        return json.dumps([row.raw]), ImportLine.Result.REJECTED, row.reason
    return json.dumps(row.cells), "", ""


def _end_staged(imported: Import, sniffed: Sniffed, count: int, empty: list[int]) -> None:
    leases.commit(
        imported, until=None, state=Import.State.STAGED, rows=count, empty=empty,
        what=names.what_of(sniffed.header),
        encoding=sniffed.encoding, delimiter=sniffed.delimiter, header=sniffed.header,
        problem="\n".join(sniffed.problems),
    )  # fmt: skip


def _end_refused(imported: Import, reason: str) -> None:
    """No row of a refused file is kept: it may have broken off anywhere."""
    with transaction.atomic():
        leases.hold(imported)
        imported.lines.all().delete()
        state = Import.State.REFUSED
        leases.commit(imported, until=None, state=state, problem=reason, rows=0, rejected=0)


def forget_file(imported: Import) -> None:
    """Deletes the file: the lines are the truth now."""
    default_storage.delete(imported.stored_as)
    Import.objects.filter(pk=imported.pk).update(stored_as="")


def forget_files() -> None:
    """Deletes files that a crash left behind: of imports that are staged, and of none at all."""
    left = Import.objects.exclude(stored_as="").exclude(state=Import.State.UPLOADED)
    for imported in left:
        forget_file(imported)
    if not default_storage.exists(FOLDER):
        return
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        is_old = default_storage.get_modified_time(path) < timezone.now() - FORGOTTEN_AFTER
        if is_old and not Import.objects.filter(stored_as=path).exists():
            default_storage.delete(path)
