"""Who would get these leads: the leads that crossed within the last month, by other rules.

The shares of a team are tried by its strategy, hours, absences and limits a day, as they stand now, at the moment
each lead crossed. How many leads somebody had open then is not asked."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from handoff import availability
from handoff.availability import Standing, Weeks
from handoff.models import Absence, RoutingRule, TeamRouting
from handoff.routing.candidates import TAKES, read
from handoff.routing.choosing import Candidate, Load, Strategy, Turn, choose
from handoff.routing.matching import Goes, Match, match, question
from leads.models import Crossing

BACK = timedelta(days=30)
# Of a month that had more, the newest.
MOST = 10_000
# The place of leads for which no rule holds.
UNMATCHED = -1


@dataclass(frozen=True)
class Outlook:
    """`places` says by crossing, oldest first, at which rule it ends; `people` how many leads each person of each
    team would be offered, and `nobody` how many of a team's leads nobody could take at that moment."""

    places: dict[int, int]
    people: dict[int, Counter[str]] = field(default_factory=dict)
    nobody: Counter[int] = field(default_factory=Counter)

    def count(self, place: int) -> int:
        return sum(one == place for one in self.places.values())


def last_month(*, at: datetime) -> list[int]:
    """The crossings of the last month that were handed over or kept back by routing, newest first."""
    found = Crossing.objects.filter(at__gt=at - BACK, at__lte=at).order_by("-at", "-id")
    return list(found.values_list("pk", flat=True)[:MOST])


def outlook(
    rules: Sequence[RoutingRule], crossing_ids: Sequence[int], *, people_at: datetime | None = None
) -> Outlook:
    """Where these crossings would go by these rules, which need not be saved; and to whom, by the limits that
    people have at `people_at`."""
    matches = match(crossing_ids, question(rules))
    places = {one.crossing_id: UNMATCHED if one.place is None else one.place for one in matches}
    if people_at is None:
        return Outlook(places)
    trial = _Trial(rules, people_at)
    moments = dict(Crossing.objects.filter(pk__in=crossing_ids).values_list("pk", "at"))
    for one in matches:
        trial.give(one, moments[one.crossing_id])
    return Outlook(places, trial.given, trial.nobody)


@dataclass
class _Member:
    """Somebody of a team in the trial; `day` is the local day that the load counts for."""

    candidate: Candidate
    name: str
    is_senior: bool
    standing: Standing
    absences: list[tuple[date, date]]
    day: date | None = None

    def works(self, weeks: Weeks, team_id: int, at: datetime) -> bool:
        today = at.astimezone(ZoneInfo(self.standing.time_zone)).date()
        if today != self.day:
            self.day, self.candidate.load.today = today, 0
        until = max((last for first, last in self.absences if first <= today <= last), default=None)
        week = weeks.of(self.candidate.user_id, team_id)
        return availability.of(replace(self.standing, away_until=until), week, at=at).works


class _Trial:
    def __init__(self, rules: Sequence[RoutingRule], at: datetime) -> None:
        self.rules = rules
        self.strategies = dict(TeamRouting.objects.values_list("team_id", "strategy"))
        shared = sorted({rule.team_id for rule in rules if rule.team_id and self._shares(rule)})
        self.members = _members(shared, at)
        people = {one.candidate.user_id for some in self.members.values() for one in some}
        self.weeks = availability.weeks_of(shared, people)
        self.given: dict[int, Counter[str]] = {team: Counter() for team in shared}
        self.nobody: Counter[int] = Counter()

    def _shares(self, rule: RoutingRule) -> bool:
        offers = rule.seniors_only or self._strategy(rule.team_id or 0) != Strategy.OPEN
        return rule.goes == Goes.TEAM and offers

    def _strategy(self, team_id: int) -> str:
        return self.strategies.get(team_id, Strategy.OPEN)

    def give(self, one: Match, at: datetime) -> None:
        rule = None if one.place is None else self.rules[one.place]
        if rule is None or rule.team_id is None or not self._shares(rule):
            return
        team = rule.team_id
        able = {
            member.candidate.user_id: member
            for member in self.members.get(team, [])
            if (member.is_senior or not rule.seniors_only) and member.works(self.weeks, team, at)
        }
        chosen = choose([member.candidate for member in able.values()], self._strategy(team))
        if chosen is None:
            self.nobody[team] += 1
        else:
            chosen.load.open = 0
            self.given[team][able[chosen.user_id].name] += 1


def _members(team_ids: Sequence[int], at: datetime) -> dict[int, list[_Member]]:
    rows = list(_sharing(team_ids, at))
    absences = defaultdict(list)
    ids = [member.candidate.user_id for _team, member in rows]
    found = Absence.objects.filter(user__in=ids, last_day__gte=(at - BACK).date())
    for user_id, first, last in found.values_list("user_id", "first_day", "last_day"):
        absences[user_id].append((first, last))
    members = defaultdict(list)
    for team, member in rows:
        member.absences = absences[member.candidate.user_id]
        members[team].append(member)
    return members


def _sharing(team_ids: Sequence[int], at: datetime) -> Iterator[tuple[int, _Member]]:
    for row in read(team_ids, (), at):
        if row["role"] in TAKES and row["is_active"]:
            candidate = Candidate(
                row["id"], Load(), Turn(), weight=row["weight"], per_day=row["per_day"]
            )
            standing = Standing(row["id"], True, row["time_zone"], None)
            yield row["team_id"], _Member(candidate, row["name"], row["is_senior"], standing, [])
