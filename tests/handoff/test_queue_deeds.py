"""What is done around the queue, at its doors: next, pass by, put aside, many at once, views, settings, low scores."""

from datetime import timedelta

import pytest
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import clock
from accounts.models import Role, Team, User
from handoff import claims, queue, queue_settings, snoozing
from handoff.models import Handoff, SavedView, Skip, Task, TaskRule
from handoff.queue import Ask, counting
from handoff.views import bulk
from leads.models import Lead
from scoring.models import ModelVersion
from tests import factories
from tests.handoff.moments import earlier, minutes

pytestmark = pytest.mark.django_db


@pytest.fixture
def rep(client: Client, sdr: User) -> Client:
    client.force_login(sdr)
    return client


@pytest.fixture
def three(live_model: ModelVersion, team: Team) -> list[Handoff]:
    return factories.make_mqls(*[{"first_name": name} for name in ("Ada", "Bob", "Cleo")])


def said(answer: HttpResponse) -> str:
    """The newest message of an answer; those before it were not shown yet."""
    messages = [str(message) for message in get_messages(answer.wsgi_request)]  # type: ignore[attr-defined]
    return messages[-1] if messages else ""


def ids(handoffs: list[Handoff]) -> list[str]:
    return [str(handoff.public_id) for handoff in handoffs]


def test_next_opens_the_lead_and_says_when_none_is_left(rep: Client, three: list[Handoff]) -> None:
    earlier(three[1], minutes(70))
    answer = rep.post(reverse("handoff:next"))
    assert answer["Location"] == reverse("leads:lead", args=[three[1].lead.public_id])
    page = rep.get(reverse("handoff:panel", args=[three[1].lead.public_id])).content.decode()
    assert "a touch makes it stay" in page
    rep.post(reverse("handoff:next"))
    rep.post(reverse("handoff:next"))
    answer = rep.post(reverse("handoff:next"))
    assert (answer["Location"], said(answer)) == ("/queue/", "Nothing in the queue waits for you.")


def test_one_tap_passes_a_lead_by(rep: Client, three: list[Handoff], sdr: User) -> None:
    url = reverse("handoff:skip", args=[three[0].public_id])
    assert "Looks like no fit" in rep.get(url).content.decode()
    assert rep.post(url, {"reason": "cherry"}).status_code == 422
    assert rep.post(url, {"reason": "unfit"})["Location"] == "/queue/"
    assert (Skip.objects.get().by, Skip.objects.get().reason) == (sdr, "unfit")


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"when": "day", "until": "1999-01-01T10:00"}, "over already"),
        ({"when": "day", "until": "2999-01-01T10:00"}, "three months"),
        ({"when": "day", "until": "soon"}, "Write the time"),
        ({"when": "day"}, "When shall it come back?"),
        ({"when": "never"}, "never"),
        ({"when": "hour"}, "Its time runs out before that"),
    ],
)
def test_a_nap_that_cannot_be_is_refused_in_words(
    rep: Client, handoff: Handoff, asked: dict[str, str], sentence: str
) -> None:
    answer = rep.post(reverse("handoff:snooze", args=[handoff.public_id]), asked)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_lead_is_put_aside_and_found_under_its_tab(rep: Client, handoff: Handoff) -> None:
    until = timezone.localtime(clock.now() + minutes(20)).strftime("%Y-%m-%dT%H:%M")
    url = reverse("handoff:snooze", args=[handoff.public_id])
    assert rep.post(url, {"when": "day", "until": until}).status_code == 302
    page, row = rep.get("/queue/").content.decode(), f'id="handoff-{handoff.pk}"'
    assert row not in page and "Snoozed" in page
    assert row in rep.get("/queue/?tab=snoozed").content.decode()


def test_what_was_put_aside_is_taken_back_before_its_time(rep: Client, handoff: Handoff) -> None:
    until = timezone.localtime(clock.now() + minutes(20)).strftime("%Y-%m-%dT%H:%M")
    asked = {"when": "day", "until": until}
    rep.post(reverse("handoff:snooze", args=[handoff.public_id]), asked)
    url, row = reverse("handoff:wake", args=[handoff.public_id]), f'id="handoff-{handoff.pk}"'
    assert url in rep.get("/queue/?tab=snoozed").content.decode()
    assert url in rep.get(reverse("handoff:panel", args=[handoff.lead.public_id])).content.decode()
    assert said(rep.post(url)) == f"In the queue again: {handoff.lead.name}."
    assert row in rep.get("/queue/").content.decode()


def test_what_a_colleague_put_aside_sleeps_on(rep: Client, handoff: Handoff, team: Team) -> None:
    ana, at = factories.make_user(teams=[team]), clock.now()
    claims.take(handoff, by=ana, at=at)
    snoozing.snooze([handoff.pk], until=at + minutes(20), by=ana, at=at)
    url = reverse("handoff:wake", args=[handoff.public_id])
    assert url not in rep.get("/queue/?tab=snoozed").content.decode()
    assert said(rep.post(url)) == f"{ana.name} holds this lead."
    handoff.refresh_from_db()
    assert handoff.snoozed_until is not None
    Handoff.objects.filter(pk=handoff.pk).update(state="merged")
    assert said(rep.post(url)) == "This handoff has ended meanwhile."


def test_many_are_claimed_at_once_and_what_others_have_stays_theirs(
    rep: Client, three: list[Handoff], sdr: User, team: Team, outsider: User
) -> None:
    ana = factories.make_user(teams=[team])
    claims.take(three[0], by=ana, at=clock.now())
    chosen = [*ids(three), "no id", "00000000-0000-0000-0000-000000000000"]
    answer = rep.post(
        reverse("handoff:bulk"), {"action": "claim", "handoff": chosen, "view": "?tab=mine"}
    )
    assert answer["Location"] == "/queue/?tab=mine"
    assert said(answer).startswith("2 leads are yours.")
    owners = [Handoff.objects.get(pk=handoff.pk).owner for handoff in three]
    assert owners == [ana, sdr, sdr]
    rep.force_login(outsider)
    rep.post(reverse("handoff:bulk"), {"action": "claim", "handoff": ids(three)})
    assert not Handoff.objects.filter(owner=outsider).exists()


def test_managers_reassign_many_and_reps_do_not(
    client: Client, three: list[Handoff], manager: User, sdr: User, outsider: User
) -> None:
    url, asked = (
        reverse("handoff:reassign"),
        {"handoff": ids(three), "to": sdr.pk, "reason": "rota"},
    )
    client.force_login(sdr)
    assert client.post(url, asked).status_code == 403
    client.force_login(manager)
    assert said(client.post(url, {**asked, "to": outsider.pk})) == "Choose who shall have them."
    assert said(client.post(url, asked)) == "3 leads went to Rui Rep."
    assert set(Handoff.objects.values_list("owner", flat=True)) == {sdr.pk}


def test_only_ones_own_are_put_aside_by_the_dozen(
    rep: Client, three: list[Handoff], sdr: User
) -> None:
    Handoff.objects.update(next_due_at=None)
    claims.take(three[0], by=sdr, at=clock.now())
    Handoff.objects.update(next_due_at=None)
    asked = {"action": "snooze", "handoff": ids(three), "when": "hour"}
    assert said(rep.post(reverse("handoff:bulk"), asked)).startswith("1 lead is put aside.")
    assert said(rep.post(reverse("handoff:bulk"), {"action": "snooze"})) == "Nothing was chosen."
    assert (
        said(rep.post(reverse("handoff:bulk"), {"handoff": ids(three)}))
        == "Choose what shall be done."
    )


def test_a_view_is_kept_by_name_and_only_its_owner_removes_it(
    rep: Client, sdr: User, outsider: User
) -> None:
    query = "?tab=mine&order=score&junk=<b>&at=5"
    answer = rep.post(reverse("handoff:save_view"), {"name": "Hot ones", "query": query})
    view = SavedView.objects.get()
    assert (view.user, view.query) == (sdr, "?tab=mine&order=score")
    assert answer["Location"] == "/queue/?tab=mine&order=score"
    assert "Hot ones" in rep.get("/queue/").content.decode()
    assert "needs a name" in said(rep.post(reverse("handoff:save_view"), {"name": "x" * 99}))
    rep.force_login(outsider)
    rep.post(reverse("handoff:remove_view", args=[view.pk]))
    assert SavedView.objects.exists()
    rep.force_login(sdr)
    rep.post(reverse("handoff:remove_view", args=[view.pk]))
    assert not SavedView.objects.exists()


def test_managers_say_how_the_queue_works(client: Client, manager: User) -> None:
    client.force_login(manager)
    url = reverse("handoff:queue_settings")
    asked = {
        "what": "settings",
        "lease_minutes": "25",
        "usual_sql_percent": "30",
        "first_touches": ["call"],
        "goal_percent": "80",
    }
    assert client.post(url, asked).status_code == 302
    settings = queue_settings.current()
    assert (settings.lease_minutes, settings.first_touches, settings.counts_unreached) == (
        25, ["call"], False,
    )  # fmt: skip
    assert settings.goal_percent == 80
    for wrong in (
        {"goal_percent": "101"},
        {"usual_sql_percent": "0"},
        {"lease_minutes": "-1"},
        {"first_touches": ["note"]},
    ):
        assert client.post(url, {**asked, **wrong}).status_code == 422
    assert queue_settings.current().usual_sql_percent == 30


def test_a_rule_for_tasks_is_added_switched_and_removed(
    client: Client, manager: User, live_model: ModelVersion, team: Team
) -> None:
    client.force_login(manager)
    url = reverse("handoff:queue_settings")
    rule = {"what": "rule", "text": "Call within 24 hours", "hours": "24", "clock": "calendar"}
    assert client.post(url, {**rule, "hours": "0"}).status_code == 422
    assert client.post(url, {**rule, "band": "cold"}).status_code == 422
    assert client.post(url, {**rule, "kind": "call", "band": "mql"}).status_code == 302
    made = TaskRule.objects.get()
    client.post(url, {"what": "switch", "rule": made.pk})
    made.refresh_from_db()
    assert made.is_on is False
    client.post(url, {"what": "remove", "rule": made.pk})
    client.post(url, {"what": "remove", "rule": "²"})
    assert not TaskRule.objects.exists()


def test_a_task_is_added_and_done_at_the_lead(rep: Client, handoff: Handoff, sdr: User) -> None:
    due = timezone.localtime(clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    url = reverse("handoff:task", args=[handoff.public_id])
    assert rep.post(url, {"text": "Send <b>it</b>", "due_at": "yesterday"}).status_code == 422
    assert rep.post(url, {"text": "Send <b>it</b>", "due_at": due}).status_code == 302
    task = Task.objects.get()
    panel = rep.get(reverse("handoff:panel", args=[handoff.lead.public_id])).content.decode()
    assert "Send &lt;b&gt;it&lt;/b&gt;" in panel
    rep.post(reverse("handoff:task_done", args=[handoff.public_id, task.pk]))
    task.refresh_from_db()
    assert task.done_by == sdr
    assert rep.post(reverse("handoff:task_done", args=[handoff.public_id, 0])).status_code == 404


def test_low_scores_are_looked_at_once_a_week(
    rep: Client, handoff: Handoff, team: Team, sdr: User
) -> None:
    low, idle = factories.make_lead(first_name="Lowell"), factories.make_lead(first_name="Idle")
    for lead in (low, idle):
        lead.handed_to.add(team)
    Lead.objects.filter(pk=low.pk).update(last_activity_at=clock.now())
    page = rep.get(reverse("handoff:low")).content.decode()
    assert "Lowell" in page
    assert "Idle" not in page and "Maya" not in page
    rep.post(reverse("handoff:looked_at", args=[low.public_id]))
    assert "Lowell" not in rep.get(reverse("handoff:low")).content.decode()


def test_managers_open_the_skips_behind_a_number(
    client: Client, handoff: Handoff, manager: User, sdr: User
) -> None:
    Skip.objects.create(handoff=handoff, by=sdr, reason="known", at=clock.now())
    client.force_login(manager)
    page = client.get("/queue/skips/?by=band&days=7").content.decode()
    assert "value=" in page
    behind = client.get("/queue/skips/?by=reason&value=known").content.decode()
    assert "Maya Alvarez" in behind and "A colleague knows them" in behind
    assert client.get("/queue/skips/?by=junk&days=x&value=junk").status_code == 200


def test_a_long_queue_is_counted_to_a_thousand(
    rep: Client, three: list[Handoff], sdr: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "COUNTED_TO", 2)
    assert queue.counts(sdr, Ask(), at=clock.now()).open == 3
    factories.make_mql()
    assert queue.counts(sdr, Ask(), at=clock.now()).open == 3


def test_a_marketer_looks_and_does_nothing(
    client: Client, three: list[Handoff], marketer: User
) -> None:
    client.force_login(marketer)
    page = client.get("/queue/").content.decode()
    assert "Claim the chosen" not in page and 'name="handoff"' not in page
    assert client.post(reverse("handoff:bulk"), {"action": "claim"}).status_code == 403
    assert client.post(reverse("handoff:next")).status_code == 403


def test_an_administrator_gives_to_anybody_who_works_leads(
    administrator: User, sdr: User, outsider: User, marketer: User
) -> None:
    assert set(bulk.people(administrator)) == set(User.objects.filter(role=Role.SDR))
