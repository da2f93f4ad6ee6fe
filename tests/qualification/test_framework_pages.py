"""Frameworks are copied, changed and published; rules choose among them."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from accounts.models import User
from leads.models import JournalEntry
from qualification import catalogue, framework_editing, scorecards
from qualification.definition import parse
from qualification.framework_editing import Refused, publish, shape_of
from qualification.framework_forms import in_order, of_shape
from qualification.models import Framework, FrameworkRule, Scorecard
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import answer, claimed

pytestmark = pytest.mark.django_db
PAGE = "/qualification/frameworks/"


def bant() -> Framework:
    found = catalogue.newest("bant")
    assert found is not None
    return found


def sent(shape: dict[str, Any], **more: str) -> dict[str, Any]:
    return {**of_shape(shape), **more}


def test_a_change_is_a_new_version_and_old_cards_keep_theirs(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    handoff = claimed(sdr)
    answer(handoff, "need", by=sdr)
    before, shape = bant(), shape_of(bant())
    shape["elements"][2] |= {"question": "What hurts most today?", "weight": "2"}
    made = publish(shape, of=before, by=marketer, at=factories.now())
    assert made.version == before.version + 1
    assert parse(made.definition).most == 15
    assert Scorecard.objects.get().framework == before
    assert scorecards.card_of(claimed(sdr), at=factories.now()).framework == made  # type: ignore[union-attr]
    with pytest.raises(Refused, match="Somebody published another version meanwhile"):
        publish(shape | {"limits": "None."}, of=before, by=marketer, at=factories.now())
    with pytest.raises(Refused, match="Nothing is changed"):
        publish(shape_of(made), of=made, by=marketer, at=factories.now())


def test_every_framework_that_comes_along_is_read_and_written_the_same(marketer: User) -> None:
    for framework in catalogue.frameworks():
        with pytest.raises(Refused, match="Nothing is changed"):
            publish(shape_of(framework), of=framework, by=marketer, at=factories.now())


def test_a_copy_keeps_meanings_and_gets_elements_of_its_own(marketer: User) -> None:
    shape = shape_of(bant())
    more = dict.fromkeys(framework_editing.STEPS, "so") | {
        "name": "Data protection", "letter": "D", "means": "Who checks it.",
        "question": "Who looks at data protection?", "least": "1",
    }  # fmt: skip
    shape |= {"name": "Our BANT", "elements": [*shape["elements"], more], "sum": "9"}
    made = publish(shape, of=None, by=marketer, at=factories.now())
    definition = parse(made.definition)
    assert (made.key, made.version, made.by) == ("our_bant", 1, marketer)
    assert [one.key for one in definition.elements][-1] == "data_protection"
    assert definition.elements[0].meaning == "money"
    assert definition.gate_in_words == (
        "SQL when Authority and Need are at least 2, Data protection is at least 1 and the sum is 9 or more"
    )
    with pytest.raises(Refused, match="There is a framework of this name already"):
        publish(shape, of=None, by=marketer, at=factories.now())


def test_what_is_typed_is_kept_for_who_typed_it_until_it_is_published(
    client: Client, marketer: User, manager: User
) -> None:
    url = f"{PAGE}of/bant/"
    client.force_login(marketer)
    typed = sent(shape_of(bant()), limits="Half a thought", version="2")
    kept = client.post(url, typed | {"keep": "1"}, headers={"HX-Request": "true"}).content.decode()
    assert "Your draft, kept" in kept and "<form" not in kept
    page = client.get(url).content.decode()
    assert "Half a thought" in page and "Your draft, kept" in page
    assert bant().version == 2
    client.force_login(manager)
    assert "Half a thought" not in client.get(url).content.decode()
    client.force_login(marketer)
    client.post(url, sent(shape_of(bant()), limits="A whole one.", version="2"))
    assert parse(bant().definition).limits == "A whole one."
    page = client.get(url).content.decode()
    assert "Your draft, kept" not in page and "Half a thought" not in page


def test_a_draft_is_discarded_and_one_of_a_copy_is_another(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    url = f"{PAGE}add/?of=bant"
    client.post(url, sent(shape_of(bant()), name="Ours", keep="1"))
    assert 'value="Ours"' in client.get(url).content.decode()
    assert 'value="Ours"' not in client.get(f"{PAGE}add/?of=champ").content.decode()
    assert "Your draft" not in client.get(f"{PAGE}of/bant/").content.decode()
    assert client.post(url, {"discard": "1"})["Location"] == url
    assert "Your draft" not in client.get(url).content.decode()


def test_a_row_that_was_added_is_in_the_draft(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    url = f"{PAGE}of/bant/"
    client.post(url, sent(shape_of(bant()), redraw="+element"))
    assert client.get(url).content.decode().count('class="panel element"') == 5


def test_a_draft_of_a_version_that_is_not_the_newest_says_so_and_overwrites_nothing(
    client: Client, marketer: User, manager: User
) -> None:
    client.force_login(marketer)
    url, before = f"{PAGE}of/bant/", bant()
    draft = sent(shape_of(before), limits="Mine.", version=str(before.version))
    client.post(url, draft | {"keep": "1"})
    shape = shape_of(before) | {"limits": "Theirs."}
    publish(shape, of=before, by=manager, at=factories.now())
    page = client.get(url).content.decode()
    assert "Mine." in page and "Somebody published another version since" in page
    refused = client.post(url, draft)
    assert refused.status_code == 422
    assert parse(bant().definition).limits == "Theirs."
    assert "Mine." in client.get(url).content.decode()


def test_more_than_anybody_types_is_not_kept(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    url = f"{PAGE}of/bant/"
    assert (
        client.post(url, sent(shape_of(bant()), limits="x" * 400_000, keep="1")).status_code == 200
    )
    assert "Your draft" not in client.get(url).content.decode()


@pytest.mark.parametrize(
    ("place", "wrong", "field"),
    [
        (0, {"question": " "}, "element1.question"),
        (1, {"proven": ""}, "element2.proven"),
        (1, {"weight": "9"}, "element2.weight"),
        (2, {"least": "x"}, "element3.least"),
        (3, {"name": "B" * 61}, "element4.name"),
        (3, {"follow_ups": ["a"] * 7}, "element4.follow_ups"),
        (None, {"sum": "13"}, "sum"),
        (None, {"elements": []}, "name"),
        (None, {"best_for": ""}, "best_for"),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field(
    marketer: User, place: int | None, wrong: dict[str, Any], field: str
) -> None:
    shape = shape_of(bant())
    target = shape if place is None else shape["elements"][place]
    target |= wrong
    with pytest.raises(Refused) as refused:
        publish(shape, of=bant(), by=marketer, at=factories.now())
    assert f"framework.{field}" in refused.value.problems


def test_the_page_publishes_and_keeps_what_was_typed_where_it_refuses(
    client: Client, marketer: User
) -> None:
    client.force_login(marketer)
    page = client.get(f"{PAGE}of/bant/").content.decode()
    assert '<option value="custom.authority" selected>' in page
    assert "Publish version 3" in page and "How do you pay for tools like this today" in page
    shape = shape_of(bant())
    shape["elements"][0]["question"] = "<b>Who pays?</b>"
    wrong = sent(shape, sum="99", version="2")
    refused = client.post(f"{PAGE}of/bant/", wrong)
    page = refused.content.decode()
    assert refused.status_code == 422 and "From 0 to 12" in page
    assert "&lt;b&gt;Who pays?" in page and "<b>Who pays?" not in page
    assert client.post(f"{PAGE}of/bant/", sent(shape, version="2")).status_code == 302
    assert bant().version == 3 and bant().by == marketer
    assert JournalEntry.objects.filter(kind="frameworks.changed").count() == 1
    old = client.post(f"{PAGE}of/bant/", sent(shape | {"limits": "x"}, version="2"))
    assert old.status_code == 422 and "Somebody published another version" in old.content.decode()
    copy = client.get(f"{PAGE}add/?of=champ").content.decode()
    assert "CHAMP, ours" in copy and "Publish it" in copy
    assert client.get(f"{PAGE}of/nothing/").status_code == 404


def test_elements_are_added_moved_and_removed(client: Client, marketer: User) -> None:
    client.force_login(marketer)
    shape = sent(shape_of(bant()), redraw="+element")
    page = client.post(f"{PAGE}of/bant/", shape).content.decode()
    assert 'name="element5-name"' in page
    order = ["element4", "element1", "element2", "element3"]
    shape = sent(shape_of(bant()), version="2") | {"order": order}
    assert client.post(f"{PAGE}of/bant/", shape).status_code == 302
    assert "".join(one.letter for one in parse(bant().definition).elements) == "TBAN"
    moved = in_order(QueryDict("order=element2&order=element1&element1-name=a&redraw=-element1"))
    assert dict(moved.lists()) == {
        "order": ["element2", "element1"], "element2-name": ["a"], "redraw": ["-element2"],
    }  # fmt: skip


def test_rules_are_added_ordered_and_removed_on_their_page(
    client: Client, marketer: User, sdr: User
) -> None:
    client.force_login(marketer)
    add = f"{PAGE}rules/add/"
    rule = {"name": "Outbound", "framework": "gpct", "then": "bant", "place": "1"}
    asked = {"when1-field": "direction", "when1-op": "is", "when1-value": "outbound"}
    assert client.post(add, rule | asked).status_code == 302
    assert client.post(add, rule | {"name": "All", "then": "", "place": "2"}).status_code == 302
    for wrong in (
        {"name": ""},
        {"framework": "spin"},
        {"then": "gpct"},
        {"when1-field": "company.employees", "when1-op": "between", "when1-low": "x"},
    ):
        refused = client.post(add, rule | wrong)
        assert refused.status_code == 422 and "errorlist" in refused.content.decode()
    page = client.get(PAGE).content.decode()
    assert "Inbound or outbound is Outbound" in page and "then BANT decides" in page
    first, second = FrameworkRule.objects.all()
    client.post(f"{PAGE}order", {"rule": [str(second.pk), str(first.pk)]})
    assert [one.name for one in FrameworkRule.objects.all()] == ["All", "Outbound"]
    client.post(f"{PAGE}rules/{second.pk}/", {"remove": "1"})
    assert FrameworkRule.objects.get().order == 1
    client.force_login(sdr)
    assert client.get(PAGE).status_code == 200
    assert client.get(add).status_code == 403
