"""The list of a quarter: made once, assigned, decided."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import User
from leadhub import tasks
from leads.hygiene import clean_up
from leads.models import CleanUp, CleanUpItem, Lead
from tests import factories

pytestmark = pytest.mark.django_db


def plant() -> dict[str, Lead]:
    old = factories.now() - timedelta(days=500)
    made = {
        "stale": factories.make_lead(first_name="Stella"),
        "disposable": factories.make_lead(email="x@mailinator.com"),
        "customer": factories.make_lead(),
        "fresh": factories.make_lead(),
    }
    aged = [made["stale"].pk, made["customer"].pk]
    Lead.objects.filter(pk__in=aged).update(created_at=old)
    Lead.objects.filter(pk=made["customer"].pk).update(stage="customer")
    return made


def test_each_day_has_its_quarter() -> None:
    days = [datetime(2026, month, 1, tzinfo=UTC) for month in (1, 3, 4, 9, 12)]
    assert [clean_up.quarter_of(day) for day in days] == [
        "2026-Q1", "2026-Q1", "2026-Q2", "2026-Q3", "2026-Q4",
    ]  # fmt: skip


def test_the_turn_of_the_day_makes_the_list_once_a_quarter() -> None:
    made = plant()
    tasks.turn_of_the_day()
    tasks.turn_of_the_day()
    chosen = dict(CleanUpItem.objects.values_list("lead", "why"))
    assert chosen == {made["stale"].pk: "stale", made["disposable"].pk: "disposable"}
    assert CleanUp.objects.count() == 1


def test_who_was_kept_comes_again_after_a_year_only(marketer: User) -> None:
    made, at = plant(), factories.now()
    first = clean_up.make_due(at)
    assert first is not None
    clean_up.assign(first, marketer)
    item = CleanUpItem.objects.get(lead=made["stale"])
    clean_up.decide([item.pk], first, "kept", by=marketer, at=at)
    second = clean_up.make_due(at + timedelta(days=92))
    assert second is not None and second.assigned_to == marketer
    assert made["stale"].pk not in second.items.values_list("lead", flat=True)
    later = clean_up.make_due(at + timedelta(days=400))
    assert later is not None
    assert made["stale"].pk in later.items.values_list("lead", flat=True)


def test_a_marketer_decides_and_only_an_administrator_erases(
    client: Client, marketer: User, administrator: User
) -> None:
    made = plant()
    done = clean_up.make_due(factories.now())
    assert done is not None
    url = f"/leads/health/clean-up/{done.quarter}/"
    ids = {item.why: item.pk for item in done.items.all()}
    client.force_login(marketer)
    page = client.get("/leads/health/clean-up/").content.decode()
    assert "Stella" in page and 'value="erased"' not in page
    client.post(url, {"assign": "1", "person": str(marketer.public_id)})
    client.post(url, {"item": [ids["disposable"]], "decision": "fixed"})
    assert client.post(url, {"item": [ids["stale"]], "decision": "erased"}).status_code == 403
    client.force_login(administrator)
    client.post(url, {"item": [ids["stale"], "x", ids["disposable"]], "decision": "erased"})
    decided = dict(CleanUpItem.objects.values_list("why", "decision"))
    assert decided == {"disposable": "fixed", "stale": "erased"}
    made["stale"].refresh_from_db()
    assert made["stale"].erased_at is not None
    assert Lead.objects.get(pk=made["disposable"].pk).erased_at is None
    assert client.post(url, {"decision": "magic"}).status_code == 302
    assert client.get("/leads/health/clean-up/1999-Q9/").status_code == 404
    assert CleanUp.objects.get().assigned_to == marketer
