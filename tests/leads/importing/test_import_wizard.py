"""The choices on the way from a file to a run: what rows are, kept mappings, a try, undoing."""

import pytest
from django.test import Client

from leads.models import AttributeField, Lead
from tests import factories
from tests.leads.importing import samples
from tests.leads.importing.screens import address, answers, run, upload, work

pytestmark = pytest.mark.django_db


def test_another_kind_of_rows_can_be_chosen_and_says_what_it_needs(page: Client) -> None:
    imported = upload(page, samples.PLAIN)
    answer = page.get(address(imported) + "?what=events")
    assert answer.context["plan"].what == "events"
    sent = dict.fromkeys(("column_0", "column_1", "column_2"), "keep") | {
        "what": "events",
        "dates": "day",
    }
    refused = page.post(address(imported), sent)
    assert refused.status_code == 422
    shown = refused.content.decode()
    assert "No column says whose the rows are." in shown
    assert "No column says when it happened." in shown
    assert page.get(address(imported) + "?what=nonsense").context["plan"].what == "leads"


def test_an_export_is_known_by_its_columns(page: Client) -> None:
    imported = upload(
        page,
        "Deal Name,Deal Stage,Close Date,Pipeline,Associated Contact Email\na,Closed Won,2025-01-01,x,a@b.example\n",
    )
    answer = page.get(address(imported))
    assert "HubSpot export" in answer.content.decode()
    assert answer.context["plan"].what == "deals"


def test_a_mapping_is_kept_under_a_name_and_used_for_other_columns(page: Client) -> None:
    first = upload(page, "Mail address,Town,E-mail 2\nana@acme.example,Rome,x\n")
    over = {"column_0": "email", "column_1": "keep", "column_2": "", "keep_as": "Fair"}
    run(page, first, **over)
    other = upload(page, "Town,Mail address,Seats\nOslo,rui@acme.example,5\n")
    assert page.get(address(other)).context["plan"].columns[1] == "keep"
    plan = page.get(address(other) + "?kept=Fair").context["plan"]
    assert plan.columns == ["custom.town", "email", "keep"]


def test_a_try_says_what_each_row_would_do_and_changes_nothing(page: Client) -> None:
    factories.make_lead(email="ana@acme.example")
    text = "Email,City\nana@acme.example,Rome\nrui@acme.example,Oslo\nRUI@acme.example,Oslo\nwrong,Rome\n"
    imported = upload(page, text)
    assert page.post(address(imported), answers(page, imported, **{"try": "1"})).status_code == 302
    assert "The rows are being tried" in page.get(address(imported)).content.decode()
    work()
    tried = page.get(address(imported)).context["tried"]
    counted = {
        key: tried[key] for key in ("created", "updated", "unchanged", "repeated", "rejected")
    }
    assert counted == {"created": 1, "updated": 1, "unchanged": 0, "repeated": 1, "rejected": 1}
    assert tried["reasons"] == [("“wrong” is not an e-mail address.", 1)]
    assert (Lead.objects.count(), AttributeField.objects.count()) == (1, 0)
    done = run(page, imported)
    assert "1 created + 1 updated + 1 unchanged + 1 rejected = 4 rows." in done.content.decode()


def test_an_import_is_undone_after_a_look(page: Client) -> None:
    imported = upload(page, samples.PLAIN)
    assert "See what can be undone" in run(page, imported).content.decode()
    where = address(imported, "leads:import_undo")
    page.post(where)
    work()
    assert "What undoing would do" in page.get(address(imported)).content.decode()
    page.post(where, {"do": "1"})
    assert "The import is being undone" in page.get(address(imported)).content.decode()
    work()
    assert "This import was undone." in page.get(address(imported)).content.decode()
    assert not Lead.objects.exists()
    assert page.post(where, follow=True).context["undone"]["removed"] == 2
