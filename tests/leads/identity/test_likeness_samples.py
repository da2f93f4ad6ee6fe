"""The search for duplicates against sets whose truth is known: organisations with misspelt names and changed
numbers, people with typing errors, and rows that only look alike. The files are not part of the repository."""

import csv
import os
from pathlib import Path

import pytest

from leads.identity import profiles
from leads.models import Lead
from tests.leads.identity.measuring import measure

SAMPLES = Path(os.environ.get("LEADHUB_SAMPLES", "none"))
pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="LEADHUB_SAMPLES names no folder")
ROOT = Path(__file__).resolve().parents[3]


def rows(name: str) -> list[dict[str, str]]:
    with (SAMPLES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, skipinitialspace=True))


def organisations(some: list[dict[str, str]]) -> tuple[list[Lead], list[str]]:
    leads = [
        Lead(
            pk=number, company_name=" ".join(row["Site name"].split()), phone=row["Phone"],
            attributes={"address": row["Address"], "zip": row["Zip"]},
        )
        for number, row in enumerate(some, 1)
    ]  # fmt: skip
    return leads, [row["True Id"] for row in some]


def test_of_proposed_organisations_99_in_100_are_true_and_85_in_100_are_found() -> None:
    found = measure(*organisations(rows("dedupe/org_dedupe_true_ids.csv")))
    assert found.precision >= 0.99
    assert found.recall >= 0.85
    told = (ROOT / "docs" / "duplicates.md").read_text()
    assert f"{found.proposed:,}" in told
    assert f"{found.precision:.3f} | {found.recall:.3f}" in told


@pytest.mark.parametrize("half", [0, 1])
def test_half_of_the_organisations_say_the_same_as_the_other_half(half: int) -> None:
    some = rows("dedupe/org_dedupe_true_ids.csv")
    found = measure(*organisations([row for row in some if int(row["True Id"]) % 2 == half]))
    assert found.precision >= 0.985
    assert found.recall >= 0.84


def test_people_with_typing_errors_are_found() -> None:
    some = rows("dedupe/febrl_dataset1.csv")
    leads = [
        Lead(
            pk=number, first_name=row["given_name"], last_name=row["surname"],
            attributes={
                "street_number": row["street_number"], "address_1": row["address_1"],
                "zip": row["postcode"], "date_of_birth": row["date_of_birth"],
            },
        )
        for number, row in enumerate(some, 1)
    ]  # fmt: skip
    found = measure(leads, [row["rec_id"].split("-")[1] for row in some])
    assert found.precision >= 0.99
    told = (ROOT / "docs" / "duplicates.md").read_text()
    assert f"{found.precision:.3f} | {found.recall:.3f}" in told


def test_leads_that_only_share_their_answers_are_never_compared() -> None:
    """9,240 rows without a name or an address, of which 1,281 repeat another one in all they say."""
    some = rows("x_education/Leads.csv")
    assert len(some) == 9240
    leads = [
        Lead(pk=n, attributes={k.lower(): v for k, v in row.items()})
        for n, row in enumerate(some, 1)
    ]
    assert not any(profiles.keys(profiles.profile(lead)) for lead in leads)
