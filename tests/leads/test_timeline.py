"""The timeline: three sources, one story, nothing lost between its pages."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Team, User
from handoff import claims, touches
from leads import editing, journal
from leads.models import Lead
from leads.sentences import SENTENCES
from leads.timeline import SHOWS, Timeline, mark_of, timeline
from tests import factories

pytestmark = pytest.mark.django_db


def texts(story: Timeline) -> list[str]:
    return [f"{line.told.who} {line.told.text}".strip() for line in story.lines]


def changes(story: Timeline) -> list[tuple[str, str, str]]:
    return [change for line in story.lines for change in line.told.changes]


def test_an_edit_shows_old_and_new_value_author_and_time(sdr: User, marketer: User) -> None:
    lead = factories.make_lead(title="Clerk")
    at = factories.now()
    for step, (by, title) in enumerate(((sdr, "Head"), (marketer, "Director"), (sdr, ""))):
        editing.edit(lead, {"title": title}, by=by, at=at + timedelta(minutes=step))
    lead.refresh_from_db()
    story = timeline(lead, viewer_id=sdr.pk, show="edits")
    assert changes(story) == [
        ("Job title", "Director", ""),
        ("Job title", "Head", "Director"),
        ("Job title", "Clerk", "Head"),
    ]
    assert story.lines[0].told.note.startswith("By You")
    assert story.lines[1].told.note.startswith("By Ana Marketer")
    assert story.lines[0].at == at + timedelta(minutes=2)


def test_old_and_new_values_stay_right_on_later_pages(sdr: User) -> None:
    lead = factories.make_lead(title="T0")
    at = factories.now()
    for step in range(1, 8):
        editing.edit(lead, {"title": f"T{step}"}, by=sdr, at=at + timedelta(seconds=step))
    lead.refresh_from_db()
    found, after = [], ""
    while True:
        story = timeline(lead, viewer_id=0, show="edits", after=after, size=2)
        found += changes(story)
        after = story.older
        if not after:
            break
    assert found == [("Job title", f"T{step - 1}", f"T{step}") for step in range(7, 0, -1)]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_cover_the_story_once_even_where_everything_is_at_the_same_moment(
    sdr: User, size: int
) -> None:
    lead = factories.make_lead(title="T0")
    at = factories.now()
    for step in range(4):
        editing.edit(lead, {"title": f"T{step + 1}"}, by=sdr, at=at)
        journal.write("lead.noted", [lead.pk], at=at, by=sdr, data={"note": f"note {step}"})
        factories.make_event(lead, path=f"/page-{step}")
    lead.events.update(occurred_at=at)
    lead.journal.update(at=at)
    whole = [line.mark for line in timeline(lead, viewer_id=0, size=100).lines]
    assert len(whole) == 13
    seen, after = [], ""
    while True:
        story = timeline(lead, viewer_id=0, after=after, size=size)
        seen += [line.mark for line in story.lines]
        after = story.older
        if not after:
            break
    assert seen == whole


def test_a_handoff_is_told_in_sentences(live_model: object, team: Team, sdr: User) -> None:
    handoff = factories.make_mql(first_name="Maya")
    claims.take(handoff, by=sdr, at=factories.now())
    touches.log(
        handoff.lead, kind="call", answer="no_answer", note="Again at 5", by=sdr, at=factories.now()
    )
    story = timeline(handoff.lead, viewer_id=0)
    told = texts(story)
    assert told[0] == "Rui Rep called, no answer"
    assert "Rui Rep claimed the handoff" in told
    assert any(text.startswith("Crossed into MQL with a score of") for text in told)
    assert "Handoff opened" in told and "Became a lead" in told
    notes = " ".join(line.told.note for line in story.lines)
    assert "Again at 5" in notes and "Stage: MQL → Working" in notes
    assert "You claimed the handoff" in texts(timeline(handoff.lead, viewer_id=sdr.pk))


@pytest.mark.parametrize("kind", list(SENTENCES))
def test_an_entry_with_no_or_strange_data_is_still_told(kind: str) -> None:
    lead = factories.make_lead()
    strange = {"from": "x", "level": 99, "kind": [], "proposals": {}, "result": 7, "reason": None}
    for data in ({}, {**strange, "kind": "x"}):
        journal.write(kind, [lead.pk], at=factories.now(), data=data)
    assert len(timeline(lead, viewer_id=0, show="work").lines) >= 2


def test_what_a_machine_did_is_shown_and_marked(db: None) -> None:
    lead = factories.make_lead()
    factories.make_event(lead, path="/pricing", trust=3)
    [line] = timeline(lead, viewer_id=0, show="activity").lines
    assert (line.told.text, line.told.note) == ("Viewed /pricing", "Not counted: Bot")


@pytest.mark.parametrize(
    "cursor", ["", "x", "~~", "2026-01-01T00:00:00~0~1", "2026-01-01T00:00:00Z~0~" + "9" * 30]
)
def test_a_cursor_that_means_nothing_leads_to_the_newest(cursor: str) -> None:
    assert mark_of(cursor) is None
    lead = factories.make_lead()
    assert timeline(lead, viewer_id=0, after=cursor).lines


def test_the_older_button_adds_below_and_works_without_scripts(
    client: Client, marketer: User
) -> None:
    lead: Lead = factories.make_lead()
    noon = factories.now().replace(hour=12, minute=0) - timedelta(days=1)
    for number in range(35):
        # All on one day, whatever the time of the test.
        ago = factories.now() - noon + timedelta(minutes=number)
        factories.make_event(lead, path=f"/page-{number}", ago=ago)
    client.force_login(marketer)
    url = f"/leads/{lead.public_id}/timeline/"
    older = timeline(lead, viewer_id=marketer.pk).older
    part = client.get(url, {"after": older}, headers={"HX-Request": "true"}).content.decode()
    assert "/page-34" in part and "<html" not in part and "timeline__day" not in part
    whole = client.get(url, {"after": older}).content.decode()
    assert "/page-34" in whole and "<html" in whole
    for show in SHOWS:
        assert client.get(url, {"show": show}).status_code == 200
