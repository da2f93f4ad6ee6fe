"""Lists leave leadhub as CSV or workbook: no cell is a formula, and a file that came in comes out again."""

import csv
import io
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from accounts.models import User
from leads.exporting import tables, xlsx_export
from leads.exporting.csv_export import unguard
from leads.models import Lead
from tests import factories
from tests.leads.exporting.test_csv_export import FORMULAS
from tests.leads.importing.making import counts, run, upload

pytestmark = pytest.mark.django_db
# A column of each kind: known, special, of our own; cells that a careless export would change.
FILE: list[list[str]] = [
    ["Email", "First name", "Job title", "Country", "Lead source", "Postal code", "Note", "Seats"],
    ["ana@acme.example", "Ána", "CFO, EMEA", "DE", "Fair", "00652", "=1+1", "1,250"],
    ["rui@acme.example", "日本", "", "PT", "Web", "+351", 'He said "no"\nand left', "1e5"],
    ["eve@acme.example", "'tis", "-", "", "Web", "0x1A", "  spaced  out ", "TRUE"],
]


@pytest.fixture(autouse=True)
def uploads(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_storage, "base_location", str(tmp_path), raising=False)


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def as_text(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def got(web: Client, url: str) -> list[dict[str, str]]:
    answer = web.get(url)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def sheet(web: Client, url: str) -> list[list[Any]]:
    content = b"".join(web.get(url).streaming_content)  # type: ignore[attr-defined]
    book = load_workbook(io.BytesIO(content))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    return [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]


def test_an_export_gives_back_every_accepted_cell(web: Client, marketer: User) -> None:
    assert counts(run(upload(as_text(FILE), marketer), missing=[])) == (3, 0, 0, 0)
    rows = {row["E-mail"]: row for row in got(web, "/leads/export/")}
    names = dict(zip(FILE[0], FILE[0], strict=True)) | {"Email": "E-mail", "Lead source": "Source"}
    for line in FILE[1:]:
        for name, cell in zip(FILE[0], line, strict=True):
            assert unguard(rows[line[0]][names[name]]) == cell.strip(), name


def test_an_export_is_imported_again_unchanged(web: Client, marketer: User) -> None:
    run(upload(as_text(FILE), marketer), missing=[])
    text = b"".join(web.get("/leads/export/").streaming_content)  # type: ignore[attr-defined]
    # What leadhub says of a lead itself is no field to be kept.
    again = run(upload(text, marketer), missing=[])
    assert counts(again) == (0, 0, 3, 0)
    assert Lead.objects.count() == 3


def test_a_workbook_holds_texts_and_no_formula(web: Client, marketer: User) -> None:
    # Spreadsheets read the rest of a text behind these as they please, but never as a formula.
    odd = [text for text in FORMULAS if text.strip() == text and "\x00" not in text]
    for number, text in enumerate(odd):
        factories.make_lead(email=f"p{number}@acme.example", title=text)
    header, *rows = sheet(web, "/leads/export/?format=xlsx")
    titles = {row[header.index("Job title")] for row in rows}
    assert titles >= {"=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1+1"}


def test_a_list_too_long_for_a_workbook_is_told(
    web: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx_export, "MOST_ROWS", 1)
    factories.make_lead()
    factories.make_lead()
    answer = web.get("/leads/export/?format=xlsx", follow=True)
    assert "A workbook holds at most 1 rows. Export them as CSV." in answer.content.decode()


def test_what_leads_did_and_how_it_ended_can_be_exported_and_imported(
    web: Client, marketer: User
) -> None:
    factories.make_lead(email="ana@acme.example")
    deals = "Deal id,Deal stage,Close date,E-mail,Amount\n7,Won,2025-06-17,ana@acme.example,=12\n"
    run(upload(deals, marketer))
    events = "E-mail,Event,Time,Page,Seats\nana@acme.example,Webinar,2026-05-02 10:00,/w,5\n"
    run(upload(events, marketer))
    told = got(web, "/leads/export/?of=outcomes")[0]
    assert (told["Deal id"], told["Result"], told["Amount"]) == ("7", "Won", "'=12")
    assert told["Closed on"] == "2025-06-17T00:00:00+00:00"
    did = got(web, "/leads/export/?of=events")[0]
    assert (did["Kind"], did["Page"], did["Properties"]) == ("webinar", "/w", '{"Seats": "5"}')
    again = run(upload(as_text([list(told), list(told.values())]), marketer))
    assert (again.what, counts(again)) == ("deals", (0, 0, 1, 0))


def test_companies_are_exported_with_what_files_said_of_them(web: Client, marketer: User) -> None:
    text = "Company name,Website,Industry,Employees,City\nAcme,acme.example,=x,12,Rome\n"
    run(upload(text, marketer))
    row = got(web, "/leads/companies/export/")[0]
    shown = [row[name] for name in ("Name", "Domain", "Industry", "Employees", "City")]
    assert shown == ["Acme", "acme.example", "'=x", "12", "Rome"]
    assert sheet(web, "/leads/companies/export/?format=xlsx")[1][1:5] == [
        "Acme", "acme.example", "=x", 12,
    ]  # fmt: skip


def test_an_export_asks_as_much_for_many_leads_as_for_few(marketer: User) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as asked:
            for table in tables.OF_LEADS.values():
                leads = Lead.objects.select_related("score", "owner").order_by("pk")
                list(table(leads).rows)
        return len(asked)

    factories.make_event(factories.make_lead())
    few = questions()
    for _number in range(5):
        factories.make_event(factories.make_lead())
    assert questions() == few


def test_who_may_not_export_gets_no_companies(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    assert client.get("/leads/companies/export/").status_code == 403
    assert "Export all" not in client.get("/leads/companies/").content.decode()
