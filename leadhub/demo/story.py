"""What these people do, and what decides whether they are worth a call.

The truth is planted here and written down in docs/demo.md: company size, a demo request and reading the API
documentation make an SQL likely; coming from a webinar and downloading case studies look good and mean little. The
white paper is the worst: the model gives it many points, and nobody who became an MQL by it wants to buy. A review of
the scoring model can be checked against it."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from leadhub.demo.people import Someone
from leads.activity.signatures import Look

HOT = 0.972
# The share of those who came by a download and read the white paper.
WHITE_PAPER = 0.15
HERE = ZoneInfo("Europe/Berlin")
# When people show that they want something: the hours of their day, and how often.
AWAKE = {8: 3, 9: 5, 10: 6, 11: 6, 12: 4, 13: 4, 14: 7, 15: 14, 16: 8, 17: 5, 18: 3, 20: 2, 22: 2}
BUSIEST = 16
QUIET_PAGES = [
    "/",
    "/product",
    "/about",
    "/blog/scoring",
    "/blog/handoff",
    "/blog/sla",
    "/customers",
]


@dataclass(frozen=True)
class Act:
    at: datetime
    look: Look
    strong: bool = False


def acts(person: Someone, random: Random, *, now: datetime) -> list[Act]:
    """The events of one person, oldest first, none after `now`."""
    came = now - timedelta(days=person.day)
    made = [Act(came, Look("page", "", random.choice(QUIET_PAGES)))]
    made += [_idle(random, came, now) for _ in range(random.randint(0, 7))]
    senior = person.title.startswith(("C", "VP", "Director", "Head"))
    if person.heat > 0.85 or random.random() < 0.06:
        made.append(
            Act(_later(random, came, now, 20), Look("case_study", "Forty spreadsheets"), senior)
        )
    if reads_white_paper(person):
        made.append(
            Act(
                _later(random_of(person), came, now, 6),
                Look("white_paper", "Scoring in ten steps"),
                True,
            )
        )
    if person.source == "Webinar":
        made.append(Act(came, Look("webinar", "Scores that explain themselves")))
    if person.heat >= HOT:
        made += _hot(person, random, came, now)
    elif person.heat > 0.8:
        made.append(Act(_later(random, came, now, 10), Look("page", "", "/pricing"), senior))
    if random.random() < 0.04:
        made.append(Act(_later(random, came, now, 40), Look("unsubscribe", "")))
    return sorted(made, key=lambda act: act.at)


def random_of(person: Someone) -> Random:
    """A random of their own, so that the story of everybody else stays as it was."""
    return Random(person.email)


def reads_white_paper(person: Someone) -> bool:
    """The planted bad criterion: people of the content download who are curious, and no more than that."""
    curious = person.source == "Content download" and person.heat < HOT and not person.free_mail
    return curious and random_of(person).random() < WHITE_PAPER


def _hot(person: Someone, random: Random, came: datetime, now: datetime) -> list[Act]:
    """A burst of interest within some hours: the kind that crosses the line."""
    start = _in_the_day(random, _later(random, came, now, 12), came, now)
    looks = [
        Look("page", "", "/pricing"),
        Look("page", "", "/pricing/plans"),
        Look("roi_calculator", ""),
    ]
    looks.append(
        Look("demo_request", "")
        if random.random() < 0.6
        else Look("form", "talk-to-us", "/f/talk-to-us/")
    )
    if random.random() < 0.35:
        looks.append(Look("page", "", "/docs/api"))
    made = []
    for look in looks:
        start = min(start + timedelta(minutes=random.randint(1, 40)), now - timedelta(minutes=1))
        made.append(Act(start, look, strong=True))
    return made


def _in_the_day(random: Random, start: datetime, came: datetime, now: datetime) -> datetime:
    """The same day at an hour at which people are awake, unless that lies before they came or ahead."""
    hour = random.choices(list(AWAKE), list(AWAKE.values()))[0]
    moved = start.astimezone(HERE).replace(hour=hour, minute=random.randrange(60)).astimezone(UTC)
    return moved if came < moved < now - timedelta(hours=8) else start


def minutes_ignored(person: Someone, team: str, at: datetime) -> int:
    """The planted reason why promises break: how long nobody looks at this lead, for all that it is in the queue.

    Europe is short of people; what comes while it hands over to the evening waits; and nobody likes LinkedIn leads,
    whose numbers are wrong so often."""
    late = 30 if team == "Europe" else 0
    late += 80 if at.astimezone(HERE).hour == BUSIEST else 0
    return late + (80 if person.source == "LinkedIn ads" else 0)


def _idle(random: Random, came: datetime, now: datetime) -> Act:
    kind = random.choices(["page", "email_open", "email_click", "social_click"], [60, 22, 12, 6])[0]
    path = random.choice(QUIET_PAGES) if kind == "page" else ""
    return Act(_later(random, came, now, 60), Look(kind, "", path))


def _later(random: Random, came: datetime, now: datetime, most_days: float) -> datetime:
    room = min((now - came).total_seconds(), most_days * 86400)
    return came + timedelta(seconds=random.uniform(0, max(60.0, room - 60)))


def chance_of_sql(person: Someone, seen: set[str]) -> float:
    """The planted truth: how likely this handoff is accepted. `seen` holds kinds and paths."""
    logit = -1.1
    logit += 1.6 if person.firm.employees >= 200 else -0.4
    logit += 1.2 if "demo_request" in seen else 0.0
    logit += 1.4 if "/docs/api" in seen else 0.0
    logit += 0.9 if person.source == "Partner referral" else 0.0
    logit -= 1.3 if person.source == "Webinar" else 0.0
    logit -= 1.5 if person.free_mail else 0.0
    logit -= 5.0 if "white_paper" in seen else 0.0
    return 1 / (1 + math.exp(-logit))


def reason_for_no(person: Someone, seen: set[str], random: Random) -> str:
    """Why sales says no; it follows from the same facts."""
    weights = {
        "no_need": 2.0
        + (3.0 if "case_study" in seen else 0)
        + (9.0 if "white_paper" in seen else 0),
        "not_a_decision_maker": 1.0 + (5.0 if person.source == "Webinar" else 0),
        "no_budget": 1.0 + (3.0 if person.firm.employees < 100 else 0),
        "timeline_too_long": 1.2,
        "student_or_competitor": 0.3 + (4.0 if person.free_mail else 0),
        "outside_territory": 0.3 + (6.0 if person.firm.country in ("AQ", "JP") else 0),
        "bad_contact_data": 0.5 + (3.0 if person.source == "LinkedIn ads" else 0),
        "unable_to_reach": 0.8,
    }
    return random.choices(list(weights), list(weights.values()))[0]
