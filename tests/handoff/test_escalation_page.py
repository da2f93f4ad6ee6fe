"""A chain is changed row by row, said in words before it is saved, and refused with the reason beside the field."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Team, User
from handoff.models import Channel, SlaPolicy
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.moments import minutes, ring_all

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy(team: Team) -> SlaPolicy:
    return SlaPolicy.objects.get(team=team)


@pytest.fixture
def managed(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def url(policy: SlaPolicy) -> str:
    return reverse("handoff:escalation_edit", args=[policy.pk])


def filled(*rows: dict[str, Any], **more: str) -> dict[str, Any]:
    data = {"step-TOTAL_FORMS": len(rows), "step-INITIAL_FORMS": 2, **more}
    for number, row in enumerate(rows):
        usual = {"amount": "", "when": "due", "do": "manager", "to": "", "of": ""}
        data |= {f"step-{number}-{key}": value for key, value in (usual | row).items()}
    return data


def chain(policy: SlaPolicy) -> Any:
    return policy.versions.order_by("-number")[0].chain


def test_rows_become_a_new_version_in_the_order_of_their_moments(
    managed: Client, policy: SlaPolicy, sdr: User
) -> None:
    rows: tuple[dict[str, str], ...] = (
        {"when": "after", "amount": "30", "do": "take_back", "of": "first_touch"},
        {"when": "after", "amount": "15", "do": "reassign", "to": f"rep-{sdr.pk}", "of": "claim"},
        {"when": "warning", "amount": "9", "do": "warn"},
        {"do": ""},
        {},
    )
    assert managed.post(url(policy), filled(*rows)).status_code == 302
    assert [(s["when"], s["amount"], s["do"], s["to"], s["of"]) for s in chain(policy)] == [
        ("warning", 0, "warn", None, ""),
        ("due", 0, "manager", None, ""),
        ("after", 15, "reassign", sdr.pk, "claim"),
        ("after", 30, "take_back", None, "first_touch"),
    ]
    page = managed.get(reverse("handoff:escalation")).content.decode()
    assert "15 minutes after the deadline: give the lead to Rui Rep." in page
    assert managed.get(url(policy)).content.decode().count("<legend") == 4 + 2


def test_a_preview_says_it_in_words_and_saves_nothing(managed: Client, policy: SlaPolicy) -> None:
    rows = ({"when": "before", "amount": "1", "do": "nudge"},)
    page = managed.post(url(policy), filled(*rows, preview="1")).content.decode()
    assert "1 minute before the deadline: nudge the owner again." in page
    assert "Nobody hears of a missed deadline" in page
    assert policy.versions.count() == 1


def test_back_to_the_usual_steps(managed: Client, policy: SlaPolicy) -> None:
    managed.post(url(policy), filled({"do": ""}))
    assert chain(policy) == []
    managed.post(url(policy), {"usual": "1"})
    assert chain(policy) is None
    assert policy.versions.count() == 3
    # What is the usual chain by its rows is the usual one.
    managed.post(url(policy), filled({"when": "warning", "do": "warn"}, {}))
    assert (chain(policy), policy.versions.count()) == (None, 3)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"when": "after"}, "Say how many."),
        ({"when": "after", "amount": "0"}, "greater than or equal to 1"),
        ({"when": "percent", "amount": "1001"}, "At most 1000 per cent."),
        ({"when": "percent", "amount": "100"}, "That is the deadline"),
        ({"when": "before", "amount": "60", "of": "claim"}, "The promise is 60 minutes"),
        ({"when": "before", "amount": "240"}, "The promise is 240 minutes"),
        ({"do": "post"}, "Choose a channel."),
        ({"do": "reassign", "to": "channel-1"}, "Choose a rep."),
        ({"do": "reassign", "to": "rep-0"}, "Select a valid choice"),
        ({"do": "manager", "to": "channel-1"}, "for nobody in particular"),
        ({"do": "take_back", "of": "claim"}, "Before it is claimed nobody has the lead."),
        ({"do": "explode"}, "Select a valid choice"),
        ({"when": "warning"}, "The same step stands above."),
    ],
)
def test_what_cannot_be_meant_is_refused_beside_its_field(
    managed: Client, policy: SlaPolicy, row: dict[str, str], said: str
) -> None:
    Channel.objects.create(pk=1, name="Room", kind="slack", url="x", host="x", created_at=clock.now())  # fmt: skip
    answer = managed.post(url(policy), filled({"when": "warning"}, row))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert policy.versions.count() == 1


def test_breaches_that_nobody_was_told_of_stand_on_the_page(
    managed: Client, live_model: ModelVersion, policy: SlaPolicy,
    move_clock: Callable[[timedelta], None],
) -> None:  # fmt: skip
    managed.post(url(policy), filled({"do": ""}))
    factories.make_mql()
    move_clock(minutes(61))
    ring_all()
    page = managed.get(reverse("handoff:escalation")).content.decode()
    assert "1 breach in 30 days" in page
    assert "Nobody was told of 1." in page


def test_many_policies_ask_no_more_than_one(
    managed: Client, policy: SlaPolicy, django_assert_max_num_queries: Any
) -> None:
    page = reverse("handoff:escalation")
    managed.get(page)
    with django_assert_max_num_queries(25) as few:
        managed.get(page)
    for _n in range(3):
        factories.make_team()
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert managed.get(page).content.decode().count("usual steps") == 4


def test_an_sdr_changes_no_chain(client: Client, sdr: User, policy: SlaPolicy) -> None:
    client.force_login(sdr)
    assert client.get(url(policy)).status_code == 403
    assert client.post(url(policy), {"usual": "1"}).status_code == 403
