"""Real exports, read where LEADHUB_SAMPLES names their folder; they are not ours to ship."""

import os
from pathlib import Path

import pytest

from leads.importing.csv_lines import BadRecord, CsvRefused, Record, records, sniff_file

FOLDER = os.environ.get("LEADHUB_SAMPLES", "")
pytestmark = pytest.mark.skipif(not FOLDER, reason="LEADHUB_SAMPLES names no folder")


def counts(name: str) -> tuple[int, int, int]:
    """Columns, rows read and rows refused of a file; skips the test where the file is missing."""
    path = Path(FOLDER) / name
    if not path.exists():
        pytest.skip(f"{name} is not there")
    with path.open("rb") as file:
        sniffed = sniff_file(file)
        rows = list(records(file, sniffed))
    good = sum(isinstance(row, Record) for row in rows)
    return len(sniffed.header), good, sum(isinstance(row, BadRecord) for row in rows)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("x_education/Leads.csv", (37, 9240, 0)),
        ("x_education/variants/Leads_trailing_empty_column.csv", (38, 9240, 0)),
        ("x_education/variants/Leads_broken_quoting.csv", (37, 8902, 338)),
        ("hubspot/hubspot_contacts.csv", (20, 950, 0)),
        ("zoho/Leads.csv", (13, 3900, 0)),
        ("salesforce/salesforce_leads.csv", (17, 160, 0)),
        ("academyops/messy_leads.csv", (4, 215, 0)),
        ("dedupe/org_dedupe_true_ids.csv", (7, 3337, 0)),
        ("crm_fixtures/atomic_crm/contacts.csv", (24, 500, 0)),
        ("crm_fixtures/mautic/fakeleaddata.csv", (16, 54, 0)),
        ("crm_fixtures/orocrm/Contact_import_wrong_data.csv", (83, 0, 1)),
        ("crm_fixtures/segment_sftp/sftp-semicolon-delimiter.csv", (7, 5, 0)),
        ("crm_fixtures/segment_sftp/sftp-colon-delimiter.csv", (7, 5, 0)),
        ("crm_fixtures/segment_sftp/sftp-pipe-delimiter.csv", (7, 5, 0)),
        ("crm_fixtures/segment_sftp/sftp-tab-delimiter.csv", (7, 5, 0)),
        ("crm_fixtures/segment_sftp/sftp-empty-data.csv", (7, 0, 0)),
    ],
)
def test_an_export_gives_exactly_its_rows(name: str, expected: tuple[int, int, int]) -> None:
    assert counts(name) == expected


@pytest.mark.parametrize(
    "name",
    [
        "x_education/variants/Leads_is_html_page.csv",
    ],
)
def test_a_file_that_only_ends_in_csv_is_refused(name: str) -> None:
    with pytest.raises(CsvRefused):
        counts(name)
