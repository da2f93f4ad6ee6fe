"""Channels and messages as those who may see and change them."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from accounts import clock
from accounts.models import Team, User
from accounts.secrets import unseal
from handoff import channels
from handoff.channels import Event
from handoff.delivering import deliver
from handoff.models import Channel, Delivery
from tests import factories
from tests.confirming import typed_password
from tests.handoff.channels.conftest import MakeChannel
from tests.handoff.channels.receivers import FINE, receiver, says

pytestmark = pytest.mark.django_db


def values(url: str, **over: object) -> dict[str, object]:
    return {"kind": "webhook", "name": "CRM", "url": url, "kinds": ["handoff.opened"], **over}


def test_an_administrator_makes_tries_and_changes_a_channel(
    client: Client, administrator: User
) -> None:
    client.force_login(administrator)
    typed_password(client)
    with receiver(FINE) as there:
        page = client.post("/channels/add/", values(there.url))
        assert page.status_code == 302
        channel = Channel.objects.get()
        shown = client.get(page["Location"]).content.decode()
        assert unseal(channel.secret) in shown and "s3cret" not in shown
        assert there.url not in channel.url and unseal(channel.url) == there.url
        client.post(f"{page['Location']}do/", {"do": "test"})
        assert "hx-get" in client.get(f"{page['Location']}last/").content.decode()
        deliver(clock.now())
        last = client.get(f"{page['Location']}last/").content.decode()
        assert "A test" in last and "204" in last and "hx-get" not in last
    client.post(page["Location"], values("", name="Our CRM", kinds=["handoff.claimed"]))
    channel.refresh_from_db()
    assert (channel.name, channel.kinds, unseal(channel.url)) == (
        "Our CRM",
        ["handoff.claimed"],
        there.url,
    )
    for deed, is_on in (("off", False), ("on", True), ("rotate", True)):
        client.post(f"{page['Location']}do/", {"do": deed})
        channel.refresh_from_db()
        assert channel.is_on is is_on
    assert channel.old_secret
    client.post(f"{page['Location']}do/", {"do": "remove"})
    assert not Channel.objects.exists()


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ({"url": "https://10.0.0.7/hook"}, "network"),
        ({"url": "https://[::ffff:169.254.169.254]/"}, "network"),
        ({"url": "http://93.184.215.14/"}, "begins with https"),
        ({"url": "https://93.184.215.14:6379/"}, "port 6379"),
        ({"url": "https://user:secret@93.184.215.14/"}, "name and password"),
        ({"url": "javascript:alert(1)"}, "begins with https"),
        ({"url": ""}, "required"),
        ({"kinds": []}, "at least one thing"),
        ({"kinds": ["test"]}, "not one of the available"),
        ({"team": "999999"}, "valid choice"),
        ({"name": "Taken"}, "has this name"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field_and_nothing_is_lost(
    client: Client, administrator: User, make_channel: MakeChannel, settings: Settings,
    over: dict[str, object], told: str,
) -> None:  # fmt: skip
    settings.OUTBOUND_ALLOWED = []
    make_channel("https://93.184.215.14/", name="Taken")
    client.force_login(administrator)
    typed_password(client)
    answer = client.post("/channels/add/", values("https://93.184.215.14/") | over)
    page = answer.content.decode()
    assert answer.status_code == 422 and told in page
    assert str(over.get("name", "CRM")) in page and Channel.objects.count() == 1


def test_an_address_needs_the_password_of_a_moment_ago(
    client: Client, administrator: User, make_channel: MakeChannel
) -> None:
    client.force_login(administrator)
    channel = make_channel("http://127.0.0.1:1/old", name="CRM")
    page = f"/channels/{channel.public_id}/"
    answer = client.post(page, values("http://127.0.0.1:1/new"))
    assert answer.status_code == 422 and "Type your password" in answer.content.decode()
    assert client.post(page, values("", name="Our CRM")).status_code == 302
    sent = values("http://127.0.0.1:1/new") | {"own_password": factories.PASSWORD}
    assert client.post(page, sent).status_code == 302
    channel.refresh_from_db()
    assert unseal(channel.url) == "http://127.0.0.1:1/new"


def test_a_manager_makes_channels_for_the_own_teams_alone(
    client: Client, manager: User, team: Team, make_channel: MakeChannel
) -> None:
    foreign = make_channel("http://127.0.0.1:1/")
    client.force_login(manager)
    typed_password(client)
    assert client.post("/channels/add/", values("http://127.0.0.1:1/")).status_code == 422
    assert (
        client.post("/channels/add/", values("http://127.0.0.1:1/", team=team.pk)).status_code
        == 302
    )
    page = client.get("/channels/").content.decode()
    assert "CRM" in page and foreign.name not in page
    for path in ("", "last/"):
        assert client.get(f"/channels/{foreign.public_id}/{path}").status_code == 404
    assert client.post(f"/channels/{foreign.public_id}/do/", {"do": "remove"}).status_code == 404


def test_what_failed_is_seen_and_sent_again_one_or_all(
    client: Client, administrator: User, make_channel: MakeChannel
) -> None:
    client.force_login(administrator)
    lead = factories.make_lead(first_name="<b>Eve</b>")
    with receiver(says("500 Oh dear")) as there:
        channel = make_channel(there.url)
        channels.post(
            [Event("handoff.opened", f"t:{n}", lead_id=lead.pk) for n in range(4)], at=clock.now()
        )
        Delivery.objects.update(attempts=9)
        deliver(clock.now())
        page = client.get("/deliveries/").content.decode()
        assert page.count('name="row"') == 4 and "answered 500" in page and "<b>Eve" not in page
        rows = re.findall(r'name="row" value="(\d+)"', page)
        detail = client.get(f"/deliveries/{rows[0]}/").content.decode()
        assert "webhook-id" in detail and str(lead.public_id) in detail
        there.serve = FINE
        Channel.objects.update(failures=0, rests_until=None)
        client.post("/deliveries/", {"row": rows[:1]})
        deliver(clock.now())
        assert channel.deliveries.filter(state="sent").count() == 1
        client.post(f"/deliveries/?channel={channel.public_id}", {"all": "1"})
        deliver(clock.now())
        assert channel.deliveries.filter(state="sent").count() == 4
        assert len(there.got) == 8 and len(set(there.ids())) == 4


def test_pages_ask_no_more_for_more_rows(
    client: Client, administrator: User, make_channel: MakeChannel
) -> None:
    client.force_login(administrator)
    counted: dict[str, list[int]] = {}
    for size in (1, 20):
        made = [
            make_channel("http://127.0.0.1:1/", kinds=["handoff.opened"], name=f"{size} {n}")
            for n in range(size)
        ]
        lead = factories.make_lead()
        events = [Event("handoff.opened", f"{size}:{n}", lead_id=lead.pk) for n in range(size)]
        channels.post(events, at=clock.now())
        urls = {
            "list": "/channels/",
            "messages": "/deliveries/?state=pending",
            "one": f"/channels/{made[0].public_id}/",
        }
        for name, url in urls.items():
            with CaptureQueriesContext(connection) as context:
                assert client.get(url).status_code == 200
            counted.setdefault(name, []).append(len(context))
    assert [few for few, _many in counted.values()] == [many for _few, many in counted.values()]


def test_pages_of_messages_go_on_by_key(
    client: Client, administrator: User, make_channel: MakeChannel
) -> None:
    client.force_login(administrator)
    make_channel("http://127.0.0.1:1/")
    channels.post([Event("test", f"t:{n}") for n in range(60)], at=clock.now())
    page = client.get("/deliveries/?state=pending").content.decode()
    older = re.search(r'href="(\?state=pending&amp;before=\d+)"', page)
    assert older is not None and page.count("data-row>") == 50
    rest = client.get("/deliveries/" + older[1].replace("&amp;", "&")).content.decode()
    assert rest.count("data-row>") == 10
    assert client.get("/deliveries/?state=x&channel=y&before=z").status_code == 200
