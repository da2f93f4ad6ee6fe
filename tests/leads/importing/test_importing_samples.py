"""Real exports imported twice, where LEADHUB_SAMPLES names their folder; they are not ours to ship."""

import os
from pathlib import Path

import pytest
from django.core.files import File

from accounts.models import User
from leadhub import invariants, pipeline
from leads.importing import staging
from leads.models import Import
from tests import factories
from tests.leads.importing.making import counts, run, work

FOLDER = os.environ.get("LEADHUB_SAMPLES", "")
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FOLDER, reason="LEADHUB_SAMPLES names no folder"),
]


def upload(name: str, by: User) -> Import:
    path = Path(FOLDER) / name
    if not path.exists():
        pytest.skip(f"{name} is not there")
    with path.open("rb") as file:
        imported = staging.upload(File(file, path.name), by=by, at=factories.now())
    work()
    imported.refresh_from_db()
    return imported


@pytest.mark.parametrize(
    ("name", "match_by", "first", "second"),
    [
        ("x_education/Leads.csv", "Prospect ID", (9240, 0, 0, 0), (0, 0, 9240, 0)),
        (
            "x_education/variants/Leads_trailing_empty_column.csv", "Prospect ID",
            (9240, 0, 0, 0), (0, 0, 9240, 0),
        ),
        (
            "x_education/variants/Leads_broken_quoting.csv", "Prospect ID",
            (8902, 0, 0, 338), (0, 0, 8902, 338),
        ),
        (
            "x_education/variants/Leads_xlsx_named_csv.csv", "Prospect ID",
            (9240, 0, 0, 0), (0, 0, 9240, 0),
        ),
        ("hubspot/hubspot_contacts.csv", "", (950, 0, 0, 0), (0, 0, 950, 0)),
        ("zoho/Leads.csv", "", (3900, 0, 0, 0), (0, 0, 3900, 0)),
        ("salesforce/salesforce_leads.csv", "", (160, 0, 0, 0), (0, 0, 160, 0)),
        ("crm_fixtures/atomic_crm/contacts.csv", "id", (500, 0, 0, 0), (0, 0, 500, 0)),
        ("crm_fixtures/segment_sftp/sftp-pipe-delimiter.csv", "", (5, 0, 0, 0), (0, 0, 5, 0)),
        ("crm_fixtures/segment_sftp/sftp-tab-delimiter.csv", "", (5, 0, 0, 0), (0, 0, 5, 0)),
        # No e-mail and no id: rows are recognised by their phone. 40 have none, 35 have none that is one; rows
        # of one phone say different things, so that the last one is written again.
        ("academyops/messy_leads.csv", "phone", (110, 30, 0, 75), (0, 60, 80, 75)),
        ("crm_fixtures/mautic/fakeleaddata.csv", "", (50, 0, 0, 4), (0, 0, 50, 4)),
    ],
)  # fmt: skip
def test_an_export_gives_its_leads_once(
    marketer: User,
    name: str,
    match_by: str,
    first: tuple[int, int, int, int],
    second: tuple[int, int, int, int],
) -> None:
    imported = run(upload(name, marketer))
    assert (imported.match_by, counts(imported)) == (match_by, first)
    assert counts(run(upload(name, marketer))) == second
    pipeline.drain()
    assert invariants.check() == []


@pytest.mark.parametrize(
    "name",
    [
        "x_education/variants/Leads_is_html_page.csv",
        "crm_fixtures/segment_sftp/sftp-empty-data.csv",
    ],
)
def test_a_file_without_leads_is_refused(marketer: User, name: str) -> None:
    assert upload(name, marketer).state == Import.State.REFUSED
