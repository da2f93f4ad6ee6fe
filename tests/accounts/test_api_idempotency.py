"""A write with an Idempotency-Key happens once, whatever the network does to its answer."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts import clock, idempotency, keys
from accounts.idempotency import Answer, Asked
from accounts.models import ApiKey, IdempotentAnswer
from leads.models import JournalEntry, Lead

Clocks = Callable[[timedelta], None]


@pytest.fixture
def api(db: None) -> Client:
    key = keys.make(kind=ApiKey.Kind.SECRET, name="CRM", by=None)[1]
    return Client(headers={"Authorization": f"Bearer {key}"}, raise_request_exception=False)


def post(api: Client, key: str, path: str = "leads", **body: Any) -> Any:
    return api.post(
        f"/api/v1/{path}", body, content_type="application/json", headers={"Idempotency-Key": key}
    )


def test_the_second_time_gets_the_first_answer_and_nothing_happens(api: Client) -> None:
    first = post(api, "k-1", email="maya@firm.example")
    again = post(api, "k-1", email="maya@firm.example")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert again.headers["Idempotent-Replayed"] == "true"
    assert JournalEntry.objects.filter(kind="lead.captured").count() == 1


def test_the_same_key_for_something_else_is_refused(api: Client) -> None:
    post(api, "k-1", email="maya@firm.example")
    other = post(api, "k-1", email="otto@firm.example")
    assert (other.status_code, other.json()["error"]["code"]) == (422, "other_request")
    assert Lead.objects.count() == 1


def test_keys_of_others_and_of_other_paths_are_others(api: Client) -> None:
    post(api, "k-1", email="maya@firm.example")
    assert post(api, "k-1", "leads/bulk", leads=[{"email": "o@firm.example"}]).status_code == 200
    second = keys.make(kind=ApiKey.Kind.SECRET, name="Other", by=None)[1]
    other = Client(headers={"Authorization": f"Bearer {second}"})
    assert post(other, "k-1", email="p@firm.example").status_code == 201
    assert IdempotentAnswer.objects.count() == 3


def test_what_was_refused_may_be_tried_again(api: Client) -> None:
    assert post(api, "k-1", email="nobody").status_code == 400
    assert post(api, "k-1", email="maya@firm.example").status_code == 201


@pytest.mark.django_db
def test_a_failure_is_never_kept() -> None:
    asked = Asked("key:1", "POST", "/x", "k", {"a": 1})

    def broken() -> Answer:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        idempotency.once(asked, broken, at=clock.now())
    for status in (500, 404):
        idempotency.once(asked, lambda status=status: Answer(status, None), at=clock.now())  # type: ignore[misc]
    assert idempotency.once(asked, lambda: Answer(200, "done"), at=clock.now()).body == "done"
    assert idempotency.once(asked, broken, at=clock.now()).body == "done"


def test_after_three_days_a_key_is_new_and_the_answers_are_forgotten(
    api: Client, move_clock: Clocks
) -> None:
    post(api, "k-1", email="maya@firm.example")
    move_clock(timedelta(hours=73))
    assert post(api, "k-1", email="maya@firm.example").status_code == 200
    move_clock(timedelta(hours=73))
    assert idempotency.forget(clock.now()) == 1


@pytest.mark.parametrize("key", ["", "x" * 256, "schlüssel"])
def test_a_key_that_cannot_be_kept_is_refused(api: Client, key: str) -> None:
    answer = post(api, key, email="maya@firm.example")
    assert answer.status_code == 400
    assert not Lead.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_does_it_and_the_other_is_told() -> None:
    asked = Asked("key:1", "POST", "/x", "k", {})
    begun, finish = threading.Event(), threading.Event()
    answers: list[Any] = []

    def slow() -> Answer:
        begun.set()
        finish.wait(10)
        return Answer(200, "first")

    def first() -> None:
        try:
            answers.append(idempotency.once(asked, slow, at=clock.now()))
        finally:
            connection.close()

    thread = threading.Thread(target=first)
    thread.start()
    assert begun.wait(10)
    with pytest.raises(idempotency.UnderWay):
        idempotency.once(asked, lambda: Answer(200, "second"), at=clock.now())
    finish.set()
    thread.join(10)
    assert [answer.body for answer in answers] == ["first"]
    assert idempotency.once(asked, slow, at=clock.now()).again
