"""A round of blind ratings for the next monthly review: which leads, and who said what of them.

Several may rate for a side. Nobody is told what anybody else says of a lead before both sides have spoken on it and
they themselves have, too."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import product, zip_longest
from random import Random

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import Role, User
from handoff import notifications
from handoff.models import Handoff
from handoff.notifications import Note
from leads.models import Lead
from qualification.agreement import reviews
from qualification.agreement.signing import SIDES, NoSide
from qualification.models import (
    BlindRater,
    BlindRound,
    FactVerdict,
    RatedLead,
    Rating,
    Review,
    Signature,
)

Side = Signature.Side
Why = RatedLead.Why
MOST = 20
# Leads decided within so many days are looked at, and of each kind the newest so many.
RECENT = timedelta(days=90)
POOL = 200
# Of all, so many that crossed with the fewest points are the closest to the line.
CLOSEST = 40

DECIDED = (Handoff.State.ACCEPTED, Handoff.State.RECYCLED, Handoff.State.DISQUALIFIED)


class TooFew(Exception):
    """No lead was decided lately, so there is nothing to rate."""


class Settled(Exception):
    """The other side has spoken on this lead, too; what was said stays."""


@dataclass(frozen=True)
class Said:
    """A lead of the round as one person sees it: `mine` is what they said, `marketing` and `sales` what everybody of a
    side did, empty as long as it is not told."""

    rated: RatedLead
    mine: bool | None
    marketing: tuple[bool, ...] = ()
    sales: tuple[bool, ...] = ()

    @property
    def is_settled(self) -> bool:
        return bool(self.marketing and self.sales)

    @property
    def pairs(self) -> list[tuple[bool, bool]]:
        """Each of marketing with each of sales."""
        return list(product(self.marketing, self.sales))

    @property
    def agree(self) -> bool:
        """Whether all of them say the same."""
        return all(first == second for first, second in self.pairs)


def begin(*, by: User, at: datetime, today: date) -> BlindRound:
    """The round of the next data review, made now unless there is one; a review that nobody planned is due today.
    Raises TooFew."""
    with transaction.atomic():
        review = (
            reviews.ahead().filter(kind=Review.Kind.DATA).select_for_update(of=("self",)).first()
        )
        if review is None:
            review = reviews.plan(Review.Kind.DATA, owner=by, due_on=today)
        found = BlindRound.objects.filter(review=review).first()
        if found is not None:
            return found
        chosen = choose(at=at, seed=review.pk)
        if not chosen:
            raise TooFew
        made = BlindRound.objects.create(review=review, made_at=at, made_by=by)
        RatedLead.objects.bulk_create(
            RatedLead(round=made, lead_id=handoff.lead_id, handoff=handoff, place=n, why=why)
            for n, (handoff, why) in enumerate(chosen, start=1)
        )
    return made


def choose(*, at: datetime, seed: int) -> list[tuple[Handoff, Why]]:
    """Up to twenty handoffs, in turn one that was disputed, one that stood on a single criterion, one close to the
    line; `seed` draws the same ones again."""
    random, taken = Random(seed), set[int]()
    pools = [(why, _pool(why, at)) for why in Why]
    for _why, pool in pools:
        random.shuffle(pool)
    chosen: list[tuple[Handoff, Why]] = []
    for handoff, why in _in_turn(pools):
        if len(chosen) < MOST and handoff.lead_id not in taken:
            taken.add(handoff.lead_id)
            chosen.append((handoff, why))
    # Their order must not tell why they were chosen.
    random.shuffle(chosen)
    return chosen


def _in_turn(pools: list[tuple[Why, list[Handoff]]]) -> Iterator[tuple[Handoff, Why]]:
    for row in zip_longest(*(pool for _why, pool in pools)):
        for (why, _pool), handoff in zip(pools, row, strict=True):
            if handoff is not None:
                yield handoff, why


def _pool(why: Why, at: datetime) -> list[Handoff]:
    recent = Handoff.objects.filter(
        state__in=DECIDED,
        disposed_at__gte=at - RECENT,
        lead__merged_into=None,
        lead__erased_at=None,
    ).select_related("crossing")
    if why is Why.NEAR:
        return list(recent.order_by("crossing__total", "-pk")[:CLOSEST])
    return list(recent.filter(_filter(why)).order_by("-disposed_at", "-pk")[:POOL])


def _filter(why: Why) -> Q:
    if why is Why.DISPUTED:
        wrong = FactVerdict.objects.exclude(verdict=FactVerdict.Verdict.RIGHT)
        return Q(disposition__in=wrong.values("disposition"))
    return Q(crossing__carried_by__0__isnull=False, crossing__carried_by__1__isnull=True)


def newest() -> BlindRound | None:
    return BlindRound.objects.select_related("review", "made_by").order_by("-review_id").first()


def side_of(made: BlindRound | None, user: User) -> Side | None:
    """For whom this person rates: a marketer for marketing; a manager, and who was named, for sales."""
    side = SIDES.get(user.role)
    if side is None and made is not None and made.raters.filter(user=user).exists():
        return Side.SALES
    return side


def nameable(by: User) -> QuerySet[User]:
    """The SDRs whom this person may ask to rate: those of the own teams."""
    found = User.objects.filter(is_active=True, role=Role.SDR).order_by("name", "pk")
    if by.role == Role.ADMINISTRATOR:
        return found
    if by.role == Role.MANAGER:
        return found.filter(teams__in=by.teams.all()).distinct()
    return found.none()


def name(made: BlindRound, chosen: Collection[int], *, by: User, at: datetime) -> None:
    """Of those whom `by` may name exactly `chosen` rate for sales, and are told so. Who has rated already stays: it
    was said."""
    mine = {user.pk for user in nameable(by)}
    spoke = Rating.objects.filter(rated__round=made).values("by")
    with transaction.atomic():
        made.raters.filter(user__in=mine - set(chosen)).exclude(user__in=spoke).delete()
        BlindRater.objects.bulk_create(
            [
                BlindRater(round=made, user_id=pk, named_by=by, at=at)
                for pk in sorted(mine & set(chosen))
            ],
            ignore_conflicts=True,
        )
        asked = made.raters.filter(user__in=mine & set(chosen)).select_related("user")
        text = _("%(name)s asks you to rate leads for the blind round.") % {"name": by.name}
        notifications.tell(
            [Note(one.user, "rating", f"round:{made.pk}", text) for one in asked], at=at
        )


def said(made: BlindRound, by: User | None, leads: QuerySet[Lead]) -> list[Said]:
    """The leads of the round among `leads`, as `by` sees them; to None, and to who rates for nobody, all is told on
    which both sides have spoken."""
    rows = made.leads.filter(lead__in=leads).select_related("lead__company", "handoff__crossing")
    rater = by if by is not None and side_of(made, by) else None
    return [_said(row, rater) for row in rows.prefetch_related("ratings")]


def _said(row: RatedLead, rater: User | None) -> Said:
    ratings = sorted(row.ratings.all(), key=lambda rating: rating.pk)
    mine = next((r.is_worth_it for r in ratings if rater and r.by_id == rater.pk), None)
    marketing, sales = (
        tuple(r.is_worth_it for r in ratings if r.side == side)
        for side in (Side.MARKETING, Side.SALES)
    )
    told = marketing and sales and (rater is None or mine is not None)
    return Said(row, mine, marketing, sales) if told else Said(row, mine)


def rate(rated: RatedLead, is_worth_it: bool, *, by: User, at: datetime) -> None:
    """What `by` says; it may be changed until somebody of the other side has spoken, too. Raises NoSide, Settled."""
    side = side_of(rated.round, by)
    if side is None:
        raise NoSide
    with transaction.atomic():
        RatedLead.objects.select_for_update().get(pk=rated.pk)
        there = list(rated.ratings.all())
        if any(r.by_id == by.pk for r in there) and any(r.side != side for r in there):
            raise Settled
        Rating.objects.update_or_create(
            rated=rated, by=by, defaults={"is_worth_it": is_worth_it, "side": side, "at": at}
        )
