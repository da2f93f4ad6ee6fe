"""The queue as a page: claiming from it, losing, and hearing of changes without a reload."""

import json
import re

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Team, User
from handoff import claims
from handoff.models import Handoff
from leadhub import pipeline
from leads.models import LeadScore
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.moments import earlier, minutes

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def rep(client: Client, sdr: User) -> Client:
    client.force_login(sdr)
    return client


def claim(client: Client, handoff: Handoff, target: str = "") -> tuple[int, str, dict[str, str]]:
    headers = {**HTMX, "HX-Target": target or f"handoff-{handoff.pk}"}
    answer = client.post(reverse("handoff:claim", args=[handoff.public_id]), headers=headers)
    return answer.status_code, answer.content.decode(), json.loads(answer["HX-Trigger"])["toast"]


def marks(page: str) -> list[str]:
    return re.findall(r'name="row" value="([^"]+)"', page)


def hidden(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found
    return found[1]


def test_the_page_shows_lead_clock_reason_team_and_a_way_to_claim(
    rep: Client, handoff: Handoff
) -> None:
    page = rep.get(reverse("handoff:queue")).content.decode()
    for piece in ("Maya Alvarez", "Northwind", "Demo requested", "North", "sla-clock", ">Claim<"):
        assert piece in page
    assert f'hx-get="{reverse("handoff:why", args=[handoff.public_id])}"' in page


def test_what_made_it_cross_comes_when_it_is_asked_for(rep: Client, handoff: Handoff) -> None:
    address = reverse("handoff:why", args=[handoff.public_id])
    part = rep.get(address, headers=HTMX).content.decode()
    assert "when it crossed" in part and "Asked for a demo" in part
    assert "<html" not in part and "<html" in rep.get(address).content.decode()


def test_a_claim_swaps_the_row(rep: Client, handoff: Handoff) -> None:
    status, row, toast = claim(rep, handoff)
    assert status == 200
    assert f'id="handoff-{handoff.pk}"' in row
    assert "<b>You</b>" in row
    assert toast == {"text": "Yours: Maya Alvarez.", "tone": "ok"}


def test_who_loses_sees_who_was_faster(rep: Client, handoff: Handoff, team: Team) -> None:
    ana = factories.make_user(teams=[team], name="Ana Ruiz")
    claims.take(handoff, by=ana, at=clock.now())
    status, row, toast = claim(rep, handoff)
    assert status == 409
    assert "Ana Ruiz" in row
    assert ">Claim<" not in row
    assert toast == {"text": "Ana Ruiz was faster.", "tone": "bad"}


def test_without_scripts_a_claim_opens_the_lead(rep: Client, handoff: Handoff, sdr: User) -> None:
    answer = rep.post(reverse("handoff:claim", args=[handoff.public_id]))
    assert answer["Location"] == reverse("leads:lead", args=[handoff.lead.public_id])
    handoff.refresh_from_db()
    assert handoff.owner == sdr


def test_a_stranger_to_the_team_finds_no_handoff(
    client: Client, handoff: Handoff, outsider: User
) -> None:
    client.force_login(outsider)
    for name in ("handoff:claim", "handoff:release"):
        assert client.post(reverse(name, args=[handoff.public_id])).status_code == 404


def test_a_marketer_sees_the_queue_and_claims_nothing(
    client: Client, marketer: User, handoff: Handoff
) -> None:
    client.force_login(marketer)
    assert ">Claim<" not in client.get(reverse("handoff:queue")).content.decode()
    assert client.post(reverse("handoff:claim", args=[handoff.public_id])).status_code == 403


def test_a_poll_is_silent_while_nothing_changed(rep: Client, handoff: Handoff) -> None:
    page = rep.get(reverse("handoff:queue")).content.decode()
    asked = {"tag": hidden(page, "tag"), "seen": hidden(page, "seen"), "row": marks(page)}
    answer = rep.get(reverse("handoff:queue_poll"), asked, headers=HTMX)
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_poll_brings_changed_rows_figures_and_how_many_are_new(
    rep: Client, live_model: ModelVersion, team: Team
) -> None:
    first, second = factories.make_mql(first_name="Ada"), factories.make_mql(first_name="Bob")
    page = rep.get(reverse("handoff:queue")).content.decode()
    asked = {"tag": hidden(page, "tag"), "seen": hidden(page, "seen"), "row": marks(page)}
    claims.take(first, by=factories.make_user(teams=[team], name="Ana Ruiz"), at=clock.now())
    factories.make_mql(first_name="Zoe")
    answer = rep.get(reverse("handoff:queue_poll"), asked, headers=HTMX).content.decode()
    assert f'id="handoff-{first.pk}"' in answer
    assert f'id="handoff-{second.pk}"' not in answer
    assert "Zoe" not in answer
    assert "1 new" in answer
    assert "Ana Ruiz" in answer
    assert hidden(answer, "tag") != asked["tag"]


def test_a_poll_brings_a_shown_row_whose_score_alone_changed(rep: Client, handoff: Handoff) -> None:
    page = rep.get(reverse("handoff:queue")).content.decode()
    asked = {"tag": hidden(page, "tag"), "seen": hidden(page, "seen"), "row": marks(page)}
    LeadScore.objects.filter(lead=handoff.lead).update(total=97)
    answer = rep.get(reverse("handoff:queue_poll"), asked, headers=HTMX).content.decode()
    assert f'id="handoff-{handoff.pk}"' in answer and ">97<" in answer


def test_lead_text_stays_text(rep: Client, live_model: ModelVersion, team: Team) -> None:
    hostile = '<img src=x onerror="alert(1)"><div hx-get=/x hx-trigger=load>'
    handoff = factories.make_mql(first_name=hostile, company_name=hostile)
    for page in (
        rep.get(reverse("handoff:queue")).content.decode(),
        claim(rep, handoff)[1],
        rep.get(reverse("handoff:panel", args=[handoff.lead.public_id])).content.decode(),
        rep.get(reverse("handoff:touch", args=[handoff.lead.public_id])).content.decode(),
    ):
        assert "<img" not in page
        assert "<div hx-get=/x" not in page


def test_the_panel_claims_releases_and_tells_the_rest_of_the_page(
    rep: Client, handoff: Handoff, sdr: User
) -> None:
    status, panel, _toast = claim(rep, handoff, "handoff-panel")
    assert status == 200
    assert "Give back" in panel
    answer = rep.post(
        reverse("handoff:release", args=[handoff.public_id]), {"reason": "ill"},
        headers={**HTMX, "HX-Target": "handoff-panel"},
    )  # fmt: skip
    assert "leadChanged" in answer["HX-Trigger"]
    assert "Unclaimed" in answer.content.decode()
    again = rep.post(
        reverse("handoff:release", args=[handoff.public_id]),
        headers={**HTMX, "HX-Target": "handoff-panel"},
    )
    assert again.status_code == 409


def test_the_panel_says_state_deadline_rule_and_who_held_it(
    rep: Client, handoff: Handoff, sdr: User
) -> None:
    earlier(handoff, minutes(20))
    claims.take(handoff, by=sdr, at=clock.now())
    page = rep.get(reverse("handoff:panel", args=[handoff.lead.public_id])).content.decode()
    for piece in ("Claimed", "no rules yet", "UTC", "Whose hands held it", "Log a touch"):
        assert piece in page


def test_a_held_crossing_is_opened_from_the_panel(
    client: Client, manager: User, live_model: ModelVersion, team: Team
) -> None:
    lead = factories.make_lead(title="Chief Operating Officer")
    factories.make_event(lead, "demo_request")
    pipeline.engine.rescore([lead.pk], at=clock.now(), cause="publish", opens_handoffs=False)
    pipeline.drain()
    lead.handed_to.add(team)
    client.force_login(manager)
    panel = reverse("handoff:panel", args=[lead.public_id])
    assert "Open a handoff" in client.get(panel).content.decode()
    headers = {**HTMX, "HX-Target": "handoff-panel"}
    answer = client.post(reverse("handoff:open_held", args=[lead.public_id]), headers=headers)
    assert "is being opened" in answer.content.decode()
    pipeline.drain()
    assert Handoff.objects.get().lead == lead
    again = client.post(reverse("handoff:open_held", args=[lead.public_id]), headers=headers)
    assert again.status_code == 409


def touch(client: Client, handoff: Handoff, **values: str) -> tuple[int, str]:
    url = reverse("handoff:touch", args=[handoff.lead.public_id])
    answer = client.post(url, values, headers={**HTMX, "HX-Target": "drawer-body"})
    return answer.status_code, answer.content.decode()


def test_a_touch_is_logged_from_the_drawer(rep: Client, handoff: Handoff, sdr: User) -> None:
    assert touch(rep, handoff, kind="call", answer="no_answer", note="Mailbox") == (204, "")
    logged = handoff.touches.get()
    assert (logged.kind, logged.answer, logged.note, logged.by) == (
        "call", "no_answer", "Mailbox", sdr,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"kind": "call", "occurred_at": "2999-01-01T10:00"}, "still to come"),
        ({"kind": "call", "occurred_at": "1999-01-01T10:00"}, "more than a year ago"),
        ({"kind": "call", "occurred_at": "soon"}, "Write the time as day and hour"),
        ({"kind": "note", "note": " "}, "A note needs some words"),
        ({"kind": "pigeon", "note": "kept"}, "pigeon"),
    ],
)
def test_a_bad_touch_is_refused_in_words_and_keeps_what_was_typed(
    rep: Client, handoff: Handoff, values: dict[str, str], sentence: str
) -> None:
    status, page = touch(rep, handoff, **values)
    assert status == 422
    assert sentence in page
    assert values.get("note", "").strip() in page
    assert not handoff.touches.exists()


def test_notes_are_listed_and_marked_read(rep: Client, handoff: Handoff, sdr: User) -> None:
    url = reverse("handoff:notifications")
    page = rep.get(url).content.decode()
    assert "Maya Alvarez is in your queue." in page
    rep.post(url, {"upto": hidden(page, "upto")})
    assert not sdr.notifications.filter(read_at=None).exists()
    assert "Mark all as read" not in rep.get(url).content.decode()
