"""A list as a file that can be sent: CSV piece by piece, or a workbook."""

from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO

from leads.exporting import csv_export, xlsx_export
from leads.exporting.tables import Table
from leads.exporting.xlsx_export import TooManyRows

__all__ = ["CSV", "WORKBOOK", "TooManyRows", "as_csv", "as_workbook"]
CSV, WORKBOOK = "csv", "xlsx"


def as_csv(table: Table) -> Iterator[str]:
    """Memory does not grow with the number of rows."""
    return csv_export.stream_rows(table.header, table.rows)


def as_workbook(table: Table) -> IO[bytes]:
    """A file to be read from its beginning. Raises TooManyRows."""
    file = TemporaryFile()  # noqa: SIM115
    xlsx_export.write(file, table.header, table.rows)
    file.seek(0)
    return file
