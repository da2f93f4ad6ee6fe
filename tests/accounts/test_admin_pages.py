"""People, teams, keys and the organisation, as an administrator works on them."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import keys
from accounts.models import ApiKey, Organisation, Role, Team, User
from tests import factories
from tests.confirming import typed_password

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_page(client: Client, administrator: User) -> Client:
    client.force_login(administrator)
    return client


def person_url(user: User) -> str:
    return f"/people/{user.public_id}/"


def test_an_invitation_ends_in_a_login(admin_page: Client, team: Team) -> None:
    sent = {
        "email": "Nia@Firm.example", "name": "  Nia   New ", "role": "sdr",
        "teams": [team.pk], "time_zone": "Europe/Berlin",
    }  # fmt: skip
    page = admin_page.post("/people/invite/", sent).content.decode()
    link = re.search(r'<code id="link">http://testserver(.+?)</code>', page)
    assert link is not None
    nia = User.objects.get(email="nia@firm.example")
    assert (nia.name, list(nia.teams.all()), nia.time_zone) == ("Nia New", [team], "Europe/Berlin")
    newcomer = Client()
    assert newcomer.post(link[1], {"password": "nine green umbrellas"})["Location"] == "/"
    assert newcomer.get("/me/").status_code == 200


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"email": "no"}, "valid email"),
        ({"email": "jürgen@firm.example"}, "valid email"),
        ({"email": "a@bücher.example"}, "without accents"),
        ({"role": "king"}, "valid choice"),
        ({"teams": ["0"]}, "valid choice"),
        ({"time_zone": "Mars/Olympus"}, "valid choice"),
        ({"name": "\x07 "}, "required"),
    ],
)
def test_a_wrong_invitation_keeps_what_was_typed(
    admin_page: Client, wrong: dict[str, object], words: str
) -> None:
    sent = {"email": "nia@firm.example", "name": "Nia", "role": "sdr", "time_zone": "UTC", **wrong}
    response = admin_page.post("/people/invite/", sent)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert User.objects.count() == 1


def test_an_address_is_invited_once(admin_page: Client, sdr: User) -> None:
    sent = {"email": sdr.email, "name": "Twin", "role": "sdr", "time_zone": "UTC"}
    response = admin_page.post("/people/invite/", sent)
    assert response.status_code == 422
    assert "is here already" in response.content.decode()


def test_role_and_teams_are_changed(admin_page: Client, sdr: User, team: Team) -> None:
    other = factories.make_team()
    sent = {"action": "save", "name": "Rui R.", "role": "manager", "teams": [other.pk]}
    assert admin_page.post(person_url(sdr), sent).status_code == 302
    sdr.refresh_from_db()
    assert (sdr.name, sdr.role, list(sdr.teams.all())) == ("Rui R.", Role.MANAGER, [other])


def test_the_last_administrator_is_told_why_they_must_stay(
    admin_page: Client, administrator: User
) -> None:
    for sent in ({"action": "save", "name": "A", "role": "sdr"}, {"action": "deactivate"}):
        response = admin_page.post(person_url(administrator), sent)
        assert response.status_code == 422
        assert "last active administrator" in response.content.decode()
    administrator.refresh_from_db()
    assert (administrator.role, administrator.is_active) == (Role.ADMINISTRATOR, True)


def test_deactivation_ends_a_session_with_the_next_click(admin_page: Client, sdr: User) -> None:
    theirs = Client()
    theirs.force_login(sdr)
    assert theirs.get("/me/").status_code == 200
    admin_page.post(person_url(sdr), {"action": "deactivate"})
    assert theirs.get("/me/")["Location"].startswith("/login/")
    assert theirs.get("/me/", headers={"HX-Request": "true"}).status_code == 401
    admin_page.post(person_url(sdr), {"action": "reactivate"})
    assert "Deactivate" in admin_page.get(person_url(sdr)).content.decode()


def test_a_new_link_replaces_a_forgotten_password(admin_page: Client, sdr: User) -> None:
    page = admin_page.post(person_url(sdr), {"action": "link"}).content.decode()
    assert f"/set-password/{sdr.public_id}/" in page


def test_people_are_found_by_name_or_address(admin_page: Client, sdr: User, marketer: User) -> None:
    page = admin_page.get("/people/", {"q": "rui"}).content.decode()
    assert sdr.email in page
    assert marketer.email not in page
    assert "Nobody here" in admin_page.get("/people/", {"show": "inactive"}).content.decode()


@pytest.mark.parametrize("path", ["/people/", "/teams/", "/keys/"])
def test_lists_cost_the_same_however_long(admin_page: Client, path: str) -> None:
    def more(number: int) -> int:
        for n in range(number):
            team = factories.make_team()
            user = factories.make_user(teams=[team])
            keys.make(kind="public", name=f"Key {n}", by=user)
        with CaptureQueriesContext(connection) as queries:
            assert admin_page.get(path).status_code == 200
        return len(queries)

    assert more(2) == more(5)


def test_a_key_is_shown_once_and_opens_the_api(admin_page: Client) -> None:
    typed_password(admin_page)
    page = admin_page.post("/keys/", {"name": "Site", "kind": "secret"}).content.decode()
    text = re.search(r'<code id="key">(sk_.+?)</code>', page)
    assert text is not None
    assert text[1] not in admin_page.get("/keys/").content.decode()
    machine = Client(headers={"Authorization": f"Bearer {text[1]}"})
    assert machine.get("/api/v1/leads").status_code == 200
    key = ApiKey.objects.get()
    assert admin_page.post(f"/keys/{key.pk}/revoke/")["Location"] == "/keys/"
    assert machine.get("/api/v1/leads").status_code == 401
    assert "Revoked" in admin_page.get("/keys/").content.decode()


def test_teams_are_made_and_renamed(admin_page: Client, team: Team) -> None:
    assert admin_page.post("/teams/", {"name": team.name, "time_zone": "UTC"}).status_code == 422
    admin_page.post("/teams/", {"name": "West", "time_zone": "America/New_York"})
    west = Team.objects.get(name="West")
    assert (
        admin_page.post(f"/teams/{west.pk}/", {"name": "", "time_zone": "UTC"}).status_code == 422
    )
    admin_page.post(f"/teams/{west.pk}/", {"name": "Far West", "time_zone": "UTC"})
    assert Team.objects.get(pk=west.pk).name == "Far West"


def test_the_organisation_is_renamed(admin_page: Client) -> None:
    admin_page.post("/organisation/", {"name": "Acme", "time_zone": "Asia/Tokyo"})
    assert Organisation.objects.values_list("name", "time_zone").get() == ("Acme", "Asia/Tokyo")


def test_one_changes_ones_own_name_and_password(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    elsewhere = Client()
    elsewhere.force_login(sdr)
    client.post("/me/", {"form": "about", "name": "Rui", "time_zone": "Asia/Tokyo"})
    sdr.refresh_from_db()
    assert (sdr.name, sdr.time_zone) == ("Rui", "Asia/Tokyo")
    wrong = {"form": "password", "current": "guess", "password": "nine green umbrellas"}
    response = client.post("/me/", wrong)
    assert response.status_code == 422
    assert "not your present password" in response.content.decode()
    right = {**wrong, "current": factories.PASSWORD}
    assert client.post("/me/", right).status_code == 302
    assert client.get("/me/").status_code == 200
    assert elsewhere.get("/me/").status_code == 302
