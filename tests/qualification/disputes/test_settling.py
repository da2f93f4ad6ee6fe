"""Marketing's inbox: disputes with their evidence, settled once by a fix, a draft or a word."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from handoff.models import Notification
from leadhub import pipeline
from leads.models import Lead
from qualification import dispositions
from qualification.disputes import listing, settling
from qualification.models import FactVerdict
from qualification.saying_no.facts import facts_of
from qualification.saying_no.told import NotReady, Tick, Told
from scoring.live import read
from scoring.models import ModelVersion
from tests import factories
from tests.qualification.facts import any_reason, claimed

pytestmark = pytest.mark.django_db
INBOX = "/qualification/disputes/"
Verdict = FactVerdict.Verdict


def disputed(by: User, verdict: str = Verdict.WRONG, value: str = "") -> FactVerdict:
    """A no whose title was ticked so, and whose demo was right."""
    handoff = claimed(by)
    demo, title = facts_of(handoff)
    dispositions.disqualify(
        handoff, reason=any_reason("not_a_decision_maker"), by=by, at=factories.now(),
        note="She only collects offers.",
        told=Told(ticks=[Tick(title, verdict, value), Tick(demo, Verdict.RIGHT)]),
    )  # fmt: skip
    return FactVerdict.objects.exclude(verdict=Verdict.RIGHT).latest("id")


def test_what_was_right_is_no_dispute_and_the_rest_comes_with_its_evidence(
    live_model: ModelVersion, client: Client, sdr: User, marketer: User
) -> None:
    disputed(sdr, Verdict.NOT_COUNTING)
    client.force_login(marketer)
    page = client.get(INBOX).content.decode()
    assert page.count('class="dispute"') == 1
    for words in ("Should not count", "She only collects offers.", "C-level title", "Rui Rep"):
        assert words in page
    assert client.get("/").content.decode().count(INBOX) == 2
    client.force_login(sdr)
    assert client.get(INBOX).status_code == 403


def test_a_fixed_fact_is_the_leads_from_now_on(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    one = disputed(sdr)
    settling.fix(one, "Purchasing assistant", word="", by=marketer, at=factories.now())
    one.refresh_from_db()
    assert (one.settled_as, one.settled_by) == ("fixed", marketer)
    assert Lead.objects.get().title == "Purchasing assistant"
    with pytest.raises(settling.AlreadySettled):
        settling.disagree(one, word="No.", by=marketer, at=factories.now())


def test_an_adjusted_criterion_answers_all_who_disputed_it(
    live_model: ModelVersion, sdr: User, marketer: User
) -> None:
    one, other = disputed(sdr), disputed(sdr, Verdict.NOT_COUNTING)
    proposal = settling.proposal(one, at=factories.now())
    assert proposal is not None
    # None of two said right: a quarter of the 20 points is left.
    assert (proposal.points, proposal.proposed, proposal.right, proposal.verdicts) == (20, 5, 0, 2)
    with pytest.raises(NotReady, match="gives already"):
        settling.adjust(one, 20, alike=True, word="", by=marketer, at=factories.now())
    draft = settling.adjust(one, 5, alike=True, word="Quite so.", by=marketer, at=factories.now())
    assert read(draft).by_key["c_level"].points == 5
    for settled in FactVerdict.objects.filter(pk__in=[one.pk, other.pk]):
        assert (settled.settled_as, settled.draft) == ("adjusted", draft)
    pipeline.drain()
    told = Notification.objects.filter(user=sdr, kind="disputed")
    assert told.count() == 2
    assert "Quite so." in told[0].text


def test_who_disagrees_says_why_to_the_rep(
    live_model: ModelVersion, client: Client, sdr: User, marketer: User
) -> None:
    one = disputed(sdr, Verdict.OUTDATED)
    client.force_login(marketer)
    url = f"{INBOX}{one.pk}/disagree/"
    assert "Say why" in client.post(url, {"word": " "}).content.decode()
    assert client.post(url, {"word": "She signs below 5,000."})["Location"] == INBOX
    pipeline.drain()
    assert "She signs below 5,000." in Notification.objects.get(kind="disputed").text
    assert client.get(INBOX).content.decode().count("Nothing is disputed") == 1
    assert "She signs below 5,000." in client.get(f"{INBOX}?show=settled").content.decode()
    # Somebody else's page still showed it open.
    assert client.post(url, {"word": "No."})["Location"] == INBOX
    assert client.get(f"{INBOX}{one.pk}/nonsense/").status_code == 404


def test_the_inbox_asks_the_same_for_one_and_for_many(
    live_model: ModelVersion, client: Client, sdr: User, marketer: User
) -> None:
    client.force_login(marketer)
    disputed(sdr)
    asked = []
    for more in (0, 3):
        for _ in range(more):
            disputed(sdr)
        client.get(INBOX)
        with CaptureQueriesContext(connection) as queries:
            client.get(INBOX)
        asked.append(len(queries))
    assert asked[0] == asked[1]


def test_pages_go_on_where_they_ended(
    live_model: ModelVersion, sdr: User, marketer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "PAGE", 2)
    made = [disputed(sdr).pk for _ in range(3)]
    first = listing.page(marketer, show="open", verdict="", after=None, at=factories.now())
    then = listing.page(marketer, show="open", verdict="", after=first.after, at=factories.now())
    assert [line.dispute.pk for line in (*first.lines, *then.lines)] == made[::-1]
    assert then.after is None
    assert listing.counts(marketer)["open"] == listing.count_open() == 3
    assert first.lines[0].similar == 2
