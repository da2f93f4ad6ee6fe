"""The first page of each role, and the page of trouble."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Role, Team, User
from leads.models import JournalEntry, QuarantinedItem
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import claimed

pytestmark = pytest.mark.django_db


def home(client: Client, user: User) -> str:
    client.force_login(user)
    return client.get("/").content.decode()


def test_a_new_installation_says_what_is_missing(client: Client, administrator: User) -> None:
    page = home(client, administrator)
    assert page.count('class="is-done"') == 0
    for label in ("Invite your people", "Publish a scoring model", "Publish a form", "first leads"):
        assert label in page


def test_the_list_of_what_is_missing_goes_when_all_is_done(
    client: Client, administrator: User, live_model: ModelVersion, sdr: User
) -> None:
    factories.make_lead()
    assert home(client, administrator).count('class="is-done"') == 3
    factories.make_form()
    assert "To begin with" not in home(client, administrator)


def test_an_sdr_sees_their_own_leads_and_the_next_ones(
    client: Client, live_model: ModelVersion, sdr: User
) -> None:
    claimed(sdr, first_name="Maya", last_name="Lind")
    factories.make_mql(first_name="Next", last_name="One")
    page = home(client, sdr)
    assert "1 lead is yours." in page
    assert page.index("Maya Lind") < page.index("Next One")
    assert "To begin with" not in page


def test_a_manager_sees_what_is_late(
    client: Client, live_model: ModelVersion, team: Team, manager: User
) -> None:
    late = factories.make_mql(first_name="Late", last_name="Lead")
    type(late).objects.update(next_due_at=factories.now() - timedelta(minutes=4))
    page = home(client, manager)
    assert "kpi kpi--bad" in page
    assert "Late Lead" in page


def test_a_marketer_sees_crossings_and_the_model(
    client: Client, live_model: ModelVersion, team: Team, marketer: User
) -> None:
    factories.make_mql()
    page = home(client, marketer)
    assert 'data-count="1"' in page
    assert "version 1" in page


@pytest.mark.parametrize("role", list(Role))
def test_home_costs_the_same_however_much_there_is(
    client: Client, live_model: ModelVersion, team: Team, role: str
) -> None:
    user = factories.make_user(role, teams=[team])
    rep = factories.make_user(Role.SDR, teams=[team]) if role != Role.SDR else user
    counts = []
    for number in (1, 4):
        for _ in range(number):
            claimed(rep)
            factories.make_mql()
        home(client, user)
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 25


def test_what_is_stuck_can_be_tried_again(client: Client, administrator: User) -> None:
    lead = factories.make_lead()
    JournalEntry.objects.update(parked_at=factories.now(), error="KeyError('band')", attempts=5)
    QuarantinedItem.objects.create(
        reason="No messageId.", payload='{"a": "<script>"}', received_at=factories.now()
    )
    client.force_login(administrator)
    page = client.get("/trouble/").content.decode()
    assert "KeyError(&#x27;band&#x27;)" in page
    assert "No messageId." in page
    assert "<script>&quot;" not in page
    entry = JournalEntry.objects.get(lead=lead)
    assert client.post("/trouble/", {"entry": [entry.pk, "x"]})["Location"] == "/trouble/"
    entry.refresh_from_db()
    assert (entry.parked_at, entry.attempts) == (None, 0)


def test_a_marketer_sees_trouble_but_tries_nothing_again(client: Client, marketer: User) -> None:
    factories.make_lead()
    JournalEntry.objects.update(parked_at=factories.now())
    client.force_login(marketer)
    assert "Try the chosen ones again" not in client.get("/trouble/").content.decode()
    assert client.post("/trouble/", {"entry": "1"}).status_code == 403
