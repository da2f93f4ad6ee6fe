"""The manager's page over a past of its own: as many open handoffs as a tenth of the leads, and as many decided."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from django.conf import settings
from django.db import connection
from django.test import Client

from accounts import clock
from accounts.models import Role, Team, User
from handoff.models import CalendarVersion, Handoff, Segment, SlaPolicyVersion, SlaTimer
from insights.sla.tables import TABLES
from leadhub.bench.pairs import Spread, timed
from leads.models import Crossing, Lead
from leads.stages import Stage
from scoring.models import ModelVersion

LIMIT = 300.0
# The simulator replays weeks, and may take a moment.
SIMULATOR_LIMIT = 3000.0
CHUNK = 5_000
MINUTE = timedelta(minutes=1)


def page(number: int) -> Spread:
    """Server time of what is sent at once: the first row and the risk list."""
    return Spread("manager page", _times("/sla/", number), LIMIT)


def slowest_panel(number: int) -> Spread:
    """Of the panels, which load each by itself, the slowest one."""
    times = {name: _times(f"/sla/panel/{name}/", number) for name in ("worst", *TABLES)}
    name, worst = max(times.items(), key=lambda item: sorted(item[1])[len(item[1]) // 2])
    return Spread(f"manager panel ({name})", worst, LIMIT)


def simulator(number: int) -> Spread:
    """One look at the sliders, everything reckoned anew."""
    return Spread("simulator", _times("/sla/simulator/", number), SIMULATOR_LIMIT)


def _times(address: str, number: int) -> list[float]:
    _live()
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0], headers={"HX-Request": "true"})
    client.force_login(User.objects.get(email="manager@bench.example"))
    client.get(address)
    return [1000 * timed(lambda: client.get(address)) for _ in range(number)]


def _live() -> None:
    """Makes the past once."""
    if User.objects.filter(email="manager@bench.example").exists():
        return
    team, random = Team.objects.get(name="Bench"), Random(3)
    manager = User.objects.create_user(
        email="manager@bench.example", name="Manager", role=Role.MANAGER
    )
    manager.teams.add(team)
    tenth = Lead.objects.count() // 10
    free = Lead.objects.filter(stage=Stage.LEAD).order_by("id").values_list("id", flat=True)
    ids = list(free[: 2 * tenth])
    for start in range(0, len(ids), CHUNK):
        _some(ids[start : start + CHUNK], team, random, decided=start < tenth)
    tables = (
        "handoff_handoff",
        "handoff_slatimer",
        "handoff_segment",
        "leads_crossing",
        "leads_lead_handed_to",
    )
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _some(ids: Sequence[int], team: Team, random: Random, *, decided: bool) -> None:
    now, reps = clock.now(), list(User.objects.filter(role=Role.SDR, teams=team).order_by("id"))
    version = ModelVersion.objects.get(state=ModelVersion.State.LIVE)
    opened = {pk: now - timedelta(minutes=random.uniform(1, 60 * 1440)) for pk in ids}
    sources = dict(Lead.objects.filter(pk__in=ids).values_list("pk", "source"))
    made = Crossing.objects.bulk_create(
        Crossing(
            lead_id=pk, number=98, cause="activity", version=version.pk, at=opened[pk],
            total=random.choice((52, 61, 78)), band="mql", contributions=[], carried_by=[],
        )
        for pk in ids
    )  # fmt: skip
    handoffs = Handoff.objects.bulk_create(
        _handoff(crossing, sources[crossing.lead_id], team, random.choice(reps), decided=decided)
        for crossing in made
    )
    through = Lead.handed_to.through._default_manager
    through.bulk_create(through.model(lead_id=pk, team_id=team.pk) for pk in ids)
    _clocks(handoffs, random)
    _chains(handoffs, CalendarVersion.objects.filter(calendar__name="Bench").latest("id"))


def _handoff(crossing: Crossing, source: str, team: Team, rep: User, *, decided: bool) -> Handoff:
    at = crossing.at
    return Handoff(
        crossing=crossing, lead_id=crossing.lead_id, source=source, team=team, band="mql", routed_by="bench",
        opened_at=at, state="disqualified" if decided else "claimed" if crossing.pk % 2 else "queued",
        owner=rep if decided or crossing.pk % 2 else None,
        claimed_at=at + 20 * MINUTE if decided or crossing.pk % 2 else None,
        first_touch_at=at + 50 * MINUTE if decided else None,
        disposed_at=at + 600 * MINUTE if decided else None,
        next_due_at=None if decided else at + 120 * MINUTE,
    )  # fmt: skip


def _clocks(handoffs: Sequence[Handoff], random: Random) -> None:
    policy = SlaPolicyVersion.objects.filter(policy__name="Bench").latest("id")
    calendar = CalendarVersion.objects.filter(calendar__name="Bench").latest("id")
    SlaTimer.objects.bulk_create(
        SlaTimer(
            handoff=one, milestone=milestone, policy_version=policy, calendar_version=calendar,
            budget_s=budget, consumed_s=took if end else 0, started_at=one.opened_at,
            due_at=one.opened_at + timedelta(seconds=budget), closed_at=end, closed_by=one.owner if end else None,
            running_since=None if end else one.opened_at,
            state="running" if end is None else "met" if took <= budget else "breached",
        )
        for one in handoffs
        for milestone, budget, done in (("claim", 3600, one.claimed_at), ("first_touch", 7200, one.first_touch_at))
        for took in [random.choice((1200, 3000, 9000))]
        for end in [one.opened_at + timedelta(seconds=took) if done else None]
    )  # fmt: skip


def _chains(handoffs: Sequence[Handoff], hours: CalendarVersion) -> None:
    """In the queue, and with the rep, until it was decided."""
    first = Segment.objects.bulk_create(
        _segment(one, hours, "routed", "queue", one.opened_at, one.claimed_at) for one in handoffs
    )
    second = [
        _segment(
            one, hours, "claimed", "person", one.claimed_at, one.first_touch_at, previous=segment
        )
        for one, segment in zip(handoffs, first, strict=True)
        if one.claimed_at
    ]
    Segment.objects.bulk_create(second)


def _segment(
    handoff: Handoff, hours: CalendarVersion, step: str, holder: str, start: datetime, end: datetime | None,
    previous: Segment | None = None,
) -> Segment:  # fmt: skip
    return Segment(
        handoff=handoff, previous=previous, step=step, holder=holder, team=handoff.team, started_at=start,
        user=handoff.owner if holder == "person" else None, ended_at=end, known_at=start, calendar_version=hours,
        working_s=int((end - start).total_seconds()) if end else None,
    )  # fmt: skip
