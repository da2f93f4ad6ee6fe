"""Channels by API: made, changed and removed, and nothing secret comes out."""

from typing import Any

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from accounts import keys
from accounts.models import Team, User
from accounts.secrets import unseal
from handoff.models import Channel
from tests.confirming import typed_password
from tests.handoff.channels.conftest import MakeChannel

pytestmark = pytest.mark.django_db

URL = "/api/v1/channels"
NEW = {
    "kind": "webhook", "name": "CRM", "url": "http://127.0.0.1:9/s3cret", "kinds": ["handoff.opened"],
}  # fmt: skip


@pytest.fixture
def machine(client: Client, administrator: User) -> Client:
    _key, text = keys.make(kind="secret", name="Server", by=administrator)
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {text}"
    return client


def send(client: Client, body: dict[str, Any], to: str = "") -> tuple[int, dict[str, Any]]:
    call = client.patch if to else client.post
    answer = call(f"{URL}{to}", body, content_type="application/json")
    return answer.status_code, answer.json()


def test_a_machine_makes_changes_and_removes_one(machine: Client) -> None:
    status, made = send(machine, NEW)
    assert (status, made["host"], made["is_on"], made["team"]) == (201, "127.0.0.1:9", True, None)
    channel = Channel.objects.get()
    assert "s3cret" not in str(made) and unseal(channel.secret) not in str(made)
    status, changed = send(machine, {"name": "Our CRM", "tells_who": True}, f"/{made['id']}")
    assert (status, changed["name"], changed["kinds"]) == (200, "Our CRM", ["handoff.opened"])
    channel.refresh_from_db()
    assert unseal(channel.url) == NEW["url"]
    assert [row["id"] for row in machine.get(URL).json()["results"]] == [made["id"]]
    assert machine.get(f"{URL}/{made['id']}").json() == changed
    assert machine.delete(f"{URL}/{made['id']}").status_code == 204
    assert not Channel.objects.exists()


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"url": "https://10.0.0.7/hook"}, "url"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"kinds": []}, "kinds"),
        ({"kinds": ["test"]}, "kinds[0]"),
        ({"team": "Nobody's"}, "team"),
        ({"kind": "pigeon"}, "kind"),
        ({"name": "Taken"}, "name"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    machine: Client, make_channel: MakeChannel, settings: Settings, over: dict[str, Any], field: str
) -> None:
    settings.OUTBOUND_ALLOWED = ["127.0.0.1/32"]
    make_channel("https://93.184.215.14/", name="Taken")
    status, body = send(machine, NEW | over)
    assert (status, list(body["error"]["fields"])) == (400, [field])
    assert Channel.objects.count() == 1


def test_a_person_types_the_password_before_an_address_and_for_nothing_else(
    client: Client, administrator: User, make_channel: MakeChannel
) -> None:
    channel = make_channel("http://127.0.0.1:9/old")
    client.force_login(administrator)
    assert send(client, NEW)[1]["error"]["code"] == "password_needed"
    assert send(client, {"url": "http://127.0.0.1:9/new"}, f"/{channel.public_id}")[0] == 403
    assert send(client, {"name": "Renamed"}, f"/{channel.public_id}")[0] == 200
    typed_password(client)
    assert send(client, NEW)[0] == 201


def test_a_manager_has_those_of_the_own_teams(
    client: Client, manager: User, team: Team, make_channel: MakeChannel
) -> None:
    foreign = make_channel("http://127.0.0.1:9/")
    client.force_login(manager)
    typed_password(client)
    assert client.get(f"{URL}/{foreign.public_id}").status_code == 404
    assert client.delete(f"{URL}/{foreign.public_id}").status_code == 404
    assert send(client, NEW)[0] == 400
    assert send(client, {**NEW, "team": team.name})[1]["team"] == team.name
    assert len(client.get(URL).json()["results"]) == 1
