"""What other systems are told, in which words, and signed by whom."""

import json
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings
from standardwebhooks import Webhook, WebhookVerificationError

from accounts import clock
from accounts.models import Role, Team, User
from accounts.secrets import unseal
from handoff import channels, claims
from handoff.channels import Event, editing, slack
from handoff.delivering import deliver
from handoff.delivering.claiming import LEASE
from handoff.delivering.listing import replay
from handoff.models import Channel, Delivery, Handoff, OutgoingEvent
from leadhub import pipeline
from leads.privacy import erasing
from tests import factories
from tests.handoff.channels.conftest import MakeChannel
from tests.handoff.channels.receivers import FINE, receiver, says
from tests.handoff.moments import earlier, minutes, ring_all

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[3]


def test_a_lead_s_way_is_told_with_a_signature_that_the_reference_library_takes(
    make_channel: MakeChannel, live_model: object, team: Team, sdr: User
) -> None:
    with receiver(FINE) as there:
        channel = make_channel(there.url)
        handoff = factories.make_mql(first_name="Maya", email="maya@northwind.example")
        claims.take(handoff, by=sdr, at=clock.now())
        pipeline.drain()
        deliver(clock.now())
    reference = Webhook(unseal(channel.secret))
    # Two calls are under way at once: which comes first is for the sequence to say.
    told = sorted(
        (reference.verify(request.body, request.headers) for request in there.got),
        key=lambda one: one["data"]["sequence"],
    )
    assert [one["type"] for one in told] == ["lead.crossed", "handoff.opened", "handoff.claimed"]
    assert len({one["data"]["sequence"] for one in told}) == len(told)
    assert told[0]["data"]["receipt"].endswith(f"{handoff.lead.public_id}/receipt.json")
    assert told[2]["data"]["owner"]["name"] == sdr.name
    assert told[2]["data"]["lead"]["score"] == handoff.lead.score.total
    assert "maya" not in str(told).casefold()
    with pytest.raises(WebhookVerificationError):
        reference.verify(there.got[0].body + b" ", there.got[0].headers)


def test_while_a_secret_changes_both_sign(make_channel: MakeChannel) -> None:
    with receiver(FINE) as there:
        channel, at = make_channel(there.url), clock.now()
        old = unseal(channel.secret)
        editing.rotate(channel, at=at)
        channel.refresh_from_db()
        new = unseal(channel.secret)
        editing.test(channel, at=at)
        deliver(at)
        editing.test(channel, at=at)
        deliver(at + timedelta(hours=25))
    during, after = there.got
    assert old != new and during.headers["webhook-signature"].count("v1,") == 2
    for secret in (old, new):
        Webhook(secret).verify(during.body, during.headers)
    assert after.headers["webhook-signature"].count("v1,") == 1


def test_names_go_only_where_somebody_said_so_and_not_after_an_erasure(
    make_channel: MakeChannel,
) -> None:
    lead = factories.make_lead(first_name="Maya", email="maya@northwind.example")
    with receiver(FINE) as there:
        make_channel(there.url, tells_who=True)
        at = clock.now()
        for number in (1, 2):
            channels.post([Event("handoff.opened", f"t:{number}", lead_id=lead.pk)], at=at)
            if number == 1:
                deliver(at)
        erasing.erase([lead], cause="request", at=at)
        deliver(at)
    assert b"maya@northwind.example" in there.got[0].body
    assert len(there.got) == 1 and not OutgoingEvent.objects.exists()


def test_a_channel_hears_what_it_chose_of_its_team(make_channel: MakeChannel, team: Team) -> None:
    other = factories.make_team("South")
    channels_of = {
        "all": make_channel("http://127.0.0.1:1/"),
        "north": make_channel("http://127.0.0.1:1/", team=team),
        "south": make_channel("http://127.0.0.1:1/", team=other),
        "breaches": make_channel("http://127.0.0.1:1/", kinds=["timer.breached"]),
        "off": make_channel("http://127.0.0.1:1/", is_on=False),
    }
    event = Event("handoff.opened", "one", team_id=team.pk)
    assert len(channels.post([event, event], at=clock.now())) == 2
    assert channels.post([event], at=clock.now()) == []
    channels.post(
        [Event("timer.escalated", "two", channels=[channels_of["breaches"].pk])], at=clock.now()
    )
    got = {
        name: list(one.deliveries.values_list("event__about", flat=True))
        for name, one in channels_of.items()
    }
    assert got == {"all": ["one"], "north": ["one"], "south": [], "breaches": ["two"], "off": []}
    assert OutgoingEvent.objects.count() == 2


def test_posting_costs_one_statement_however_much_there_is(make_channel: MakeChannel) -> None:
    make_channel("http://127.0.0.1:1/")
    counted, at = [], clock.now()
    for size in (1, 50):
        with CaptureQueriesContext(connection) as context:
            channels.post([Event("test", f"{size}:{n}") for n in range(size)], at=at)
        counted.append(len(context))
    assert counted == [1, 1] and Delivery.objects.count() == 51


def test_every_alarm_is_told_once(make_channel: MakeChannel, handoff: Handoff) -> None:
    make_channel("http://127.0.0.1:1/", kinds=["timer.breached"])
    earlier(handoff, minutes(62))
    ring_all()
    ring_all()
    event = OutgoingEvent.objects.get()
    assert (event.kind, event.data["milestone"]) == ("timer.breached", "claim")


HOSTILE = [
    "<!channel> <!here> <@U123>",
    "<http://evil.example|your bank>",
    "&lt;!channel&gt;",
    "Eve\r\nBcc: x@y.example\u2028next",
    "\u202egnp.exe",
    "x" * 10_000,
    '"}],"text":"<!everyone>"',
]


@pytest.mark.parametrize("name", HOSTILE)
def test_text_of_leads_is_text_for_slack(make_channel: MakeChannel, name: str) -> None:
    lead = factories.make_lead(company_name="North")
    type(lead).objects.filter(pk=lead.pk).update(first_name=name[:120], company_name=name[:200])
    channel = make_channel("http://127.0.0.1:1/", kind="slack", tells_who=True)
    channels.post(
        [Event("handoff.opened", "one", lead_id=lead.pk, data={"team": name})], at=clock.now()
    )
    body = slack.body_of(list(OutgoingEvent.objects.select_related("lead")), channel)
    line = body["blocks"][0]["text"]["text"]
    head, link = line.rsplit(" <", 1)
    assert "<" not in head and ">" not in head and "\n" not in line and "\u2028" not in line
    assert link.endswith("|Open the lead>") and str(lead.public_id) in link
    assert head in body["text"] and len(line) < 3000
    assert json.loads(json.dumps(body)) == body


def test_what_waits_for_slack_leaves_as_one_message(make_channel: MakeChannel) -> None:
    with receiver(says("200 OK", body=b"ok")) as there:
        make_channel(there.url, kind="slack")
        channels.post([Event("test", f"test:{n}") for n in range(25)], at=clock.now())
        deliver(clock.now())
    sizes = [len(json.loads(request.body)["blocks"]) for request in there.got]
    assert sizes == [21, 6]
    assert "webhook-signature" not in there.got[0].headers
    assert Delivery.objects.filter(state="sent").count() == 25


def test_what_failed_is_sent_again_under_the_same_id(make_channel: MakeChannel) -> None:
    with receiver(FINE) as there:
        channel, at = make_channel(there.url), clock.now()
        editing.test(channel, at=at)
        deliver(at)
        Delivery.objects.update(state="failed", error="no", attempts=10, sent_at=None)
        Channel.objects.update(is_on=False)
        assert replay(Delivery.objects.all(), at=at) == 0
        Channel.objects.update(is_on=True)
        assert replay(Delivery.objects.all(), at=at) == 1
        deliver(at)
    assert len(there.got) == 2 and len(set(there.ids())) == 1
    assert Delivery.objects.get().attempts == 1


def database_url() -> str:
    """Of the database this test runs in."""
    own = connection.settings_dict
    where = quote(own["HOST"], safe="") + (f":{own['PORT']}" if own["PORT"] else "")
    return f"postgres://{own['USER']}:{own['PASSWORD']}@{where}/{own['NAME']}"


DELIVERER = """
import os, sys
from django.utils import timezone
from handoff.delivering import deliver
print("pid", os.getpid(), flush=True)
deliver(timezone.now())
"""


@pytest.mark.django_db(transaction=True)
def test_a_deliverer_killed_between_call_and_commit_leaves_it_to_the_next_with_the_same_id(
    make_channel: MakeChannel, settings: Settings
) -> None:
    """F10: the receiver had it, nobody wrote that down."""
    child: list[subprocess.Popen[str]] = []

    def kill_and_answer(sock: object) -> None:
        os.kill(child[0].pid, signal.SIGKILL)
        child[0].wait()

    with receiver(kill_and_answer) as there:  # type: ignore[arg-type]
        channel = make_channel(there.url)
        at = clock.now()
        editing.test(channel, at=at)
        child.append(
            subprocess.Popen(
                [sys.executable, "manage.py", "shell", "-v0", "-c", DELIVERER], cwd=ROOT, text=True,
                stdout=subprocess.DEVNULL,
                env=os.environ | {
                    "DATABASE_URL": database_url(), "OUTBOUND_ALLOWED": "127.0.0.1/32",
                    "SECRET_KEY": settings.SECRET_KEY,
                },
            )
        )  # fmt: skip
        child[0].wait(timeout=120)
        row = Delivery.objects.get()
        assert (row.state, row.attempts, len(there.got)) == ("pending", 1, 1)
        there.serve = FINE
        assert deliver(at) == 0
        assert deliver(clock.now() + LEASE) == 1
        handled = {request.headers["webhook-id"] for request in there.got}
        assert (len(there.got), len(handled)) == (2, 1)
        assert Delivery.objects.get().state == "sent"


def test_a_manager_sees_channels_of_the_own_team_alone(
    make_channel: MakeChannel, manager: User, team: Team
) -> None:
    make_channel("http://127.0.0.1:1/")
    make_channel("http://127.0.0.1:1/", team=factories.make_team("South"))
    own = make_channel("http://127.0.0.1:1/", team=team)
    assert list(editing.visible(manager)) == [own]
    assert not editing.visible(factories.make_user(Role.SDR, teams=[team])).exists()
