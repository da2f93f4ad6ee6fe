"""What is agreed is written by what is in force, signed by both sides, and no longer holds once it says else."""

import threading
from datetime import date

import pytest
from django.db import connection

from accounts.models import Team, User
from handoff import promise_versions
from handoff.models import SlaPolicy
from qualification.agreement import content, reviews, signing, terms
from qualification.agreement.signing import Moved, NoSide
from qualification.models import Agreement, Review, Signature
from scoring import starters
from scoring.models import ModelVersion
from tests import factories

pytestmark = pytest.mark.django_db


def said() -> str:
    return "\n".join(s for section in content.in_force().sections for s in section.says)


def test_it_says_what_is_in_force(live_model: ModelVersion, team: Team, marketer: User) -> None:
    terms.put(team, {"mqls_a_month": 120, "complete_percent": 80, "complete_fields": ["phone"]})
    terms.put(team, {"accepted_percent": 40, "kept_percent": 90})
    reviews.plan("model", owner=marketer, due_on=date(2026, 3, 1))
    text = said()
    assert "“MQL” is a score from 50; it makes an MQL." in text
    assert "asking for every point of BANT: Budget, Authority, Need, Timeline" in text
    assert "North gets at least 120 MQLs a month." in text
    assert "At least 80% of North's come with Phone." in text
    assert "it accepts at least 40%" in text
    assert "North meets at least 90% of its deadlines." in text
    assert (
        "Promise of North: claim within 1 h 00 min of working time, first touch within 4 h" in text
    )
    assert "Quarterly model review: Ana Marketer calls it, every 3 months." in text


def test_it_says_for_which_leads_a_policy_is_and_counts_days(db: None, team: Team) -> None:
    german = [{"field": "country", "op": "one_of", "value": ["DE"]}]
    whom = {"name": "Germany", "team": team, "conditions": german}
    days = {"disposition": {"days": 3, "clock": "business"}}
    promise_versions.add_policy(whom, days, warn_percent=75, at=factories.now())
    assert "Germany (Country is DE): decision within 3 days of working time." in said()


def test_without_a_model_it_says_so(db: None) -> None:
    assert "No scoring model is live" in said()


def test_both_sides_sign_one_version(
    live_model: ModelVersion, marketer: User, manager: User, sdr: User
) -> None:
    digest = content.in_force().digest
    for by in (marketer, manager, marketer):
        signing.sign(digest, by=by, at=factories.now())
    agreement = Agreement.objects.get()
    assert agreement.number == 1
    assert {(s.side, s.by) for s in agreement.signatures.all()} == {
        ("marketing", marketer),
        ("sales", manager),
    }
    assert signing.words(agreement) == content.in_force()
    with pytest.raises(NoSide):
        signing.sign(digest, by=sdr, at=factories.now())


def test_nobody_signs_what_they_have_not_read(
    live_model: ModelVersion, team: Team, marketer: User
) -> None:
    digest = content.in_force().digest
    signing.sign(digest, by=marketer, at=factories.now())
    policy = SlaPolicy.objects.get()
    targets = {"claim": {"minutes": 30, "clock": "calendar"}}
    promise_versions.set_targets(policy, targets, warn_percent=75, at=factories.now())
    with pytest.raises(Moved):
        signing.sign(digest, by=marketer, at=factories.now())
    now, old = content.in_force(), signing.newest()
    assert old is not None
    [gone, came] = content.changes(signing.words(old), now)
    assert (gone[0], came[0]) == ("-", "+")
    assert "30 min of calendar time" in came[1]
    assert signing.sign(now.digest, by=marketer, at=factories.now()).number == 2


def test_a_new_model_is_a_new_version(live_model: ModelVersion) -> None:
    before = content.in_force().digest
    definition = starters.tiers()
    definition["cooling_days"] = 14
    factories.publish_model(definition)
    assert content.in_force().digest != before
    assert "rests for at least 14 days" in said()


@pytest.mark.django_db(transaction=True)
def test_two_that_sign_at_once_share_a_version(live_model: ModelVersion) -> None:
    people = [factories.make_user(role) for role in ("marketer", "manager") * 3]
    digest, start = content.in_force().digest, threading.Barrier(len(people))

    def sign(by: User) -> None:
        start.wait()
        signing.sign(digest, by=by, at=factories.now())
        connection.close()

    threads = [threading.Thread(target=sign, args=(by,)) for by in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Agreement.objects.count() == 1
    assert sorted(Signature.objects.values_list("side", flat=True)) == ["marketing", "sales"]


@pytest.mark.parametrize(
    ("kind", "due", "today", "following"),
    [
        ("data", date(2026, 1, 31), date(2026, 1, 30), date(2026, 2, 28)),
        ("data", date(2026, 12, 10), date(2026, 12, 12), date(2027, 1, 10)),
        ("model", date(2026, 11, 30), date(2026, 11, 30), date(2027, 2, 28)),
        # Held so late that the next would be late already.
        ("data", date(2026, 1, 5), date(2026, 4, 2), date(2026, 5, 2)),
    ],
)
def test_a_review_that_is_held_plans_the_next(
    manager: User, kind: str, due: date, today: date, following: date
) -> None:
    review = reviews.plan(kind, owner=manager, due_on=due)
    held = {"minutes": "Titles were wrong.", "by": manager, "at": factories.now(), "today": today}
    assert reviews.hold(review, **held).due_on == following
    assert [r.minutes for r in reviews.held()] == ["Titles were wrong."]
    with pytest.raises(reviews.AlreadyHeld):
        reviews.hold(review, **held)
    assert Review.objects.count() == 2


def test_a_review_is_overdue_the_day_after(manager: User) -> None:
    reviews.plan("data", owner=manager, due_on=date(2026, 5, 4))
    assert not reviews.overdue(date(2026, 5, 4))
    assert reviews.overdue(date(2026, 5, 5)).get().kind == "data"
