"""Who unsubscribes, and whose mail came back, is written to no more."""

import pytest

from leadhub import pipeline
from leads.activity import events
from leads.activity.signatures import Look
from leads.identity import merging
from leads.identity.joining import Policy
from leads.models import Event, JournalEntry, Lead
from leads.privacy import consents, preferences, suppression
from tests import factories

pytestmark = pytest.mark.django_db


def send(name: str, kind: str, trust: int = Event.Trust.HUMAN) -> None:
    item = events.Item(
        message_id=f"{name}-{kind}", anonymous_id=name, look=Look(kind), trust=trust,
        values={"email": f"{name}@firm.example"},
    )  # fmt: skip
    events.record([item], sender="t", policy=Policy.FILL, source="Mailer", at=factories.now())


def test_an_unsubscription_and_a_bounce_stand_on_the_list() -> None:
    send("ada", "unsubscribe")
    send("bob", "bounce")
    send("eve", "page")
    pipeline.drain()
    stopped = dict(Lead.objects.values_list("email", "stopped"))
    assert stopped == {
        "ada@firm.example": "unsubscribed", "bob@firm.example": "bounced", "eve@firm.example": "",
    }  # fmt: skip
    assert suppression.suppressed(stopped) == {"ada@firm.example", "bob@firm.example"}
    assert JournalEntry.objects.filter(kind="lead.suppressed").count() == 2


def test_a_scanner_that_follows_every_link_unsubscribes_nobody() -> None:
    send("ada", "unsubscribe", Event.Trust.BOT)
    pipeline.drain()
    assert suppression.suppressed(["ada@firm.example"]) == set()


def test_the_no_of_one_of_two_holds_for_the_merged_lead() -> None:
    survivor, loser = factories.make_lead(), factories.make_lead()
    factories.make_event(survivor)
    consents.withdraw([loser.pk], "activity", source="Link", at=factories.now())
    pipeline.drain()
    merging.merge(survivor, loser, by=None, at=factories.now())
    pipeline.drain()
    survivor.refresh_from_db()
    assert survivor.unfollowed_at is not None
    assert Event.objects.get(lead=survivor).trust == Event.Trust.WITHDRAWN


def test_who_said_no_under_one_address_is_not_written_to_under_another() -> None:
    survivor, loser = factories.make_lead(), factories.make_lead()
    preferences.stop(loser, at=factories.now(), proof={})
    pipeline.drain()
    made = merging.merge(survivor, loser, by=None, at=factories.now())
    pipeline.drain()
    assert suppression.suppressed([str(survivor.email)]) == {survivor.email}
    survivor.refresh_from_db()
    assert survivor.stopped == "merged"
    merging.undo(made, by=None, at=factories.now())
    pipeline.drain()
    survivor.refresh_from_db()
    loser.refresh_from_db()
    assert (survivor.stopped, loser.stopped) == ("", "unsubscribed")


def test_who_takes_back_consent_on_a_website_has_said_no_and_their_visits_count_no_more() -> None:
    send("ada", "page")
    for name in ("ada", "nobody"):
        look = Look("technical", events.WITHDRAWN)
        item = events.Item(message_id=f"no-{name}", anonymous_id=name, look=look)
        for _ in range(2):
            events.record([item], sender="t", policy=Policy.FILL, source="Site", at=factories.now())
    pipeline.drain()
    lead = Lead.objects.get()
    assert [(c.purpose.covers_activity, c.granted, c.source) for c in lead.consents.all()] == [
        (True, False, "Site")
    ]
    assert lead.unfollowed_at is not None
    assert set(lead.events.values_list("trust", flat=True)) == {Event.Trust.WITHDRAWN}
    assert JournalEntry.objects.filter(kind="lead.withdrew").count() == 1
