"""How one wants to be told, by API."""

from typing import Any

import pytest
from django.test import Client

from accounts import keys
from accounts.models import User
from handoff.notifications import choices

pytestmark = pytest.mark.django_db

URL = "/api/v1/notifications/preferences"


@pytest.fixture
def rep(client: Client, sdr: User) -> Client:
    client.force_login(sdr)
    return client


def change(client: Client, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    answer = client.patch(URL, body, content_type="application/json")
    return answer.status_code, answer.json()


def of(body: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(one for one in body["kinds"] if one["kind"] == kind)


def test_what_was_never_chosen_is_as_usual(rep: Client) -> None:
    found = rep.get(URL).json()
    assert (found["starts"], found["ends"], found["days"], found["at_most"]) == (None, None, [], 5)
    told = {"kind": "breach", "in_app": True, "by_mail": True, "passes": True}
    assert of(found, "breach") == told


def test_only_what_is_sent_changes(rep: Client, sdr: User) -> None:
    asked = {"starts": "19:00", "ends": "07:30", "kinds": [{"kind": "breach", "by_mail": False}]}
    status, found = change(rep, asked)
    assert (status, found["starts"], found["ends"]) == (200, "19:00", "07:30")
    told = {"kind": "breach", "in_app": True, "by_mail": False, "passes": True}
    assert of(found, "breach") == told
    status, found = change(rep, {"days": [6, 5]})
    assert (found["days"], found["ends"]) == ([5, 6], "07:30")
    assert choices.wishes_of([sdr])[sdr.pk].of("breach").by_mail is False


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"starts": "19:00"}, "ends"),
        ({"starts": "19:00", "ends": "19:00"}, "ends"),
        ({"starts": "late"}, "starts"),
        ({"days": [0, 1, 2, 3, 4, 5, 6]}, "days"),
        ({"days": [7]}, "days[0]"),
        ({"at_most": 0}, "at_most"),
        ({"kinds": [{"kind": "gossip"}]}, "kinds[0].kind"),
    ],
)
def test_a_mistake_anywhere_changes_nothing(rep: Client, body: dict[str, Any], field: str) -> None:
    asked = {"kinds": [{"kind": "breach", "by_mail": False}], "at_most": 9, **body}
    status, found = change(rep, asked)
    assert (status, list(found["error"]["fields"])) == (400, [field])
    found = rep.get(URL).json()
    assert of(found, "breach")["by_mail"] is True and found["at_most"] == 5


def test_a_machine_is_told_nothing(client: Client, administrator: User) -> None:
    _key, text = keys.make(kind="secret", name="Server", by=administrator)
    assert client.get(URL, headers={"Authorization": f"Bearer {text}"}).status_code == 403
