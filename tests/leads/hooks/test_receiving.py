"""Messages over HTTP: kept once, answered at once, taken by the pipeline."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts import clock
from leadhub import pipeline
from leads.hooks import forgetting, replaying
from leads.hooks.mapping import Plan
from leads.models import Delivery, Event, Hook, JournalEntry, Lead, Proposal
from leads.privacy import erasing
from scoring.models import ModelVersion
from tests import factories
from tests.leads.hooks import payloads
from tests.leads.hooks.making import make_hook, only, send

pytestmark = pytest.mark.django_db


def test_a_message_becomes_a_lead_with_an_event() -> None:
    hook = make_hook(like=payloads.TYPEFORM, sender="typeform")
    answer = send(hook, payloads.TYPEFORM)
    assert (answer.status_code, answer.json()) == (202, {"accepted": True})
    lead = Lead.objects.get()
    assert (lead.email, lead.title, lead.source) == (
        "max@ridge.example",
        "Head of Data",
        "Their forms",
    )
    event = Event.objects.select_related("signature__kind").get()
    assert (event.lead, event.signature.kind.key, event.signature.name) == (
        lead,
        "form",
        "Tell us more",
    )
    assert event.occurred_at.isoformat() == "2026-03-31T12:00:00+00:00"
    delivery = only(hook)
    assert (delivery.state, list(delivery.leads.all())) == (Delivery.State.DONE, [lead])


def test_the_answer_does_not_wait_for_the_taking() -> None:
    hook = make_hook(like=payloads.HUBSPOT)
    assert send(hook, payloads.HUBSPOT, drain=False).status_code == 202
    assert only(hook).state == Delivery.State.RECEIVED
    assert not Lead.objects.exists()


def test_the_same_message_again_is_counted_and_does_nothing() -> None:
    hook = make_hook(like=payloads.TYPEFORM)
    for _again in range(3):
        assert send(hook, payloads.TYPEFORM).status_code == 202
    assert (only(hook).repeats, Lead.objects.count(), Event.objects.count()) == (2, 1, 1)


def test_a_message_with_an_id_of_its_own_is_the_same_whatever_it_says() -> None:
    hook = make_hook(like=payloads.HUBSPOT)
    send(hook, payloads.HUBSPOT, X_Webhook_Id="one")
    send(hook, {**payloads.HUBSPOT, "vid": 9}, X_Webhook_Id="one")
    send(hook, payloads.HUBSPOT, X_Webhook_Id="two")
    assert Delivery.objects.filter(hook=hook).count() == 2


def test_a_lead_is_scored_and_handed_over_like_any_other(
    live_model: ModelVersion, team: object
) -> None:
    hook = make_hook(like=payloads.CALENDLY)
    send(hook, payloads.CALENDLY)
    lead = Lead.objects.get()
    assert (lead.first_name, lead.last_name, lead.company_name) == ("Jo Anne", "Fell", "Fell Ltd")
    assert (lead.phone_e164, lead.campaign) == ("+442079460018", "webinar")
    assert lead.score.total > 0
    assert JournalEntry.objects.filter(lead=lead, kind="lead.captured").exists()


def test_it_fills_what_is_empty_and_proposes_the_rest() -> None:
    known = factories.make_lead(email="ines@quay.example", title="Clerk")
    hook = make_hook(like=payloads.HUBSPOT)
    send(hook, payloads.HUBSPOT)
    known.refresh_from_db()
    assert (known.title, known.first_name) == ("Clerk", "Ines")
    assert Proposal.objects.get(lead=known).value == "Head of IT"


def test_it_overwrites_where_it_was_told_to() -> None:
    known = factories.make_lead(email="ines@quay.example", title="Clerk")
    hook = make_hook(like=payloads.HUBSPOT, overwrites=True)
    send(hook, payloads.HUBSPOT)
    known.refresh_from_db()
    assert known.title == "Head of IT"


def test_the_id_in_the_other_system_recognises_a_lead_again() -> None:
    hook = make_hook(like=payloads.PIPEDRIVE)
    send(hook, payloads.PIPEDRIVE)
    moved = json.loads(json.dumps(payloads.PIPEDRIVE))
    moved["current"] |= {"email": [], "title": "x", "last_name": "Edwards", "org_name": "Cairn"}
    moved["current"]["phone"] = []
    send(hook, moved)
    assert (Lead.objects.count(), Delivery.objects.filter(state="done").count()) == (1, 2)


def test_a_list_makes_many_and_the_bad_one_is_told() -> None:
    hook = make_hook(like=payloads.BATCH)
    send(hook, payloads.BATCH)
    delivery = only(hook)
    assert list(Lead.objects.order_by("email").values_list("email", flat=True)) == [
        "one@list.example",
        "two@list.example",
    ]
    assert delivery.state == Delivery.State.FAILED
    assert [one["result"] for one in delivery.results] == ["created", "created", "failed"]
    assert "“no address” is not an e-mail address" in delivery.reason


def test_nested_lists_are_walked_through() -> None:
    hook = make_hook(like=payloads.FACEBOOK_PAGE)
    send(hook, payloads.FACEBOOK_PAGE)
    assert sorted(Lead.objects.values_list("external_id", flat=True)) == ["10", "9"]
    assert [one["result"] for one in only(hook).results] == ["created", "left_out", "created"]


def test_somebody_without_address_or_id_is_one_lead_however_often_it_is_taken() -> None:
    hook = make_hook(like={"first_name": "Nobody", "company": "Nowhere"})
    send(hook, {"first_name": "Nobody", "company": "Nowhere"})
    replaying.replay(hook.deliveries.all(), at=clock.now())
    pipeline.drain()
    assert (Lead.objects.count(), Event.objects.count(), only(hook).state) == (1, 1, "done")


def test_a_form_of_the_old_kind_is_understood() -> None:
    hook = make_hook(like={"email": "x@form.example", "name": "Fo Rm"})
    kind = "application/x-www-form-urlencoded"
    assert send(hook, "email=fo%40form.example&name=Fo+Rm", Content_Type=kind).status_code == 202
    assert Lead.objects.get().email == "fo@form.example"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "The body is empty."),
        (b"{", "This is not JSON."),
        (b'{"a": 1, "a": 2}', "occurs twice"),
        (b"\xff\xfe", "not UTF-8"),
        (b'{"email": "a\\u0000b"}', "NUL"),
        (b'{"email": "\\ud800"}', "half a character"),
        (b"[" * 90 + b"]" * 90, "nested"),
        (b"[]", "nobody in this message"),
        (b"null", "nobody in this message"),
        (b"7", "Nothing in it became"),
        (b'{"email": {"deep": 1}}', "Nothing in it became"),
    ],
)
def test_what_cannot_be_understood_is_kept_with_the_reason(body: bytes, told: str) -> None:
    hook = make_hook(like={"email": "x@form.example"})
    assert send(hook, body).status_code == 202
    delivery = only(hook)
    assert delivery.state in (Delivery.State.FAILED, Delivery.State.LEFT_OUT)
    assert told in delivery.reason
    assert bytes(delivery.body) == body
    assert not Lead.objects.exists()


def test_too_much_is_refused_and_not_kept() -> None:
    hook = make_hook()
    answer = send(hook, b'{"x": "' + b"y" * 262_144 + b'"}')
    assert answer.status_code == 413
    assert "262144 bytes" in answer.json()["error"]["message"]
    assert not Delivery.objects.exists()


def test_a_webhook_that_is_off_or_unknown_takes_nothing() -> None:
    hook = make_hook(is_live=False)
    assert send(hook, {}).status_code == 410
    hook.public_id = "00000000-0000-4000-8000-000000000000"
    assert send(hook, {}).status_code == 404
    assert not Delivery.objects.exists()


def test_what_came_before_anybody_mapped_is_taken_afterwards() -> None:
    hook = make_hook()
    send(hook, payloads.HUBSPOT)
    assert "Nobody has said yet" in only(hook).reason
    mapped = make_hook("Like it", like=payloads.HUBSPOT)
    Hook.objects.filter(pk=hook.pk).update(mapping=mapped.mapping)
    assert replaying.replay(replaying.unsettled(hook), at=clock.now()) == 1
    pipeline.drain()
    assert (only(hook).state, Lead.objects.get().email) == ("done", "ines@quay.example")


def test_a_hundred_messages_are_taken_in_as_many_statements_as_ten(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    hook = make_hook(like={"email": "x@form.example", "first_name": "X"})

    def count(first: int, last: int) -> int:
        for number in range(first, last):
            send(hook, {"email": f"p{number}@form.example", "first_name": "P"}, drain=False)
        with django_assert_max_num_queries(200) as asked:
            pipeline.advance()
        pipeline.drain()
        return len(asked)

    assert count(0, 10) >= count(10, 110)
    assert Lead.objects.count() == 110


def test_messages_are_forgotten_in_time(move_clock: Callable[[timedelta], None]) -> None:
    hook = make_hook(like={"email": "x@form.example"})
    send(hook, {"email": "x@form.example"})
    send(hook, {"nothing": 1})
    for days, left in ((29, 2), (2, 0)):
        move_clock(timedelta(days=days))
        forgetting.forget(clock.now())
        assert Delivery.objects.count() == left


def test_messages_go_with_the_lead_that_is_erased() -> None:
    hook = make_hook(like={"email": "x@form.example"})
    send(hook, {"email": "X@form.example"})
    send(hook, {"email": "y@form.example"})
    send(hook, {"unknown": "about X@Form.example"})
    lead = Lead.objects.get(email="x@form.example")
    erasing.erase([lead], cause="request", at=clock.now())
    assert only(hook).leads.get().email == "y@form.example"


def test_a_constant_fills_in_where_the_message_is_silent() -> None:
    picks: Any = [(("email",), "email"), (("country",), "country")]
    hook = make_hook(plan=Plan(picks=picks, constants=[("country", "PT")], kind="webinar"))
    send(hook, {"email": "a@form.example"})
    send(hook, {"email": "b@form.example", "country": "Spain"})
    assert dict(Lead.objects.values_list("email", "country")) == {
        "a@form.example": "PT", "b@form.example": "ES",
    }  # fmt: skip
