"""Mended by the hundred, looked at before, and taken back."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from leadhub import pipeline
from leads import editing
from leads.hygiene import fixes, mending
from leads.models import AttributeField, Fix, JournalEntry, Lead, LeadChange
from tests import factories

pytestmark = pytest.mark.django_db


def run() -> None:
    while fixes.advance(factories.now()):
        pass


def mend(by: User, kind: str, **more: Any) -> Fix:
    made = fixes.start(Fix(kind=kind, **more), by=by, at=factories.now())
    run()
    made.refresh_from_db()
    return made


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        (
            "spaces", {"first_name": "Ada  Maria", "title": "  Chief"},
            {"first_name": "Ada Maria", "title": "Chief"},
        ),
        (
            "capitals", {"first_name": "ADA-MARIA", "last_name": "o'neill"},
            {"first_name": "Ada-Maria", "last_name": "O'Neill"},
        ),
        ("capitals", {"first_name": "McAdam", "last_name": "A"}, {}),
        ("capitals", {"first_name": "ÉLODIE", "last_name": "李"}, {"first_name": "Élodie"}),
        ("phone", {"phone": "0049(30)1234567"}, {"phone": "+49 30 1234567"}),
        ("phone", {"phone": "call me"}, {}),
        ("country", {"phone": "+49 30 1234567"}, {"country": "DE"}),
        ("country", {"phone": "+49 30 1234567", "country": "AT"}, {}),
    ],
)  # fmt: skip
def test_each_way_writes_what_it_says(
    kind: str, before: dict[str, str], after: dict[str, str]
) -> None:
    lead = Lead(source="x", **before)
    lead.phone_e164 = "+49301234567" if "1234567" in before.get("phone", "") else ""
    assert mending.way(Fix(kind=kind)).mends(lead) == after


def test_words_become_others_whatever_their_capitals(marketer: User) -> None:
    for source in ("goog", "GOOG", "Google", "bing"):
        factories.make_lead(source=source)
    words = {"goog": "Google"}
    seen = fixes.preview(Fix(kind="words", field="source", words=words))
    assert (seen.leads, seen.more) == (2, False)
    assert sorted(seen.words) == [("GOOG", "Google", 1), ("goog", "Google", 1)]
    made = mend(marketer, "words", field="source", words=words)
    assert (made.state, made.changed) == ("done", 2)
    assert sorted(Lead.objects.values_list("source", flat=True)) == ["Google"] * 3 + ["bing"]


def test_what_is_previewed_is_what_happens(marketer: User) -> None:
    for name in ("ADA", "Bob", "eve "):
        factories.make_lead(first_name=name)
    seen = fixes.preview(Fix(kind="capitals"))
    before = {change.lead.pk: change.fields for change in seen.sample}
    mend(marketer, "capitals")
    for pk, changed in before.items():
        lead = Lead.objects.get(pk=pk)
        assert all(getattr(lead, field) == new for field, _old, new in changed)
    assert LeadChange.objects.filter(source__startswith="Fix").count() == seen.leads == 2


def test_scores_follow_and_the_change_has_an_author(live_model: Any, marketer: User) -> None:
    lead = factories.make_lead(title="  Chief Operating  Officer")
    pipeline.drain()
    Lead.objects.filter(pk=lead.pk).update(title="Nobody")
    mend(marketer, "words", field="title", words={"nobody": "Chief Operating Officer"})
    pipeline.drain()
    lead.score.refresh_from_db()
    assert lead.score.fit > 0
    entry = JournalEntry.objects.filter(kind="lead.edited", lead=lead).latest("pk")
    assert entry.actor == marketer
    change = LeadChange.objects.get(lead=lead)
    assert (change.by, change.old) == (marketer, {"title": "Nobody"})


def test_it_is_taken_back_except_where_somebody_wrote_since(marketer: User) -> None:
    one, two = factories.make_lead(first_name="ADA"), factories.make_lead(first_name="EVE")
    made = mend(marketer, "capitals")
    editing.edit(two, {"first_name": "Eva"}, by=marketer, at=factories.now())
    fixes.undo(made, by=marketer, at=factories.now())
    run()
    made.refresh_from_db()
    names = dict(Lead.objects.values_list("pk", "first_name"))
    assert names == {one.pk: "ADA", two.pk: "Eva"}
    assert (made.state, made.changed, made.kept) == ("undone", 2, 1)
    with pytest.raises(fixes.AlreadyUndone):
        fixes.undo(made, by=marketer, at=factories.now())


def test_pieces_together_do_the_whole(marketer: User, monkeypatch: Any) -> None:
    monkeypatch.setattr(fixes, "PIECE", 2)
    for _ in range(5):
        factories.make_lead(first_name="ADA")
    made = mend(marketer, "capitals")
    assert made.changed == 5
    fixes.undo(made, by=marketer, at=factories.now())
    run()
    assert Lead.objects.filter(first_name="ADA").count() == 5


def test_the_page_shows_the_preview_and_does_it_on_a_second_word(
    client: Client, marketer: User
) -> None:
    client.force_login(marketer)
    factories.make_lead(source="goog", first_name="<b>Ada</b>")
    asked = {"kind": "words", "field": "source", "words": "goog = Google"}
    page = client.get("/leads/health/fixes/", asked).content.decode()
    assert "1 lead would change" in page and "<b>Ada" not in page
    assert not Fix.objects.exists()
    assert client.post("/leads/health/fixes/", asked).status_code == 302
    run()
    assert Lead.objects.get().source == "Google"
    made = Fix.objects.get()
    assert "goog → Google" in client.get("/leads/health/fixes/").content.decode()
    client.post(f"/leads/health/fixes/{made.pk}/undo/")
    run()
    assert Lead.objects.get().source == "goog"


def test_the_words_of_the_document_can_be_pasted() -> None:
    text = (Path(__file__).parents[3] / "docs" / "data-health.md").read_text()
    block = text.split("```")[1]
    words, wrong = fixes.read_words(block)
    assert (words, wrong) == ({"goog": "Google", "google ads": "Google"}, [])


def test_words_of_a_custom_field_become_others(marketer: User) -> None:
    AttributeField.objects.create(key="branch", label="Branch")
    lead = factories.make_lead(**{"custom.branch": " Soft-Ware "})
    Lead.objects.filter(pk=lead.pk).update(attributes={"branch": " Soft-Ware "})
    mend(marketer, "words", field="custom.branch", words={"soft-ware": "Software"})
    lead.refresh_from_db()
    assert lead.attributes == {"branch": "Software"}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"words": ""}, "Give at least one word"),
        ({"words": "goog"}, "Write “old = new”"),
        ({"words": "a = " + "x" * 90}, "too long"),
        ({"field": "email"}, "Select a valid choice"),
        ({"kind": "magic"}, "Select a valid choice"),
    ],
)
def test_a_wrong_fix_is_answered_beside_the_field(
    client: Client, marketer: User, wrong: dict[str, str], said: str
) -> None:
    client.force_login(marketer)
    asked = {"kind": "words", "field": "source", "words": "goog = Google", **wrong}
    answer = client.post("/leads/health/fixes/", asked)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Fix.objects.exists()
