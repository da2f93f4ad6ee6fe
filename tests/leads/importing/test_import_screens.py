"""Importing as a marketer sees it: upload, match columns, follow, and read what became of the rows."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Team, User
from handoff.models import Handoff
from leadhub import pipeline
from leads.models import Crossing, Import, Lead
from scoring import starters
from scoring.models import ModelVersion
from tests import factories
from tests.leads.importing import samples
from tests.leads.importing.screens import address, answers, rows_of, run, upload, work

pytestmark = pytest.mark.django_db
CALLED = "Email,Job Title,Phone\nana@acme.example,Chief Financial Officer,+49 30 901820\n"


@pytest.fixture
def easy_model(db: None) -> ModelVersion:
    """A model whose MQL line a title alone crosses."""
    definition = starters.tiers()
    for band, start in zip(definition["bands"], (None, 5, 15, 75), strict=True):
        band["start"] = start
    return factories.publish_model(definition)


def test_a_file_is_matched_imported_and_counted(page: Client) -> None:
    imported = upload(page, samples.PLAIN)
    shown = page.get(address(imported)).content.decode()
    assert "ana@acme.example" in shown
    assert "Keep as a new field" in shown
    done = run(page, imported).content.decode()
    assert "2 created + 0 updated + 0 unchanged + 0 rejected = 2 rows." in done
    assert {lead.attributes["city"] for lead in Lead.objects.all()} == {"Lisbon", "Porto"}


def test_what_is_no_csv_is_refused_with_a_sentence(page: Client) -> None:
    imported = upload(page, samples.HTML_PAGE)
    assert imported.state == Import.State.REFUSED
    assert "This is a web page and not a CSV file." in page.get(address(imported)).content.decode()


def test_no_file_is_asked_for_again(page: Client) -> None:
    answer = page.post(reverse("leads:import_upload"))
    assert answer.status_code == 422
    assert "Choose a file." in answer.content.decode()


def test_wrong_answers_are_told_and_the_others_kept(page: Client) -> None:
    imported = upload(page, samples.PLAIN)
    wrong = answers(page, imported, column_1="email", source="", missing="n/a, nothing")
    answer = page.post(address(imported), wrong)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert set(form.errors) == {"column_1", "source"}
    assert 'value="n/a, nothing"' in answer.content.decode()
    assert form["column_1"].value() == "email"


def test_rows_cannot_be_recognised_by_an_email_that_no_column_becomes(page: Client) -> None:
    imported = upload(page, samples.PLAIN)
    answer = page.post(address(imported), answers(page, imported, column_0="keep"))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["match_by"]


def test_starting_twice_runs_once(page: Client) -> None:
    imported = upload(page, samples.PLAIN)
    sent = answers(page, imported)
    for _click in range(2):
        assert page.post(address(imported), sent).status_code == 302
    work()
    imported.refresh_from_db()
    assert (imported.created, imported.rows) == (2, 2)


def test_progress_is_a_part_that_asks_again_until_all_is_done(page: Client) -> None:
    imported = upload(page, samples.PLAIN)
    page.post(address(imported), answers(page, imported))
    head = {"HTTP_HX_REQUEST": "true"}
    where = address(imported, "leads:import_progress")
    running = page.get(where, **head).content.decode()
    assert "0 of 2 rows" in running
    assert "every 1s" in running
    work()
    done = page.get(where, **head).content.decode()
    assert "<html" not in done
    assert "2 created" in done
    assert "every 1s" not in done
    assert page.get(where).status_code == 302


def test_rejected_rows_come_back_with_line_and_reason(page: Client) -> None:
    imported = upload(page, samples.UNCLOSED_QUOTE + "=1+1,Eve,Paris\n")
    run(page, imported)
    header, *rows = rows_of(page.get(address(imported, "leads:import_rejected")))
    assert header == ["Email", "Name", "City", "Line in the file", "Why it was rejected"]
    assert [(row[0], row[3]) for row in rows] == [
        ('rui@acme.example,"Rui,Porto', "3"),
        ("'=1+1", "6"),
    ]


def test_a_corrected_file_of_rejected_rows_needs_no_new_answers(page: Client) -> None:
    imported = upload(page, "Email,City\nwrong,Rome\n")
    run(page, imported)
    text = b"".join(page.get(address(imported, "leads:import_rejected")).streaming_content)
    again = upload(page, text.replace(b"wrong", b"right@acme.example"))
    assert page.get(address(again)).context["form"].proposed.columns == [
        "email",
        "custom.city",
        "",
        "",
    ]


def test_what_was_left_out_is_told_in_a_file(page: Client) -> None:
    imported = upload(page, "Email,Country\nana@acme.example,Atlantis\n")
    assert "1 row was taken without one of its values" in run(page, imported).content.decode()
    found = rows_of(page.get(address(imported, "leads:import_rejected") + "?left_out=1"))
    assert found[1][2:] == [
        "2",
        "Country was left out: Give the country as its two-letter code, such as DE.",
    ]


def test_imported_history_calls_nobody_before_somebody_asks(
    page: Client, easy_model: ModelVersion, team: Team
) -> None:
    imported = upload(page, CALLED)
    shown = run(page, imported).content.decode()
    imported.refresh_from_db()
    assert (imported.would_cross, Handoff.objects.count()) == (1, 0)
    assert "1 of these leads stands in the MQL band; open a handoff for it?" in shown
    answer = page.post(address(imported, "leads:import_open_handoffs"), follow=True)
    assert "1 handoff opens now." in answer.content.decode()
    pipeline.drain()
    assert Handoff.objects.get().crossing.cause == Crossing.Cause.IMPORT
    assert "stands in the MQL band" not in page.get(address(imported)).content.decode()


def test_ticked_handoffs_open_at_once(page: Client, easy_model: ModelVersion, team: Team) -> None:
    imported = upload(page, CALLED)
    run(page, imported, opens_handoffs="on")
    assert Handoff.objects.count() == 1


def test_hostile_cells_are_shown_as_text(page: Client) -> None:
    nasty = '<script>alert(1)</script>,"<img src=x onerror=alert(1)>",{{ 7*7 }}\n'
    imported = upload(page, "Email,Name,City\n" + nasty, name="<b>x</b>.csv")
    shown = page.get(address(imported)).content.decode()
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "<b>x</b>" not in shown


def test_the_list_asks_as_much_for_many_imports_as_for_few(page: Client) -> None:
    def questions() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert page.get(reverse("leads:imports")).status_code == 200
        return len(asked)

    upload(page, samples.PLAIN)
    few = questions()
    for _number in range(35):
        upload(page, samples.HTML_PAGE)
    assert questions() == few
    older = page.get(reverse("leads:imports")).context["more"]
    assert len(page.get(reverse("leads:imports") + f"?before={older}").context["imports"]) == 6


def test_reps_may_not_import(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    assert client.get(reverse("leads:imports")).status_code == 403
