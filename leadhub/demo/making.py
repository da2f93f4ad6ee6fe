"""Puts the demo together: the setting, five thousand leads, what they did, and what came of it."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts import clock
from handoff.models import Delivery, Notification
from leadhub import pipeline
from leadhub.demo import agreed, nurtured, people, routing, setting, story
from leadhub.demo.history import Replay, set_clock
from leadhub.demo.people import Someone
from leadhub.demo.story import Act
from leads.activity import events, last_activity
from leads.activity.signatures import Look, numbers
from leads.identity import joining
from leads.identity.joining import Person, Policy
from leads.importing import statistics
from leads.models import Company
from scoring import runs
from scoring.live import live_model

DAYS = 120
SEED = 20261


def make(number: int, *, tell: Callable[[dict[str, str]], None]) -> None:
    """Builds the demo with `number` leads in one transaction, so that a killed start leaves nothing half made."""
    random = Random(SEED)
    now = clock.now()
    with transaction.atomic():
        set_clock(now - timedelta(days=DAYS + 1))
        stage = setting.build(clock.now())
        set_clock(None)
        # Told before the end: a start that is killed now must not leave people whom nobody can log in as.
        tell(stage.passwords)
        crowd = _crowd(random, number, now)
        known = _store(crowd, now)
        late = {lead for lead, (person, _acts) in known.items() if person.day == LATECOMER_DAY}
        replay = Replay(stage, known, random, unclaimed=late)
        # By the rules of the first day four months went; those who wait now were routed by the rules of today.
        since = now - timedelta(minutes=LAST_HOUR[0] + 2)
        replay.plan(since, lambda at: routing.set_up(stage, at))
        replay.run(until=now)
        nurtured.nurture(stage, at=now)
        _finish(now)
        agreed.agree(stage, at=now)
        agreed.settle(stage)


def _crowd(random: Random, number: int, now: datetime) -> list[tuple[Someone, list[Act]]]:
    places = people.firms(random, max(10, number // 4))
    crowd = []
    for n in range(number):
        person = people.someone(random, n, places, days=DAYS)
        crowd.append((person, story.acts(person, random, now=now)))
    return crowd[: -len(LAST_HOUR)] + [_latecomer(random, number + n, places, minutes, now)
                                       for n, minutes in enumerate(LAST_HOUR)]  # fmt: skip


# Minutes before the first start at which fresh leads cross: with an hour to claim, their deadlines lie 2 to
# 60 minutes ahead; the first ones are late already.
LATECOMER_DAY = 2.0
LAST_HOUR = (95, 80, 66, 58, 55, 51, 48, 44, 41, 37, 33, 29, 26, 22, 18, 15, 11, 7, 4, 1)


def _latecomer(
    random: Random, number: int, places: Sequence[people.Firm], minutes: int, now: datetime
) -> tuple[Someone, list[Act]]:
    """Somebody of a round-the-clock country who asks for a demo just now, and whom nobody has claimed."""
    reachable = [firm for firm in places if firm.country in ("DE", "US", "GB")] or list(places)
    person = people.someone(random, number, reachable, days=30)
    title = random.choice(["CTO", "VP Operations", "Head of IT", "CFO"])
    email = f"{person.first_name}.{person.last_name}.{number}@{person.firm.domain}".lower()
    person = replace(person, title=title, free_mail=False, day=LATECOMER_DAY, email=email)
    at = now - timedelta(minutes=minutes)
    earlier = [Act(at - timedelta(minutes=gap), Look("page", "", path))
               for gap, path in ((1400, "/product"), (12, "/pricing"), (5, "/pricing/plans"))]  # fmt: skip
    return person, [*earlier, Act(at, Look("demo_request", ""), strong=True)]


def _store(
    crowd: list[tuple[Someone, list[Act]]], now: datetime
) -> dict[int, tuple[Someone, list[Act]]]:
    known: dict[int, tuple[Someone, list[Act]]] = {}
    for start in range(0, len(crowd), 500):
        some = crowd[start : start + 500]
        joined = joining.join(
            [_person(person, acts[0].at) for person, acts in some],
            policy=Policy.FILL, source="Demo", at=now,
        )  # fmt: skip
        known.update({lead.lead_id: pair for lead, pair in zip(joined, some, strict=True)})
    _describe_firms({person.firm for person, _acts in crowd})
    _store_acts(known)
    return known


def _person(person: Someone, came: datetime) -> Person:
    values = {
        "email": person.email, "first_name": person.first_name, "last_name": person.last_name,
        "title": person.title, "phone": person.phone, "company_name": person.firm.name,
        "country": person.firm.country,
    }  # fmt: skip
    kept = {key: value for key, value in values.items() if value}
    return Person(values=kept, source=person.source, created_at=came)


def _describe_firms(firms: set[people.Firm]) -> None:
    by_domain = {firm.domain: firm for firm in firms}
    companies = list(Company.objects.filter(domain__in=by_domain))
    for company in companies:
        firm = by_domain[company.domain]
        company.employees, company.industry, company.country = (
            firm.employees,
            firm.industry,
            firm.country,
        )
    Company.objects.bulk_update(companies, ["employees", "industry", "country"], batch_size=500)


def _store_acts(known: dict[int, tuple[Someone, list[Act]]]) -> None:
    looks = numbers({act.look for _person, acts in known.values() for act in acts})
    rows: list[tuple[Any, ...]] = [
        (None, lead_id, act.at, act.at, looks[act.look][1], looks[act.look][0], 0, {})
        for lead_id, (_person, acts) in known.items()
        for act in acts
    ]
    for start in range(0, len(rows), 5000):
        last_activity.catch_up(events.insert(rows[start : start + 5000]))


def _finish(now: datetime) -> None:
    """The present: everybody's score, nothing unread but the last day, and no mail about the past."""
    statistics.gather()
    Delivery.objects.all().delete()
    old = Notification.objects.filter(created_at__lt=now - timedelta(days=1))
    old.update(read_at=F("created_at"))
    model = live_model()
    assert model is not None
    runs.start(model.version, cause="import", opens_handoffs=False, at=now)
    while runs.advance(clock.now()):
        pass
    pipeline.drain()
