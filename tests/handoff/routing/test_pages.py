"""The rules as people edit them: tried before they are saved, ordered, and refused with a reason beside the field."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from accounts import clock, keys, people
from accounts.models import Role, Team, User
from handoff import claims, handoffs
from handoff.models import Absence, Handoff, RoutingRule, TeamRouting, Tier
from leadhub import pipeline, tasks
from leads.models import JournalEntry
from tests import factories
from tests.handoff.routing.facts import crossing, rep, rule, shares, where

pytestmark = pytest.mark.django_db


@pytest.fixture
def managing(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def rule_of(to: Team, **over: str) -> dict[str, str]:
    told = {
        "name": "Germany", "when1-field": "country", "when1-op": "is", "when1-value": "DE",
        "goes": "team", "team": str(to.pk), "place": "1",
    }  # fmt: skip
    return {**told, **over}


def test_a_rule_is_tried_on_last_months_leads_and_then_saved(managing: Client, team: Team) -> None:
    shares(team)
    ana, rui = rep("Ana", team), rep("Rui", team)
    rule("All", team=team)
    for country in ("DE", "DE", "FR"):
        crossing(country=country)
    tried = managing.post("/routing/rules/new/", {**rule_of(team), "try": "1"})
    page = tried.content.decode()
    assert RoutingRule.objects.count() == 1
    rows = tried.context["tried"]["rows"]
    assert [(row["before"], row["after"]) for row in rows] == [(0, 2), (3, 1), (0, 0)]
    assert sorted(tried.context["tried"]["people"]) == [(ana.name, 2), (rui.name, 1)]
    assert "DE" in page and 'value="Germany"' in page
    assert managing.post("/routing/rules/new/", rule_of(team)).status_code == 302
    assert [one.name for one in RoutingRule.objects.all()] == ["Germany", "All"]
    shown = managing.get("/routing/")
    assert "Country is DE" in shown.content.decode()
    assert [line["leads"] for line in shown.context["lines"]] == [2, 1]
    first = RoutingRule.objects.get(name="Germany")
    behind = managing.get(f"/routing/leads/?rule={first.pk}")
    assert behind.context["total"] == 2
    assert JournalEntry.objects.get(kind="routing.changed").data["what"] == "added"


@pytest.mark.parametrize(
    ("over", "field", "said"),
    [
        ({"name": " "}, "name", "Give the rule a name"),
        ({"when1-value": ""}, "when1-value", "Say which text"),
        ({"when1-field": "score", "when1-op": "between", "when1-low": "9", "when1-high": "x"},
         "when1-high", "is not a whole number"),
        ({"team": "999999"}, "team", "Choose a team"),
        ({"goes": "rep", "rep": ""}, "rep", "Choose a person"),
        ({"seniors_only": "on"}, "seniors_only", "Nobody in this team is a senior"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_beside_its_field(
    managing: Client, team: Team, over: dict[str, str], field: str, said: str
) -> None:
    rep("Ana", team)
    answer = managing.post("/routing/rules/new/", rule_of(team, **over))
    assert answer.status_code == 422
    assert any(said in text for text in answer.context["form"].errors[field])
    assert not RoutingRule.objects.exists()


def test_a_team_without_people_is_refused(managing: Client) -> None:
    empty = factories.make_team("Empty")
    answer = managing.post("/routing/rules/new/", rule_of(empty))
    assert "Nobody is in this team" in str(answer.context["form"].errors["team"])


def test_conditions_come_and_go_and_rules_are_ordered_and_removed(
    managing: Client, team: Team
) -> None:
    first, second = rule("First", team=team), rule("Second", goes="nurture")
    drawn = managing.post(
        f"/routing/rules/{first.pk}/", {"redraw": "+when", "name": "First", "goes": "team"}
    )
    assert len(drawn.context["form"].when) == 1
    managing.post("/routing/order/", {"rule": [second.pk, first.pk]})
    assert [one.name for one in RoutingRule.objects.all()] == ["Second", "First"]
    managing.post(f"/routing/rules/{second.pk}/", {"remove": "1"})
    assert list(RoutingRule.objects.values_list("name", "order")) == [("First", 1)]


def test_a_rule_is_drawn_as_it_was_saved(managing: Client, team: Team) -> None:
    odd = where("country", "one_of", ["DE", 'a "b", c'])
    found = rule("Odd", odd, where("score", "between", [101, None]), team=team)
    rep("Ana", team)
    form = managing.get(f"/routing/rules/{found.pk}/").context["form"]
    sent = dict(form.values)
    assert managing.post(f"/routing/rules/{found.pk}/", sent).status_code == 302
    found.refresh_from_db()
    assert found.conditions == [odd, where("score", "between", [101, None])]


def test_a_team_says_how_it_shares_and_who_is_away(managing: Client, team: Team) -> None:
    ana = rep("Ana", team)
    told = {
        "strategy": "weighted", "offer_minutes": "30", "is_fallback": "on",
        f"rep{ana.pk}-weight": "3", f"rep{ana.pk}-per_day": "8", f"rep{ana.pk}-open_limit": "",
        f"rep{ana.pk}-is_senior": "on",
    }  # fmt: skip
    here = f"/routing/teams/{team.pk}/"
    assert managing.post(here, told).status_code == 302
    ana.rep.refresh_from_db()
    assert (ana.rep.weight, ana.rep.per_day, ana.rep.is_senior) == (3, 8, True)
    assert TeamRouting.objects.get().is_fallback
    assert managing.post(here, {**told, f"rep{ana.pk}-weight": "-1"}).status_code == 422
    today = clock.now().date()
    days = {"away": "1", "user": ana.pk, "first_day": today, "last_day": today - timedelta(days=1)}
    refused = managing.post(here, days)
    assert refused.context["away"].errors["last_day"] == ["The last day lies before the first."]
    assert managing.post(here, {**days, "last_day": today}).status_code == 302
    assert "absent until" in managing.get(here).content.decode()
    managing.post(here, {"remove": Absence.objects.get().pk})
    assert not Absence.objects.exists()


def test_tiers_keep_their_keys_and_two_cannot_be_alike(managing: Client) -> None:
    rows = {"tier0-name": "Big", "tier0-least": "1000", "tier1-name": "Mid", "tier1-least": "50"}
    assert managing.post("/routing/", rows).status_code == 302
    rows |= {
        "tier0-least": "900",
        "tier2-name": "",
        "tier2-least": "",
        "tier3-name": "",
        "tier3-least": "",
    }
    assert managing.post("/routing/", rows).status_code == 302
    assert list(Tier.objects.values_list("key", "least_employees")) == [("big", 900), ("mid", 50)]
    assert managing.post("/routing/", {**rows, "tier1-least": "900"}).status_code == 422


def test_who_is_deactivated_leaves_nothing_behind(team: Team, administrator: User) -> None:
    shares(team)
    ana = rep("Ana", team)
    rule("All", team=team)
    held, offered = (
        handoffs.open_for([crossing().pk], at=clock.now())[0] for _n in range(2)
    )  # fmt: skip
    claims.take(held, by=ana, at=clock.now())
    rui = rep("Rui", team)
    people.deactivate(ana)
    for one in (held, offered):
        one.refresh_from_db()
        assert (one.state, one.owner, one.offered_to) == ("queued", None, rui)
        assert "Ana" not in one.routed_by
    people.deactivate(rui)
    pipeline.drain()
    assert set(Handoff.objects.values_list("is_fallback", "offered_to")) == {(True, None)}


def test_an_absence_sends_what_is_offered_to_others(managing: Client, team: Team) -> None:
    shares(team)
    ana, rui = rep("Ana", team), rep("Rui", team)
    rule("All", team=team)
    handoff = handoffs.open_for([crossing().pk], at=clock.now())[0]
    assert handoff.offered_to == ana
    today = clock.now().date()
    managing.post(
        f"/routing/teams/{team.pk}/",
        {"away": "1", "user": ana.pk, "first_day": today, "last_day": today},
    )
    tasks.beat()
    handoff.refresh_from_db()
    assert handoff.offered_to == rui


def test_machines_read_and_replace_the_rules_and_tell_of_absences(
    client: Client, team: Team
) -> None:
    ana = rep("Ana", team)
    _key, text = keys.make(kind="secret", name="HR", by=None)
    head = {"Authorization": f"Bearer {text}"}

    def send(method: str, path: str, data: object) -> tuple[int, object]:
        answer = client.generic(
            method, f"/api/v1/routing/{path}", json.dumps(data), "application/json", headers=head
        )
        return answer.status_code, answer.json() if answer.content else None

    told = {
        "name": "Germany",
        "goes": "team",
        "team": team.name,
        "conditions": [where("country", "is", "DE")],
    }
    status, answer = send("PUT", "rules", {"rules": [told, {"name": "Rest", "goes": "nurture"}]})
    assert status == 200 and isinstance(answer, dict)
    assert [one["name"] for one in answer["rules"]] == ["Germany", "Rest"]
    status, answer = send("PUT", "rules", {"rules": [{**told, "team": "Nowhere"}]})
    assert (status, "1.rule.team" in json.dumps(answer)) == (400, True)
    assert RoutingRule.objects.count() == 2
    days = {"user": ana.email, "first_day": "2030-01-02", "last_day": "2030-01-05"}
    status, answer = send("POST", "absences", days)
    assert status == 201 and isinstance(answer, dict)
    assert send("POST", "absences", {**days, "last_day": "2030-01-01"})[0] == 400
    assert send("DELETE", f"absences/{answer['id']}", None)[0] == 204
    assert send("DELETE", f"absences/{answer['id']}", None)[0] == 404


def test_the_list_asks_no_more_for_more_rules(
    managing: Client, team: Team, django_assert_max_num_queries: Callable[..., object]
) -> None:
    rule("First", where("country", "is", "DE"), team=team)
    managing.get("/routing/")
    with django_assert_max_num_queries(30) as few:  # type: ignore[attr-defined]
        managing.get("/routing/")
    for n in range(6):
        rule(f"Rule {n}", where("source", "is", str(n)), team=factories.make_team())
    with django_assert_max_num_queries(len(few.captured_queries)):  # type: ignore[attr-defined]
        managing.get("/routing/")


def test_sdrs_read_the_rules_and_change_none(client: Client, sdr: User, team: Team) -> None:
    found = rule("All", team=team)
    client.force_login(sdr)
    assert "Every lead" in client.get("/routing/").content.decode()
    assert client.post(f"/routing/rules/{found.pk}/", {"remove": "1"}).status_code == 403
    assert sdr.role == Role.SDR


def test_the_panel_says_why_it_lies_there(client: Client, sdr: User, team: Team) -> None:
    shares(team)
    rule("Territory <b>DACH</b>", team=team)
    handoff = handoffs.open_for([crossing().pk], at=clock.now())[0]
    client.force_login(sdr)
    panel = client.get(f"/leads/{handoff.lead.public_id}/handoff/").content.decode()
    assert "Rule 1, Territory &lt;b&gt;DACH&lt;/b&gt;; Rui Rep had 0 today" in panel
    assert "Offered to" in panel and "<b>You</b>" in panel
