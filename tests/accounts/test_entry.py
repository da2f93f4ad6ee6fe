"""Ways in and out, as a browser sees them."""

import pytest
from django.test import Client

from accounts import invitations, logins, people
from accounts.models import Role, User
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db

FIRST = {
    "organisation": "Acme",
    "time_zone": "Europe/Berlin",
    "name": "Ada First",
    "email": "ada@acme.example",
    "password": "seventeen blue kites",
}


def log_in(client: Client, email: str, password: str = PASSWORD, **more: str):
    return client.post("/login/", {"email": email, "password": password, **more})


def test_a_stranger_is_led_to_the_first_run_while_nobody_is_here(client: Client) -> None:
    response = client.get("/", follow=True)
    assert response.redirect_chain[-1][0] == "/first-run/"
    assert "Set up leadhub" in response.content.decode()


def test_the_first_run_makes_an_administrator_and_closes_behind_them(client: Client) -> None:
    response = client.post("/first-run/", FIRST)
    assert (response.status_code, response["Location"]) == (302, "/")
    user = User.objects.get()
    assert (user.role, client.session["_auth_user_id"]) == (Role.ADMINISTRATOR, str(user.pk))
    assert client.get("/first-run/").status_code == 404
    assert Client().post("/first-run/", FIRST).status_code == 404
    assert User.objects.count() == 1


def test_a_wrong_first_run_keeps_what_was_typed(client: Client) -> None:
    response = client.post("/first-run/", {**FIRST, "password": "password", "email": "no"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "Acme" in page
    assert "too common" in page
    assert not User.objects.exists()


def test_one_logs_in_in_whatever_case_the_address_is_typed(client: Client, sdr: User) -> None:
    assert log_in(client, f" {sdr.email.upper()} ")["Location"] == "/"


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("/leads/?q=a", "/leads/?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_the_login_one_lands_on_a_page_of_ours(
    client: Client, sdr: User, wanted: str, given: str
) -> None:
    assert log_in(client, sdr.email, next=wanted)["Location"] == given
    assert client.get("/login/", {"next": wanted})["Location"] == given


def test_the_answer_does_not_tell_whether_an_address_is_known(client: Client, sdr: User) -> None:
    gone = people.invite(email="g@x.example", name="G", role="sdr", teams=[], time_zone="UTC")
    people.set_password(gone, password=PASSWORD)
    people.deactivate(gone)
    tries = [(sdr.email, "wrong"), ("nobody@x.example", PASSWORD), ("g@x.example", PASSWORD)]
    pages = [log_in(client, email, password) for email, password in tries]
    assert {page.status_code for page in pages} == {422}
    said = [page.content.decode() for page in pages]
    assert all("do not fit together" in text for text in said)


def test_guessing_is_slowed_down(client: Client, sdr: User) -> None:
    for _ in range(logins.ONE_ACCOUNT.burst):
        assert log_in(client, sdr.email, "guess").status_code == 422
    response = log_in(client, sdr.email)
    assert response.status_code == 429
    assert "Too many attempts" in response.content.decode()


def test_logging_out_needs_a_post(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    assert client.get("/logout/").status_code == 403
    assert client.post("/logout/")["Location"] == "/login/"
    assert "_auth_user_id" not in client.session


def test_a_link_sets_the_password_and_logs_in_once(client: Client, sdr: User) -> None:
    path = invitations.path_for(sdr)
    assert sdr.name in client.get(path).content.decode()
    assert client.post(path, {"password": "short"}).status_code == 422
    assert client.post(path, {"password": "nine green umbrellas"})["Location"] == "/"
    again = Client().get(path)
    assert again.status_code == 410
    assert "no longer works" in again.content.decode()


def test_a_made_up_link_is_refused_in_words(client: Client, sdr: User) -> None:
    assert client.get(f"/set-password/{sdr.public_id}/abc-def/").status_code == 410
