"""What LibreOffice makes of our files: texts, and no formula. Runs where it is installed."""

import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from leads.exporting import csv_export, xlsx_export
from tests.leads.exporting.test_csv_export import FORMULAS

OFFICE = shutil.which("soffice")
pytestmark = pytest.mark.skipif(OFFICE is None, reason="LibreOffice is not installed")
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
DANGEROUS = [
    *FORMULAS,
    '=HYPERLINK("https://evil.example","Pay")',
    "=cmd|' /C calc'!A0",
    "+cmd|'x'!A1",
]
# No workbook can hold this sign.
ROWS = [[text.replace("\x00", ""), "beside"] for text in DANGEROUS]


def cells_of(file: Path, *options: str) -> list[dict[str, str]]:
    """The cells of a file as LibreOffice opens it: their attributes, of all rows."""
    profile = f"-env:UserInstallation={(file.parent / 'profile').as_uri()}"
    subprocess.run(
        [
            str(OFFICE), profile, "--headless", *options, "--convert-to", "fods", "--outdir",
            str(file.parent), str(file),
        ],
        check=True, capture_output=True, timeout=180,
    )  # fmt: skip
    found = ElementTree.parse(file.with_suffix(".fods"))
    return [cell.attrib for cell in found.iter(f"{TABLE}table-cell") if len(cell)]


def hold_only_texts(cells: list[dict[str, str]]) -> bool:
    return all(
        f"{TABLE}formula" not in cell
        and {value for name, value in cell.items() if name.endswith("value-type")} == {"string"}
        for cell in cells
    )


def test_it_computes_nothing_in_a_csv_file(tmp_path: Path) -> None:
    file = tmp_path / "leads.csv"
    file.write_text("".join(csv_export.stream_rows(["Name", "Source"], ROWS)), newline="")
    # Comma, double quote, UTF-8; formulas are evaluated if there are any.
    cells = cells_of(file, "--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1,true")
    assert len(cells) >= 2 * len(ROWS) and hold_only_texts(cells)


def test_it_computes_nothing_in_a_workbook(tmp_path: Path) -> None:
    file = tmp_path / "leads.xlsx"
    with file.open("wb") as out:
        xlsx_export.write(out, ["Name", "Source"], ROWS)
    cells = cells_of(file)
    assert len(cells) >= 2 * len(ROWS) and hold_only_texts(cells)


def test_the_check_finds_a_formula_where_there_is_one(tmp_path: Path) -> None:
    file = tmp_path / "bad.csv"
    file.write_text("Name\n=1+1\n")
    cells = cells_of(file, "--infilter=CSV:44,34,76,1,,0,false,true,false,false,false,-1,true")
    assert not hold_only_texts(cells)
