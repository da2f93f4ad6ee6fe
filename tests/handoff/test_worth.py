"""What acting now is worth: overdue, then due soon, then how likely the band is and how fresh the lead."""

from datetime import datetime, timedelta

import pytest

from accounts import clock
from accounts.models import Team, User
from handoff import queue, queue_settings
from handoff.models import BandRate, Handoff
from handoff.queue import Ask, worth
from leads.models import Crossing, Lead, Outcome
from scoring.models import ModelVersion
from tests import factories

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)

# name, band, minutes until it is due (None: no deadline), hours since the last deed (None: none ever)
CASES = [
    ("late and fresh", "mql", -5, 1.0),
    ("late and old", "mql", -600, 50.0),
    ("soon, sales-ready", "sales_ready", 14, 10.0),
    ("soon, MQL", "mql", 1, 9.0),
    ("just not soon, sales-ready, fresh", "sales_ready", 16, 0.0),
    ("MQL, fresh", "mql", 300, 0.0),
    ("sales-ready, a day old", "sales_ready", 40, 24.0),
    ("no deadline, MQL, an hour old", "mql", None, 1.0),
    ("band without outcomes, fresh", "odd", 90, 0.0),
    ("never did anything", "sales_ready", 20, None),
]
RATES = {"mql": 0.25, "sales_ready": 0.6}
USUAL = 0.2


def by_the_formula(case: tuple[str, str, float | None, float | None]) -> tuple[int, float]:
    _name, band, due, hours = case
    group = 2 if due is None or due >= 15 else 1 if due >= 0 else 0
    value = 0.0 if hours is None else RATES.get(band, USUAL) * 2 ** (-hours / 24)
    return group, -value


def outcomes(team: Team, band: str, accepted: int, others: int, *, at: datetime) -> None:
    """Ended handoffs of a band, written down."""
    lead = factories.make_lead()
    for number in range(accepted + others):
        crossing = Crossing.objects.create(
            lead=lead, number=number + 1, cause="edit", version=1, at=at, total=50, band=band,
            contributions=[], carried_by=[], opens_handoff=False,
        )  # fmt: skip
        result = "accepted" if number < accepted else "recycled"
        Outcome.objects.create(lead=lead, crossing=crossing, result=result, at=at)


@pytest.fixture
def ten(live_model: ModelVersion, team: Team) -> datetime:
    at = clock.now().replace(microsecond=0)
    outcomes(team, "mql", 10, 30, at=at - timedelta(days=80))
    outcomes(team, "sales_ready", 24, 16, at=at - timedelta(days=1))
    outcomes(team, "odd", 29, 0, at=at - timedelta(days=1))
    outcomes(team, "sales_ready", 0, 40, at=at - timedelta(days=91))
    made = factories.make_mqls(*[{"first_name": case[0]} for case in CASES])
    for handoff, (_name, band, due, hours) in zip(made, CASES, strict=True):
        Handoff.objects.filter(pk=handoff.pk).update(
            band=band, next_due_at=None if due is None else at + timedelta(minutes=due)
        )
        Lead.objects.filter(pk=handoff.lead_id).update(
            last_activity_at=None if hours is None else at - hours * HOUR
        )
    worth.count(at)
    return at


def shown(user: User, at: datetime, **asked: str) -> list[str]:
    lines, _more = queue.page(user, Ask.of(asked), at=at)
    return [line.handoff.lead.first_name for line in lines]


def test_ten_leads_stand_in_the_order_of_the_formula(ten: datetime, sdr: User) -> None:
    assert shown(sdr, ten) == [case[0] for case in sorted(CASES, key=by_the_formula)]


def test_time_alone_changes_no_order_but_by_deadlines(ten: datetime, sdr: User) -> None:
    later = ten + timedelta(days=3)
    calm = [case for case in CASES if case[2] is None]
    late = sorted(
        (case for case in CASES if case[2] is not None), key=lambda c: by_the_formula(c)[1]
    )
    assert shown(sdr, later) == [case[0] for case in (*late, *calm)]


def test_a_page_behind_the_first_counts_late_as_the_first_did(ten: datetime, sdr: User) -> None:
    first, following = queue.page(sdr, Ask(), at=ten, size=4)
    rest = Ask(after=following, frozen=queue.frozen_at(ten))
    second, _end = queue.page(sdr, rest, at=ten + timedelta(days=1))
    seen = [line.handoff.lead.first_name for line in (*first, *second)]
    assert seen == [case[0] for case in sorted(CASES, key=by_the_formula)]


def test_a_row_says_what_it_is_worth(ten: datetime, sdr: User) -> None:
    lines, _more = queue.page(sdr, Ask(), at=ten)
    said = {line.handoff.lead.first_name: line.worth for line in lines}
    assert said["sales-ready, a day old"] == "Worth 30 %, its band 60 %"
    assert said["band without outcomes, fresh"] == "Worth 20 %, its band 20 %"
    assert said["never did anything"] == "Did nothing yet"


def test_the_usual_rate_is_a_setting(ten: datetime, sdr: User) -> None:
    queue_settings.change(usual_sql_percent=90)
    worth.count(ten)
    assert shown(sdr, ten)[4] == "band without outcomes, fresh"
    assert BandRate.objects.get(band="odd").outcomes == 29


def test_a_deed_of_the_lead_moves_it_up(ten: datetime, sdr: User) -> None:
    lead = Lead.objects.get(first_name="never did anything")
    Lead.objects.filter(pk=lead.pk).update(last_activity_at=ten)
    worth.weigh([lead.pk])
    assert shown(sdr, ten).index("never did anything") == 4
