"""A marketer's browser, and a base with a bit of everything."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Organisation, Team, User
from handoff.models import Handoff
from tests import factories
from tests.insights.facts import DAY, HOUR, plant, promise


@pytest.fixture
def organisation(db: None) -> Organisation:
    return Organisation.objects.create(name="Examplary Tools", time_zone="Europe/Berlin")


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


@pytest.fixture
def everything(organisation: Organisation, team: Team, sdr: User) -> list[Handoff]:
    """Handoffs of nine sources and two teams, in every state, with promises kept and missed."""
    south = factories.make_team("Everywhere else")
    other = factories.make_user(teams=[south], name="Ola Other")
    now, made = factories.now(), []
    states = ["accepted", "recycled", "disqualified", "queued", "claimed", "disqualified"]
    reasons = ["no_need", "no_budget", "bad_contact_data"]
    for number in range(54):
        state, mine = states[number % 6], number % 4 > 0
        handoff = plant(
            team if mine else south,
            source=f"Source {number % 9}",
            state=state,
            reason=reasons[number % 3] if state == "disqualified" else "",
            carried_by=[["pricing"], ["pricing", "title"], []][number % 5 % 3],
            opened=now - timedelta(days=number % 40, hours=number),
            by=sdr if mine else other,
        )
        made.append(handoff)
        due = handoff.opened_at + HOUR
        late = number % 3 == 0
        promise(handoff, due=due, closed=due + HOUR if late else due - HOUR / 2)
        if number % 2:
            closed = None if state == "claimed" else due + DAY / (2 if late else 48)
            promise(handoff, "first_touch", due=due + HOUR, closed=closed, state="breached")
    return made
