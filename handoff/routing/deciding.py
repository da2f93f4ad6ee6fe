"""A decision for each crossing: the first rule that holds, then whose turn it is, with the reason in words.

Nobody in particular is a default. Where no rule holds, or nobody can take the lead, it lies in the fallback queue:
that of the team which is named for it, or of the first team until one is named."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext as _

from accounts.kept import Kept
from accounts.models import Team
from handoff.business_time import ALWAYS, add
from handoff.models import RoutingRule, TeamRouting
from handoff.routing.candidates import Person, Staff, keep_turns, staff
from handoff.routing.decision import Decision, Outcome
from handoff.routing.matching import Goes, Match, Question, match, question
from handoff.routing.offering import Offer, offer

USUAL_MINUTES = 15
MOST_REASON = 1000


@dataclass(frozen=True)
class Wanted:
    """Where a match points: to one person, or to the people of a team; `else_team` where that person cannot."""

    reason: str
    team_id: int
    user_id: int | None = None
    seniors_only: bool = False
    rule_id: int | None = None
    else_team: bool = False
    keeps: bool = False


def decide(
    crossing_ids: Sequence[int], *, at: datetime, asked: Collection[int] = ()
) -> dict[int, Decision]:
    """A decision for each crossing, by its id. `asked` are crossings that are to be handed over now, whatever rules
    ask or nurture first. Call it in the transaction that acts on the decisions: it holds the people it chose among."""
    ruled = _RULED.read()
    matches = match(crossing_ids, ruled.question, asked=asked)
    return Deciding(ruled.rules, ruled.routings, at).all(matches)


@dataclass(frozen=True)
class Ruled:
    """The rules, what they ask of a crossing, and how teams share."""

    rules: list[RoutingRule]
    question: Question
    routings: dict[int, TeamRouting]


def _ruled() -> Ruled:
    rules = list(RoutingRule.objects.all())
    routings = TeamRouting.objects.select_related("team")
    return Ruled(rules, question(rules), {one.team_id: one for one in routings})


# A decision is made for every MQL, and rules, lists, fields and teams change once a week.
_RULED = Kept(
    _ruled, "handoff_routingrule", "handoff_teamrouting", "accounts_team", "leads_valuelist",
    "leads_attributefield",
)  # fmt: skip


class Deciding:
    """One round of decisions, over rules and people as they stand."""

    def __init__(
        self, rules: Sequence[RoutingRule], routings: dict[int, TeamRouting], at: datetime
    ) -> None:
        self.rules, self.routings, self.at = rules, routings, at
        self.staff = Staff({}, {})
        self.turned: set[tuple[int, int]] = set()

    @cached_property
    def fallback(self) -> Team | None:
        return fallback_team(self.routings)

    def all(self, matches: Sequence[Match]) -> dict[int, Decision]:
        """Decides in the order of the matches, and writes down whose turn comes next."""
        wanted = {one.crossing_id: self._wanted(one) for one in matches}
        self._meet([one for one in wanted.values() if isinstance(one, Wanted)])
        decided = {one.crossing_id: self._decided(one, wanted[one.crossing_id]) for one in matches}
        if self.turned:
            keep_turns((team, self.staff.named[team, user].candidate) for team, user in self.turned)
        return decided

    def _meet(self, wanted: Sequence[Wanted]) -> None:
        """Locks and reads everybody who may be chosen, all at once and in one order."""
        teams = {one.team_id for one in wanted if self._shares(one)}
        users = {one.user_id for one in wanted if one.user_id}
        if teams or users:
            self.staff = staff(teams, users, at=self.at)

    def _shares(self, wanted: Wanted) -> bool:
        """Whether somebody is offered it; what only seniors may have is offered in any team."""
        return wanted.seniors_only or self._strategy(wanted.team_id) != TeamRouting.Strategy.OPEN

    def _strategy(self, team_id: int) -> str:
        routing = self.routings.get(team_id)
        return routing.strategy if routing else TeamRouting.Strategy.OPEN

    def _wanted(self, one: Match) -> Wanted | Decision:
        owner = one.owner
        if one.is_customer and owner and owner.is_of_customer:
            return Wanted("", owner.team_id, owner.user_id, else_team=True, keeps=True)
        if one.place is None:
            return self._unmatched()
        rule = self.rules[one.place]
        reason = _("Rule %(number)d, %(name)s") % {"number": one.place + 1, "name": rule.name}
        if rule.goes in (Goes.ASK, Goes.NURTURE):
            return Decision(Outcome(rule.goes), None, reason, rule.pk)
        if rule.goes == Goes.OWNER and owner:
            return Wanted(reason, owner.team_id, owner.user_id, rule_id=rule.pk, else_team=True)
        return Wanted(reason, rule.team_id or 0, rule.rep_id, rule.seniors_only, rule_id=rule.pk)

    def _unmatched(self) -> Decision:
        if not self.rules and self.fallback:
            reason = _("There are no rules yet, so every lead lies in the queue of %(team)s")
            return Decision(Outcome.QUEUE, self.fallback.pk, reason % {"team": self.fallback.name})
        return self._fallen(_("No rule held"), None)

    def _decided(self, one: Match, wanted: Wanted | Decision) -> Decision:
        found = wanted if isinstance(wanted, Decision) else self._placed(wanted)
        return replace(found, tier=one.tier, reason=found.reason[:MOST_REASON])

    def _placed(self, wanted: Wanted) -> Decision:
        if wanted.user_id is None:
            return self._of_team(wanted, wanted.reason)
        person = self.staff.named.get((wanted.team_id, wanted.user_id))
        made = offer([person] if person else [], TeamRouting.Strategy.OPEN, at=self.at)
        reason = _joined(wanted.reason, _owns(person) if wanted.else_team else "", made.said)
        if made.to is None and wanted.else_team:
            return self._of_team(wanted, reason)
        return self._ended(wanted, made, reason)

    def _of_team(self, wanted: Wanted, reason: str) -> Decision:
        if not self._shares(wanted):
            return self._placed_in(wanted, Outcome.QUEUE, reason)
        people = self.staff.members.get(wanted.team_id, [])
        strategy = self._strategy(wanted.team_id)
        made = offer(people, strategy, seniors_only=wanted.seniors_only, at=self.at)
        self.turned |= {(wanted.team_id, one.candidate.user_id) for one in people}
        return self._ended(wanted, made, _joined(reason, made.said))

    def _ended(self, wanted: Wanted, made: Offer, reason: str) -> Decision:
        """Offered; or in the team's queue until somebody works again; or, where nobody can, fallen back."""
        if made.to is not None:
            decision = self._placed_in(wanted, Outcome.OFFER, reason)
            until = add(made.to.week or ALWAYS, self.at, self._minutes(wanted) * 60)
            user_id = made.to.candidate.user_id
            return replace(decision, rep_id=user_id, offered_at=self.at, offered_until=until)
        if made.is_off:
            return replace(self._placed_in(wanted, Outcome.QUEUE, reason), offer_at=made.again)
        return replace(self._fallen(reason, wanted.rule_id), offer_at=made.again)

    def _minutes(self, wanted: Wanted) -> int:
        routing = self.routings.get(wanted.team_id)
        return routing.offer_minutes if routing else USUAL_MINUTES

    def _placed_in(self, wanted: Wanted, outcome: Outcome, reason: str) -> Decision:
        owner_id = wanted.user_id if wanted.keeps else None
        return Decision(outcome, wanted.team_id, reason, wanted.rule_id, owner_id=owner_id)

    def _fallen(self, reason: str, rule_id: int | None) -> Decision:
        if self.fallback is None:
            return Decision(
                Outcome.FALLBACK, None, _joined(reason, _("and there is no team yet")), rule_id
            )
        queue = _("it lies in the fallback queue “%(team)s”") % {"team": self.fallback.name}
        return Decision(Outcome.FALLBACK, self.fallback.pk, _joined(reason, queue), rule_id)


def fallback_team(routings: dict[int, TeamRouting]) -> Team | None:
    """The team whose queue is the fallback queue: the one that is named for it, else the first."""
    named = (one.team for one in routings.values() if one.is_fallback)
    return next(named, None) or Team.objects.order_by("id").first()


def _owns(person: Person | None) -> str:
    return _("%(name)s owns the account") % {"name": person.name} if person else ""


def _joined(*parts: str) -> str:
    return "; ".join(part for part in parts if part)
