"""People say themselves when they are away."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from accounts import clock
from accounts.models import Team, User
from handoff.models import Absence
from tests.handoff.routing.facts import rep

pytestmark = pytest.mark.django_db
TODAY = timedelta()


def days(first: timedelta, last: timedelta) -> dict[str, str]:
    today = clock.now().date()
    return {"away": "1", "first_day": str(today + first), "last_day": str(today + last)}


def test_a_rep_says_when_they_are_away_and_takes_it_back(client: Client, sdr: User) -> None:
    client.force_login(sdr)
    page = reverse("handoff:away")
    assert client.post(page, days(TODAY, timedelta(days=3))).status_code == 302
    (absence,) = Absence.objects.filter(user=sdr)
    shown = client.get(page)
    assert [one.pk for one in shown.context["absences"]] == [absence.pk]
    client.post(page, {"remove": absence.pk})
    assert not Absence.objects.exists()


def test_days_that_run_backwards_are_refused_beside_the_field_and_stay(
    client: Client, sdr: User
) -> None:
    client.force_login(sdr)
    sent = days(timedelta(days=3), TODAY)
    answer = client.post(reverse("handoff:away"), sent)
    assert answer.status_code == 422
    assert answer.context["away"].errors["last_day"] == ["The last day lies before the first."]
    assert sent["first_day"] in answer.content.decode()


def test_nobody_takes_back_what_another_said(client: Client, sdr: User, team: Team) -> None:
    ana, today = rep("Ana", team), clock.now().date()
    theirs = Absence.objects.create(user=ana, first_day=today, last_day=today)
    client.force_login(sdr)
    client.post(reverse("handoff:away"), {"remove": theirs.pk})
    assert Absence.objects.filter(pk=theirs.pk).exists()
