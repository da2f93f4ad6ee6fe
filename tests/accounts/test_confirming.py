"""The password is asked for again before a way out of the house is opened."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import ApiKey, User
from tests import factories
from tests.confirming import typed_password

pytestmark = pytest.mark.django_db

KEY = {"name": "Site", "kind": "secret"}


@pytest.fixture
def admin_page(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def test_a_page_left_open_makes_no_key_and_loses_nothing(admin_page: Client) -> None:
    answer = admin_page.post("/keys/", KEY)
    page = answer.content.decode()
    assert answer.status_code == 422 and "Type your password" in page and 'value="Site"' in page
    wrong = admin_page.post("/keys/", {**KEY, "own_password": "not it at all"})
    assert wrong.status_code == 422 and "not your present password" in wrong.content.decode()
    assert not ApiKey.objects.exists()


def test_the_password_is_good_for_ten_minutes(
    admin_page: Client, move_clock: Callable[[timedelta], None]
) -> None:
    first = admin_page.post("/keys/", {**KEY, "own_password": factories.PASSWORD})
    assert first.status_code == 200 and ApiKey.objects.count() == 1
    move_clock(timedelta(minutes=9))
    assert "Your password" not in admin_page.get("/keys/").content.decode()
    assert admin_page.post("/keys/", KEY).status_code == 200
    move_clock(timedelta(minutes=1))
    assert admin_page.post("/keys/", KEY).status_code == 422
    assert ApiKey.objects.count() == 2


def test_it_is_not_asked_for_twice_where_something_else_is_wrong(admin_page: Client) -> None:
    sent = {"name": "", "kind": "secret", "own_password": factories.PASSWORD}
    page = admin_page.post("/keys/", sent).content.decode()
    assert "This field is required" in page and "Your password" not in page
    assert admin_page.post("/keys/", KEY).status_code == 200


def test_who_just_logged_in_is_not_asked(client: Client, administrator: User) -> None:
    client.post("/login/", {"email": administrator.email, "password": factories.PASSWORD})
    assert client.post("/keys/", KEY).status_code == 200


def test_guessing_is_slowed_down_as_at_the_login(admin_page: Client) -> None:
    said = [
        admin_page.post("/keys/", {**KEY, "own_password": f"guess {n}"}).content.decode()
        for n in range(12)
    ]
    assert "Too many attempts" in said[-1] and not ApiKey.objects.exists()


def test_the_password_of_one_is_not_that_of_the_next(client: Client, administrator: User) -> None:
    client.force_login(factories.make_user(administrator.role))
    typed_password(client)
    client.force_login(administrator)
    assert client.post("/keys/", KEY).status_code == 422
