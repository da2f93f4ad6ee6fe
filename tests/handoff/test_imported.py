"""Touches that come with a file: written down with the time they had, once, by those who may."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import Role, Team, User
from handoff import touches
from handoff.models import Channel, Handoff, OutgoingEvent, SlaEvent, Touch
from leadhub import invariants, pipeline
from leads.importing import undoing
from leads.models import Import, JournalEntry, What
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.moments import clock_of, earlier, minutes, ring_all
from tests.leads.importing import screens
from tests.leads.importing.making import counts, reasons, run, upload

pytestmark = pytest.mark.django_db

HEAD = "Email,Kind,Outcome,User email,When,Note\n"


@pytest.fixture(autouse=True)
def uploads(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(default_storage, "base_location", str(tmp_path), raising=False)


@pytest.fixture
def maya(live_model: ModelVersion, team: Team) -> Handoff:
    return factories.make_mql(email="maya@firm.example")


def row(
    by: User, *, ago: float = 10, kind: str = "Call", answer: str = "Reached", note: str = ""
) -> str:
    when = (factories.now() - minutes(ago)).isoformat(timespec="seconds")
    return f"maya@firm.example,{kind},{answer},{by.email},{when},{note}\n"


def test_a_file_says_who_called_when_and_how_it_went(
    maya: Handoff, manager: User, sdr: User
) -> None:
    earlier(maya, minutes(30))
    imported = run(upload(HEAD + row(sdr, note="Asked for a demo"), manager))
    assert (imported.what, counts(imported)) == (What.TOUCHES, (1, 0, 0, 0))
    touch = Touch.objects.get()
    assert (touch.kind, touch.answer, touch.note) == ("call", "reached", "Asked for a demo")
    assert (touch.by, touch.handoff, touch.lead) == (sdr, maya, maya.lead)
    assert touch.occurred_at < touch.recorded_at - minutes(9)
    told = JournalEntry.objects.get(kind="handoff.touched")
    assert (told.at, told.data["import"]) == (touch.occurred_at, imported.pk)


def test_late_evidence_annuls_a_breach_and_deletes_none(
    maya: Handoff, manager: User, sdr: User
) -> None:
    earlier(maya, minutes(300))
    ring_all()
    assert clock_of(maya, "first_touch").state == "breached"
    run(upload(HEAD + row(sdr, ago=200), manager))
    clock = clock_of(maya, "first_touch")
    assert (clock.state, clock.closed_at) == ("met", Touch.objects.get().occurred_at)
    told = SlaEvent.objects.filter(timer=clock).order_by("id").values_list("kind", flat=True)
    assert [kind for kind in told if kind in ("breach", "annulled")] == ["breach", "annulled"]
    assert invariants.check() == []


def test_fed_twice_it_is_there_once(maya: Handoff, manager: User, sdr: User) -> None:
    call = row(sdr)
    text = HEAD + call + call + row(sdr, kind="E-mail", answer="")
    assert counts(run(upload(text, manager))) == (2, 0, 1, 0)
    assert counts(run(upload(text, manager))) == (0, 0, 3, 0)
    other = factories.make_user(Role.SDR)
    assert counts(run(upload(text.replace(sdr.email, other.email), manager))) == (2, 0, 1, 0)


def test_what_cannot_be_a_touch_is_rejected_with_line_and_reason(
    maya: Handoff, manager: User, sdr: User
) -> None:
    when = "2026-01-05 10:00"
    text = HEAD + (
        f"nobody@firm.example,Call,,{sdr.email},{when},\n"
        f"maya@firm.example,Fax,,{sdr.email},{when},\n"
        f"maya@firm.example,Call,,who@team.example,{when},\n"
        f"maya@firm.example,Call,,,{when},\n"
        f"maya@firm.example,Call,,{sdr.email},2999-01-01,\n"
        f"maya@firm.example,Call,,{sdr.email},,\n"
        f"maya@firm.example,Note,,{sdr.email},{when},\n"
        f"maya@firm.example,Call,Shouted,{sdr.email},{when},\n"
    )
    imported = run(upload(text, manager))
    assert counts(imported) == (1, 0, 0, 7)
    assert reasons(imported) == [
        (2, "No lead has the e-mail “nobody@firm.example”."),
        (3, "“Fax” is no call, e-mail, meeting or note."),
        (4, "Nobody here has the e-mail “who@team.example”."),
        (5, "The row does not say which colleague it was."),
        (6, "“2999-01-01” lies in the future."),
        (7, "The row does not say when it happened."),
        (8, "A note needs some words."),
        (
            9,
            "How it went was left out: “Shouted” says neither reached, no answer nor left a message.",
        ),
    ]


def test_a_manager_brings_touches_of_the_own_teams_alone(maya: Handoff, sdr: User) -> None:
    stranger = factories.make_user(Role.MANAGER, teams=[factories.make_team("South")])
    imported = run(upload(HEAD + row(sdr), stranger))
    assert reasons(imported) == [(2, "No lead has the e-mail “maya@firm.example”.")]
    assert not Touch.objects.exists()


def test_a_file_is_history_and_no_news_for_other_systems(
    maya: Handoff, manager: User, sdr: User
) -> None:
    Channel.objects.create(
        name="CRM", kind="webhook", kinds=["handoff.touched"], created_at=factories.now()
    )
    earlier(maya, minutes(30))
    run(upload(HEAD + row(sdr), manager))
    pipeline.drain()
    assert not OutgoingEvent.objects.exists()
    touches.log(maya.lead, kind="call", by=sdr, at=factories.now())
    pipeline.drain()
    assert OutgoingEvent.objects.get().kind == "handoff.touched"


def test_touches_stay_since_verdicts_rest_on_them(maya: Handoff, manager: User, sdr: User) -> None:
    imported = run(upload(HEAD + row(sdr), manager))
    assert not undoing.is_possible(imported) and not undoing.weigh(imported)


def test_statements_grow_with_new_touches_and_not_with_known_ones(
    maya: Handoff, manager: User, sdr: User, django_assert_max_num_queries: Any
) -> None:
    text = HEAD + "".join(row(sdr, ago=n) for n in range(1, 31))
    run(upload(text, manager))
    again = upload(text, manager)
    with django_assert_max_num_queries(40):
        assert counts(run(again)) == (0, 0, 30, 0)


@pytest.fixture
def page(client: Client, manager: User) -> Iterator[Client]:
    client.force_login(manager)
    yield client


def test_the_wizard_of_a_manager_offers_touches_tries_them_and_gives_back_what_was_rejected(
    page: Client, maya: Handoff, sdr: User
) -> None:
    text = HEAD + row(sdr) + "maya@firm.example,Fax,,x,2026-01-05,\n"
    imported = screens.upload(page, text)
    shown = page.get(screens.address(imported)).content.decode()
    assert "?what=touches" in shown and "?what=leads" not in shown
    page.post(screens.address(imported), screens.answers(page, imported) | {"try": "1"})
    screens.work()
    tried = page.get(screens.address(imported)).content.decode()
    assert "would be created" in tried and "line 3" in tried and "no call, e-mail" in tried
    assert not Touch.objects.exists()
    done = screens.run(page, imported).content.decode()
    assert "1 created + 0 updated + 0 unchanged + 1 rejected = 2 rows." in done
    assert "See what can be undone" not in done
    file = screens.rows_of(page.get(screens.address(imported, "leads:import_rejected")))
    assert file[1][-2:] == ["3", "“Fax” is no call, e-mail, meeting or note."]


def test_a_manager_imports_nothing_else_and_sees_nobody_elses(
    page: Client, marketer: User, maya: Handoff, manager: User
) -> None:
    theirs = upload("Email,First name\nana@acme.example,Ana\n", marketer)
    assert page.get(screens.address(theirs)).status_code == 404
    own = screens.upload(page, "Email,First name\nana@acme.example,Ana\n")
    asked = {"what": "leads", "column_0": "email", "column_1": "first_name"}
    answer = page.post(screens.address(own), asked)
    assert answer.status_code == 422 and answer.context["plan"].what == What.TOUCHES
    assert "No column says when it happened." in answer.content.decode()
    assert [one.pk for one in page.get("/leads/imports/").context["imports"]] == [own.pk]


def test_a_marketer_brings_no_touches(
    client: Client, marketer: User, maya: Handoff, sdr: User
) -> None:
    client.force_login(marketer)
    imported = screens.upload(client, HEAD + row(sdr))
    assert Import.objects.get().what == What.TOUCHES
    shown = client.get(screens.address(imported))
    assert (
        shown.context["plan"].what == What.LEADS and "?what=touches" not in shown.content.decode()
    )
