"""The demo organisation: teams, people, promises, a form, and the starter model."""

import secrets
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from accounts.models import Organisation, Role, Team, User
from handoff import chains
from handoff.chains import Do, Step, When
from handoff.channels import editing, switching
from handoff.models import Calendar, CalendarVersion, RoutingRule, SlaPolicy, SlaPolicyVersion
from handoff.notifications import choices
from leads.models import Form
from scoring import starters
from scoring.publishing import versions
from scoring.starters.pieces import act

ROUND_THE_CLOCK = {
    "zone": "UTC",
    "weekly": {str(day): [["00:00", "24:00"]] for day in range(7)},
    "holidays": [],
    "overrides": {},
}
OFFICE_HOURS = {
    "zone": "Europe/Berlin",
    "weekly": {str(day): [["09:00", "17:00"]] for day in range(5)},
    "holidays": [],
    "overrides": {},
}
STEPS = [
    *chains.USUAL,
    Step(When.AFTER, Do.NUDGE, 15, of="first_touch"),
    Step(When.AFTER, Do.WARN, 30, of="claim"),
]
PEOPLE = [
    ("marketer", "Ana Markova", Role.MARKETER, ()),
    ("sdr", "Rui Repsen", Role.SDR, ("Worldwide",)),
    ("sdr2", "Mila Callista", Role.SDR, ("Worldwide", "Europe")),
    ("sdr3", "Omar Ringfield", Role.SDR, ("Worldwide",)),
    ("sdr4", "Lena Dialberg", Role.SDR, ("Europe",)),
    ("sdr5", "Ben Quota", Role.SDR, ("Europe",)),
    ("closer", "Alex Signwell", Role.SDR, ("Closing",)),
    ("manager", "Ines Clockwood", Role.MANAGER, ("Worldwide", "Europe", "Unrouted", "Closing")),
    ("admin", "Adele Rootham", Role.ADMINISTRATOR, ()),
]


@dataclass(frozen=True)
class Setting:
    worldwide: Team
    europe: Team
    unrouted: Team
    people: dict[str, User]
    passwords: dict[str, str]

    def sdrs(self, team_id: int | None) -> list[User]:
        name = self.europe.name if team_id == self.europe.pk else self.worldwide.name
        return [
            self.people[key] for key, _, role, teams in PEOPLE if role == Role.SDR and name in teams
        ]


def build(at: datetime) -> Setting:
    """Everything but leads. Passwords are random and handed back once."""
    Organisation.objects.create(name="Examplary Tools", time_zone="Europe/Berlin")
    closing = Team.objects.create(name="Closing", time_zone="Europe/Berlin", closes=True)
    worldwide = Team.objects.create(name="Worldwide", time_zone="UTC", closed_by=closing)
    europe = Team.objects.create(name="Europe", time_zone="Europe/Berlin", closed_by=closing)
    unrouted = Team.objects.create(name="Unrouted", time_zone="UTC")
    teams = {team.name: team for team in (worldwide, europe, unrouted, closing)}
    people, passwords = _people(teams)
    _promises(worldwide, ROUND_THE_CLOCK, at)
    _promises(europe, OFFICE_HOURS, at)
    _promises(unrouted, ROUND_THE_CLOCK, at)
    european = {"field": "country", "op": "one_of", "value": ["FR", "NL", "SE", "PL", "PT", "CZ"]}
    RoutingRule.objects.create(
        order=1, name="Europe by country", conditions=[european], team=europe
    )
    RoutingRule.objects.create(order=2, name="Everybody else", team=worldwide)
    _form(people["marketer"], at)
    _channels(europe, people["admin"], at)
    choices.keep_hours(people["manager"], starts=time(20), ends=time(7), days=[5, 6], at_most=5)
    draft = versions.start("Inbound", model(), by=people["marketer"], at=at)
    versions.publish(
        draft, reason="Where we begin: the tiers 1, 50 and 75.", opens_handoffs=False,
        by=people["marketer"], at=at,
    )  # fmt: skip
    return Setting(worldwide, europe, unrouted, people, passwords)


def model() -> dict[str, Any]:
    """The starter of tiers with one criterion more, which somebody believed in: see docs/demo.md."""
    tiers = starters.tiers()
    paper = act(
        "white_paper", "Read the white paper", 35, "white_paper", each=False, within_days=90
    )
    return {**tiers, "criteria": [*tiers["criteria"], paper]}


def _people(teams: dict[str, Team]) -> tuple[dict[str, User], dict[str, str]]:
    people, passwords = {}, {}
    for key, name, role, names in PEOPLE:
        passwords[key] = secrets.token_urlsafe(9)
        user = User.objects.create_user(
            email=f"{key}@demo.example", name=name, role=role, password=passwords[key]
        )
        user.teams.set([teams[name] for name in names])
        people[key] = user
    return people, passwords


def _promises(team: Team, week: dict[str, Any], at: datetime) -> None:
    calendar = Calendar.objects.create(name=f"{team.name} hours", team=team)
    CalendarVersion.objects.create(calendar=calendar, number=1, week=week, created_at=at)
    policy = SlaPolicy.objects.create(name=f"{team.name}, one hour", order=1, team=team)
    targets = {
        "claim": {"minutes": 60, "clock": "business"},
        "first_touch": {"minutes": 120, "clock": "business"},
    }
    chain = [step.to_json() for step in STEPS]
    SlaPolicyVersion.objects.create(
        policy=policy, number=1, targets=targets, chain=chain, created_at=at
    )


def _channels(europe: Team, by: User, at: datetime) -> None:
    """Switched off: a demo calls nobody."""
    shown: list[dict[str, Any]] = [
        {"kind": "slack", "name": "#inbound-europe", "team": europe, "tells_who": True,
         "url": "https://hooks.slack.com/services/T000/B000/demo", "kinds": ["handoff.opened", "timer.breached"]},
        {"kind": "webhook", "name": "CRM", "team": None, "url": "https://crm.demo.example/leadhub",
         "kinds": ["lead.crossed", "handoff.disposed"]},
    ]  # fmt: skip
    for values in shown:
        switching.switch_off(editing.save(None, values, by=by, at=at), at=at)


def _form(by: User, at: datetime) -> None:
    fields = [
        {"name": "email", "label": "Work e-mail", "required": True},
        {"name": "first_name", "label": "First name", "required": True},
        {"name": "last_name", "label": "Last name", "required": False},
        {"name": "title", "label": "Job title", "required": False},
        {"name": "company_name", "label": "Company", "required": False},
        {"name": "phone", "label": "Phone", "required": False},
    ]
    Form.objects.create(
        slug="talk-to-us", name="Talk to us", heading="Talk to a person", fields=fields,
        source="Website", created_by=by, created_at=at,
    )  # fmt: skip
