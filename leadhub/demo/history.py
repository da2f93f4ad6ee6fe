"""Four months replayed: people come and act, scores cross, reps claim, call and decide, all through the
product's own rooms with the clock set to each moment."""

import heapq
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count, groupby
from random import Random

from django.db import connection

from accounts.models import User
from handoff import business_time, claims, handoffs, leases, timers, touches
from handoff.models import CalendarVersion, Handoff, Segment, SlaAlarm, SlaTimer
from handoff.queue import worth
from leadhub import pipeline
from leadhub.demo import noes, story
from leadhub.demo.people import Someone
from leadhub.demo.setting import Setting
from leadhub.demo.story import Act
from leads import ripening
from leads.importing import statistics
from leads.models import JournalEntry, Lead, LeadScore
from qualification import dispositions, scorecards, signals
from qualification.closing import deals, reviews
from qualification.models import Answer, DealReason, DealStage, DispositionReason, Opportunity
from scoring import engine

# The share of handoffs that are given back by the rep who took them first.
GIVEN_BACK = 0.12
# The share of closed deals whose owner looks back at them.
REVIEWED = 0.7

# Tables that grow while the months go by, and the days on which they are looked at anew.
GROWING = (Handoff, SlaTimer, SlaAlarm, Segment, LeadScore, JournalEntry)
GROWN = (3, 12, 45)

Deed = Callable[[datetime], None]


def set_clock(moment: datetime | None) -> None:
    """Moves this session's clock to `moment`, or back to the present."""
    offset = (moment - datetime.now(UTC)).total_seconds() if moment else 0
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('leadhub.clock_offset', %s, false)", [f"{offset} seconds"]
        )


class Replay:
    """The clock goes from deed to deed; a deed may plan later ones."""

    def __init__(
        self,
        setting: Setting,
        people: dict[int, tuple[Someone, list[Act]]],
        random: Random,
        *,
        unclaimed: set[int],
    ) -> None:
        self.setting, self.people, self.random = setting, people, random
        # Leads that nobody takes: they lie in the queue when the demo is opened.
        self.unclaimed = unclaimed
        self.deeds: list[tuple[datetime, int, Deed]] = []
        self.order = count()
        self.newest = 0
        self.given_back: set[int] = set()
        self.reasons = {reason.key: reason for reason in DispositionReason.objects.all()}
        newest = CalendarVersion.objects.order_by("calendar", "-number").distinct("calendar")
        self.weeks = {
            version.calendar.team_id: business_time.WorkWeek.from_json(version.week)
            for version in newest.select_related("calendar")
        }

    def run(self, *, until: datetime) -> None:
        self._plan_scores(until)
        statistics.gather()
        first = self.deeds[0][0] if self.deeds else until
        # All of it is one transaction: nobody else counts these rows, and plans for empty tables stay.
        for days in GROWN:
            self.plan(first + timedelta(days=days), lambda _at: statistics.gather(GROWING))
        while self.deeds and self.deeds[0][0] < until:
            moment, _order, deed = heapq.heappop(self.deeds)
            set_clock(moment)
            while timers.ring():
                pass
            deed(moment)
        set_clock(None)
        # Whoever has a lead when the demo is opened is at work on it.
        leases.end(Handoff.objects.filter(state="claimed").values_list("pk", flat=True))
        worth.count(until)

    def plan(self, moment: datetime, deed: Deed) -> None:
        heapq.heappush(self.deeds, (moment, next(self.order), deed))

    def _plan_scores(self, until: datetime) -> None:
        """A look at the strong acts of each half day, and soon after each of those who are about to cross; that
        is when leads cross in the replay."""
        strong = [
            (
                int(act.at.timestamp()) // self._grain(lead_id, person),
                act.at,
                lead_id,
            )
            for lead_id, (person, acts) in self.people.items()
            for act in acts
            if act.strong and act.at < until
        ]
        for _bucket, some in groupby(sorted(strong), key=lambda item: item[0]):
            items = list(some)
            ids = sorted({lead_id for _b, _at, lead_id in items})
            moment = min(items[-1][1] + timedelta(seconds=1), until - timedelta(seconds=1))
            self.plan(moment, lambda at, ids=ids: self._score(ids, at))  # type: ignore[misc]

    def _grain(self, lead_id: int, person: Someone) -> int:
        """Seconds that share a look. Whoever is about to cross is not kept waiting."""
        if lead_id in self.unclaimed:
            return 60
        return 600 if person.heat >= story.HOT else 43_200

    def _score(self, lead_ids: list[int], at: datetime) -> None:
        ripening.ripen(at=at)
        engine.rescore(lead_ids, at=at, cause="activity")
        pipeline.drain()
        fresh = Handoff.objects.filter(state="queued", pk__gt=self.newest).order_by("pk")
        for handoff in fresh.select_related("lead", "team", "offered_to"):
            self.newest = handoff.pk
            if handoff.lead_id in self.unclaimed:
                continue
            ignored = self._ignored(handoff, at)
            self.plan(
                self._when(handoff, 20, at, ignored),
                lambda t, h=handoff: self._claim(h, t),  # type: ignore[misc]
            )

    def _ignored(self, handoff: Handoff, at: datetime) -> int:
        person, _acts = self.people[handoff.lead_id]
        return story.minutes_ignored(person, handoff.team.name if handoff.team else "", at)

    def _when(self, handoff: Handoff, minutes: float, at: datetime, ignored: int = 0) -> datetime:
        """Some working minutes later, most of them soon and a few far too late."""
        wait = (
            self.random.expovariate(1 / minutes)
            if self.random.random() < 0.85
            else 3 * minutes + 30
        )
        week = self.weeks[handoff.team_id]
        return business_time.add(week, at, int(60 * (max(1.0, wait) + ignored)))

    def _claim(self, handoff: Handoff, at: datetime) -> None:
        rep = handoff.offered_to or self.random.choice(self.setting.sdrs(handoff.team_id))
        claims.take(handoff, by=rep, at=at)
        # Some come back: a random of their own keeps everything else as it was.
        if handoff.pk not in self.given_back and Random(handoff.pk).random() < GIVEN_BACK:
            self.given_back.add(handoff.pk)
            self.plan(self._when(handoff, 30, at), lambda t: self._give_back(handoff, rep, t))
            return
        self.plan(self._when(handoff, 15, at), lambda t: self._touch(handoff, rep, t))

    def _give_back(self, handoff: Handoff, rep: User, at: datetime) -> None:
        claims.release(handoff, by=rep, at=at, reason="Called away, somebody else please.")
        self.plan(self._when(handoff, 10, at), lambda t: self._claim(handoff, t))

    def _touch(self, handoff: Handoff, rep: User, at: datetime) -> None:
        answer = self.random.choice(["reached", "reached", "no_answer", "left_message"])
        kind = self.random.choice(["call", "call", "email"])
        touches.log(handoff.lead, kind=kind, answer=answer if kind == "call" else "", by=rep, at=at)
        self.plan(self._when(handoff, 240, at), lambda t: self._decide(handoff, rep, t))

    def _decide(self, handoff: Handoff, rep: User, at: datetime) -> None:
        person, acts = self.people[handoff.lead_id]
        seen = {act.look.kind for act in acts} | {act.look.path for act in acts}
        accepted = self.random.random() < story.chance_of_sql(person, seen)
        self._fill_card(handoff, rep, at, accepted)
        try:
            if accepted:
                self._accept(handoff, rep, at)
                self._follow_deal(handoff.lead_id, at)
            elif self.random.random() < 0.25:
                self._recycle(handoff, rep, at)
            else:
                reason = self.reasons[story.reason_for_no(person, seen, self.random)]
                self._disqualify(handoff, reason, rep, at)
        except handoffs.NotOpen:
            return

    def _disqualify(
        self, handoff: Handoff, reason: DispositionReason, rep: User, at: datetime
    ) -> None:
        told = noes.told(reason, handoff, by=rep, at=at)
        dispositions.disqualify(handoff, reason=reason, by=rep, at=at, told=told)

    def _accept(self, handoff: Handoff, rep: User, at: datetime) -> None:
        try:
            dispositions.accept(handoff, by=rep, at=at)
        except dispositions.NotReady:
            dispositions.accept(handoff, by=rep, at=at, note="They asked for a quote already.")

    def _recycle(self, handoff: Handoff, rep: User, at: datetime) -> None:
        until: date = at.date() + timedelta(days=self.random.choice([14, 30, 45, 90]))
        reason = self.reasons["timeline_too_long"]
        dispositions.recycle(
            handoff, until=until, reason=reason, by=rep, at=at, note="Not this quarter.",
            signal=signals.USUAL,
        )  # fmt: skip

    def _fill_card(self, handoff: Handoff, rep: User, at: datetime, accepted: bool) -> None:
        card = scorecards.card_of(handoff, at=at)
        if card is None:
            return
        levels = [2, 2, 3, 3, 1] if accepted else [0, 0, 1, 1, 2]
        Answer.objects.bulk_create(
            Answer(
                card=card, element=element.key, level=level, asked_in_vain=level == 0, by=rep, at=at
            )
            for element in scorecards.framework_of(card).elements
            for level in [self.random.choice(levels)]
        )

    def _follow_deal(self, lead_id: int, at: datetime) -> None:
        """Two thirds of the SQLs become opportunities; of those that end, half are won."""
        if self.random.random() > 0.66:
            return
        opened = at + timedelta(days=self.random.uniform(2, 12))
        self.plan(opened, lambda t: self._open_deal(lead_id, t))
        if self.random.random() < 0.7:
            won = self.random.random() < 0.5
            closed = opened + timedelta(days=self.random.uniform(8, 40))
            self.plan(closed, lambda t: self._end_deal(lead_id, won, t))

    def _open_deal(self, lead_id: int, at: datetime) -> None:
        """What it is worth follows from the firm; a random of its own keeps everything else as it was."""
        person, _acts = self.people[lead_id]
        own, by = Random(lead_id), self.setting.people["closer"]
        deal = deals.open_with(
            Lead.objects.get(pk=lead_id), by=by, at=at, currency=own.choice(["EUR", "EUR", "USD"]),
            amount=Decimal(500 * own.randint(4, 12 + person.firm.employees // 40)),
            expected_on=at.date() + timedelta(days=own.randint(20, 70)),
        )  # fmt: skip
        stages = list(DealStage.objects.all())
        for number, stage in enumerate(stages[1 : 1 + own.randint(0, len(stages) - 1)], start=1):
            later = at + timedelta(days=number * own.uniform(2, 9))
            self.plan(later, lambda t, s=stage: self._move_deal(deal, s, t))  # type: ignore[misc]

    def _move_deal(self, deal: Opportunity, stage: DealStage, at: datetime) -> None:
        with suppress(deals.NotOpen):
            deals.change(deal, {"stage": stage}, by=self.setting.people["closer"], at=at)

    def _end_deal(self, lead_id: int, won: bool, at: datetime) -> None:
        deal = Opportunity.objects.get(lead=lead_id, state=Opportunity.State.OPEN)
        own, by = Random(lead_id), self.setting.people["closer"]
        ending = DealReason.Ending.WON if won else DealReason.Ending.LOST
        reason = own.choice(list(DealReason.objects.filter(ending=ending)))
        deals.end(deal, ending, reason=reason, by=by, at=at)
        if own.random() < REVIEWED:
            named = [sign.value for sign in reviews.signs(deal)]
            told = {k: own.sample(named, min(len(named), 2)) for k in ("spoke", "earlier")}
            later = at + timedelta(minutes=own.randint(2, 600))
            self.plan(later, lambda t: self._look_back(deal, told, t))

    def _look_back(self, deal: Opportunity, told: dict[str, list[str]], at: datetime) -> None:
        reviews.write(deal, **told, note="", by=self.setting.people["closer"], at=at)
