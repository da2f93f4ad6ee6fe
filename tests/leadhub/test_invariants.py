"""The promises are checked by something that can say no."""

import pytest
from django.db import connection

from accounts.models import Team, User
from handoff import claims
from leadhub import invariants
from leads.activity import events
from leads.activity.signatures import Look
from leads.identity.joining import Policy
from scoring.models import ModelVersion
from tests import factories

pytestmark = pytest.mark.django_db

BREAKS = {
    "each crossing that shall be handed over was": """
        INSERT INTO leads_crossing (lead_id, number, cause, version, at, total, band, contributions, carried_by,
                                    opens_handoff)
        SELECT lead_id, number + 1, cause, version, at - interval '1 day', total, band, '[]', '[]', true
          FROM leads_crossing""",
    "crossings of a lead are numbered without a gap": "UPDATE leads_crossing SET number = number + 7",
    "every lead has its score row, with true copies": "UPDATE leads_leadscore SET stage = 'lost'",
    "every stage was reached by a journal entry": "UPDATE leads_lead SET stage = 'customer'",
    "a handoff has the source of its lead": "UPDATE handoff_handoff SET source = 'Elsewhere'",
    "the queue's deadline is the earliest open one": "UPDATE handoff_handoff SET next_due_at = app_now()",
    "nothing is parked": "UPDATE leads_journalentry SET parked_at = app_now()",
    "stored scores equal what the model says": "UPDATE leads_leadscore SET total = total + 1",
    "no breach was told before its deadline": """
        INSERT INTO handoff_slaevent (timer_id, kind, generation, due_at, fired_at)
        SELECT id, 'breach', 1, app_now(), app_now() - interval '1 hour' FROM handoff_slatimer""",
    "each warning and breach has one journal entry, and each entry its event": """
        INSERT INTO handoff_slaevent (timer_id, kind, generation, due_at, fired_at)
        SELECT id, 'warn', 1, due_at, app_now() FROM handoff_slatimer""",
    "each alarm that fired left exactly one event": "UPDATE handoff_slaalarm SET state = 'fired' WHERE kind = 'warn'",
    "a message that was sent says when, one that failed says why, and one that waits is tried in the end": """
        INSERT INTO handoff_delivery (key, state, attempts, next_at, error)
        VALUES ('letter', 'failed', 10, app_now(), '')""",
    "nothing waits for a channel that is off": """
        WITH c AS (
        INSERT INTO handoff_channel (public_id, name, kind, url, host, secret, old_secret, kinds, tells_who, is_on,
                                     off_reason, failures, created_at)
        VALUES (gen_random_uuid(), 'Off', 'slack', 'x', 'x', '', '', '{}', false, false, '', 0, app_now())
        RETURNING id), e AS (
        INSERT INTO handoff_outgoingevent (public_id, kind, about, at, data)
        VALUES (gen_random_uuid(), 'test', 'test', app_now(), '{}') RETURNING id)
        INSERT INTO handoff_delivery (event_id, channel_id, state, attempts, next_at, error)
        SELECT e.id, c.id, 'pending', 0, app_now(), '' FROM e, c""",
    "a digest is for one person": """
        INSERT INTO handoff_delivery (key, user_id, digest, state, attempts, next_at, error)
        SELECT 'of ' || id, id, 'together', 'pending', 0, app_now(), '' FROM accounts_user
         UNION ALL SELECT 'of nobody', NULL, 'together', 'pending', 0, app_now(), ''""",
    "nothing hangs on a merged lead": "UPDATE leads_lead SET merged_into_id = id",
}
MESSAGES = "each message that is an event has it once, and no event of a message is without its key"


@pytest.fixture
def story(live_model: ModelVersion, team: Team, sdr: User) -> None:
    claims.take(factories.make_mql(), by=sdr, at=factories.now())
    factories.pipeline.drain()
    events.record(
        [
            events.Item("page-1", "browser-1", look=Look("page", "", "/pricing")),
            events.Item("page-2", "browser-1", look=Look("page", "", "/pricing")),
            events.Item("who-1", "browser-1", values={"email": "maya@firm.example"}),
        ],
        sender="story", policy=Policy.FILL, source="Story", at=factories.now(),
    )  # fmt: skip
    factories.pipeline.drain()


def test_a_sound_story_breaks_no_promise(story: None) -> None:
    assert invariants.check() == []


@pytest.mark.parametrize(
    "loss",
    [
        "DELETE FROM leads_event WHERE keyed",
        "DELETE FROM leads_eventkey",
        "UPDATE leads_eventkey SET event_id = (SELECT min(event_id) FROM leads_eventkey) WHERE event_id > 0",
        "UPDATE leads_eventkey SET event_id = (SELECT max(id) + 1 FROM leads_event)",
    ],
)
def test_a_message_and_its_event_are_not_parted(loss: str, story: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(loss)
    assert MESSAGES in {broken.promise for broken in invariants.check()}


@pytest.mark.parametrize("promise", BREAKS)
def test_a_broken_promise_is_named(promise: str, story: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(BREAKS[promise])
    assert promise in {broken.promise for broken in invariants.check()}
