"""Files of companies: each row fills a company or makes one, and its leads are scored anew."""

import pytest

from accounts.models import User
from leadhub import invariants, pipeline
from leads.models import Company, JournalEntry, Lead
from tests import factories
from tests.leads.importing.making import counts, reasons, run, upload

pytestmark = pytest.mark.django_db
FILE = (
    "Company Name,Company Domain Name,Industry,Number of Employees,Country,City\n"
    'Acme,https://www.acme.example/about,Software,"1,250",Germany,Berlin\n'
    "Bolt Works,,Retail,12,FR,Lyon\n"
)


def test_companies_are_made_and_again_are_unchanged(marketer: User) -> None:
    imported = run(upload(FILE, marketer))
    assert (imported.what, counts(imported)) == ("companies", (2, 0, 0, 0))
    acme = Company.objects.get(identity="domain:acme.example")
    assert (acme.name, acme.domain, acme.industry) == ("Acme", "acme.example", "Software")
    assert (acme.employees, acme.country, acme.attributes) == (1250, "DE", {"City": "Berlin"})
    assert Company.objects.filter(identity="name:bolt works").exists()
    assert counts(run(upload(FILE, marketer))) == (0, 0, 2, 0)


def test_the_company_of_a_lead_is_filled_and_its_leads_are_told(marketer: User) -> None:
    lead = factories.make_lead(email="ana@acme.example", company_name="ACME Inc")
    assert counts(run(upload(FILE, marketer))) == (1, 1, 0, 0)
    lead.refresh_from_db()
    assert lead.company is not None
    assert (lead.company.name, lead.company.employees) == ("Acme", 1250)
    told = JournalEntry.objects.get(kind="lead.imported")
    assert (told.lead_id, told.data["what"]) == (lead.pk, "companies")
    pipeline.drain()
    assert invariants.check() == []


def test_two_rows_of_one_company_are_one(marketer: User) -> None:
    text = "Company,Website,Industry\nAcme,acme.example,Retail\nAcme,acme.example,Energy\n"
    assert counts(run(upload(text, marketer))) == (1, 1, 0, 0)
    assert Company.objects.get().industry == "Energy"


def test_a_row_without_name_and_domain_is_rejected_and_wrong_values_are_left_out(
    marketer: User,
) -> None:
    text = (
        "Company,Domain,Employees,Country\n,,5,DE\nAcme,acme.example,many,Atlantis\n"
        "Mail,gmail.com,5,DE\n"
    )
    imported = run(upload(text, marketer))
    assert counts(imported) == (2, 0, 0, 1)
    assert reasons(imported) == [
        (2, "The row has neither a name nor a domain."),
        (
            3,
            "Employees was left out: “many” is not a whole number. "
            "Country was left out: Give the country as its two-letter code, such as DE.",
        ),
        (4, "Domain or website was left out: Anybody has mail at “gmail.com”."),
    ]
    assert Company.objects.filter(identity="name:mail").exists()
    assert not Lead.objects.exists()
