"""Facts for tests: plain functions with everything optional. Rows are made through the rooms where a room
exists, so that a test cannot build what the product could not."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db import transaction

from accounts import clock
from accounts.models import Role, Team, User
from handoff.models import Calendar, CalendarVersion, Handoff, SlaPolicy, SlaPolicyVersion
from leadhub import pipeline
from leads.activity import events, last_activity
from leads.activity.signatures import Look, numbers
from leads.capturing import capture
from leads.hooks import editing, receiving
from leads.hooks.mapping import Plan
from leads.hooks.signatures import Message
from leads.models import Form, Hook, Lead
from scoring import overrides, starters
from scoring.models import ModelVersion, Override
from scoring.publishing import versions

PASSWORD = "a long enough pass phrase"
_number = count(1)

ALWAYS = {
    "zone": "UTC",
    "weekly": {str(day): [["00:00", "24:00"]] for day in range(7)},
    "holidays": [],
    "overrides": {},
}


def make_user(role: str = Role.SDR, *, teams: list[Team] | None = None, **over: Any) -> User:
    n = next(_number)
    fields = {"email": f"{role}{n}@team.example", "name": f"{str(role).title()} {n}", **over}
    user = User.objects.create_user(role=role, **{"password": PASSWORD, **fields})
    user.teams.set(teams or [])
    return user


def make_team(name: str = "", *, minutes: int = 60, week: dict[str, Any] | None = None) -> Team:
    """A team with a calendar (round the clock unless told) and a claim promise of `minutes`."""
    team = Team.objects.create(name=name or f"Team {next(_number)}")
    calendar = Calendar.objects.create(name=team.name, team=team)
    at = clock.now()
    CalendarVersion.objects.create(calendar=calendar, number=1, week=week or ALWAYS, created_at=at)
    policy = SlaPolicy.objects.create(name=f"Promise of {team.name}", team=team)
    targets = {
        "claim": {"minutes": minutes, "clock": "business"},
        "first_touch": {"minutes": 4 * minutes or 240, "clock": "business"},
    }
    SlaPolicyVersion.objects.create(policy=policy, number=1, targets=targets, created_at=at)
    return team


def make_lead(*, source: str = "Test", **values: Any) -> Lead:
    """A lead as if added by hand; values are fields of the catalogue."""
    values.setdefault("email", f"person{next(_number)}@firm.example")
    values = {key: value for key, value in values.items() if value is not None}
    external = values.pop("external", None)
    return capture.add(values, source=source, at=clock.now(), external=external)[0]


def make_event(
    lead: Lead, kind: str = "page", *, path: str = "", name: str = "", ago: timedelta = timedelta(0),
    trust: int = 0,
) -> None:  # fmt: skip
    """Something the lead did; the pipeline is not told (call pipeline.drain or engine.rescore)."""
    look = Look(kind, name, path)
    signature, number = numbers([look])[look]
    at = clock.now()
    with transaction.atomic():
        events.insert([(None, lead.pk, at - ago, at, number, signature, trust, {})])
        last_activity.catch_up([lead.pk])


def make_form(slug: str = "talk", **over: Any) -> Form:
    fields = [
        {"name": "email", "label": "Work e-mail", "required": True},
        {"name": "first_name", "label": "First name", "required": False},
        {"name": "last_name", "label": "Last name", "required": False},
        {"name": "title", "label": "Job title", "required": False},
        {"name": "company_name", "label": "Company", "required": False},
        {"name": "phone", "label": "Phone", "required": False},
    ]
    # Tests are faster than people.
    usual = {"name": "Talk to us", "least_seconds": 0, "created_at": clock.now()}
    shape = {"fields": fields, **usual, **over}
    return Form.objects.create(slug=slug, **shape)


def make_hook(name: str = "Their system", **over: Any) -> Hook:
    """A webhook without a signature that takes {"email": …}, with one message that came."""
    values = {"name": name, "source": name, **over}
    hook = editing.save(None, values, by=make_user(Role.MARKETER), at=clock.now())
    editing.map_by(hook, Plan(picks=[(("email",), "email")], kind="form"), sample="{}")
    message = Message("POST", ["http://test/"], {}, b'{"email": "sent@hook.example"}')
    receiving.receive(hook, message, who="test", at=clock.now())
    return hook


def publish_model(definition: dict[str, Any] | None = None, **over: Any) -> ModelVersion:
    """The starter model (or another definition), live."""
    at = clock.now()
    draft = versions.start(f"Model {next(_number)}", definition or starters.tiers(), by=None, at=at)
    choice = {"reason": "for the test", "opens_handoffs": False, **over}
    return versions.publish(draft, by=None, at=at, **choice)


def make_mql(**values: Any) -> Handoff:
    """A lead that crossed the line by asking for a demo, with its open handoff. Needs a live model."""
    return make_mqls(values)[0]


def make_mqls(*each: dict[str, Any]) -> list[Handoff]:
    """Several of them with the values of each, in the same moment and for little more than one costs."""
    leads = [make_lead(**{"title": "Chief Operating Officer", **values}) for values in each]
    for lead in leads:
        make_event(lead, "demo_request")
    pipeline.drain()
    found = Handoff.objects.select_related("lead", "team").filter(lead__in=leads)
    return sorted(found, key=lambda handoff: leads.index(handoff.lead))


def set_score(lead: Lead, total: int, *, by: User, days: int = 9) -> Override:
    """A score that a person set, until in so many days."""
    at = clock.now()
    until = at.date() + timedelta(days=days)
    return overrides.put(lead, total=total, reason="for the test", until=until, by=by, at=at)


def now() -> datetime:
    return clock.now()
