"""Looking back at a deal: which signals spoke, and what could have been seen earlier. Marketers read how often each
criterion was named, with the deals behind it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Count, QuerySet

from accounts.models import User
from leads import journal
from qualification import scorecards
from qualification.closing import access, deals
from qualification.models import DealReview, DealSign, Opportunity

Kind, Source = DealSign.Kind, DealSign.Source
MOST_CRITERIA = 6
MILLION = 1_000_000


@dataclass(frozen=True)
class Sign:
    """Something that can be named: a criterion that gave points when the lead crossed, or an element of the card."""

    source: str
    key: str
    label: str
    points: int | None = None

    @property
    def value(self) -> str:
        return f"{self.source}:{self.key}"


@dataclass
class Line:
    """How often a sign was named, by what was said of it and how the deals ended."""

    source: str
    key: str
    label: str
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def won(self) -> int:
        return self.counts.get("spoke:won", 0)

    @property
    def lost(self) -> int:
        return self.counts.get("spoke:lost", 0)

    @property
    def earlier(self) -> int:
        return self.counts.get("earlier:won", 0) + self.counts.get("earlier:lost", 0)


class NotOver(Exception):
    """The deal is open, so there is nothing to look back at."""


def signs(deal: Opportunity) -> list[Sign]:
    """What the sheet offers, the strongest criteria first."""
    if deal.handoff is None:
        return []
    given = sorted(deal.handoff.crossing.contributions, key=lambda one: -abs(one["micro"]))
    made = [
        Sign(
            Source.CRITERION,
            one["key"][:80],
            str(one["label"])[:200],
            round(one["micro"] / MILLION),
        )
        for one in given[:MOST_CRITERIA]
    ]
    card = scorecards.latest(deal.handoff)
    elements = scorecards.framework_of(card).elements if card else ()
    return made + [Sign(Source.ELEMENT, one.key[:80], one.name[:200]) for one in elements]


def write(
    deal: Opportunity,
    *,
    spoke: Collection[str],
    earlier: Collection[str],
    note: str,
    by: User | None,
    at: datetime,
) -> DealReview:
    """Keeps what the owner says, instead of what was said before; `spoke` and `earlier` are values of signs(). What
    is none of them is left out. Raises NotOver."""
    with transaction.atomic():
        now = deals.hold(deal)
        if now.state not in (Opportunity.State.WON, Opportunity.State.LOST):
            raise NotOver
        review, first = DealReview.objects.update_or_create(
            opportunity=now, defaults={"by": by, "at": at, "note": note.strip()[:1000]}
        )
        DealSign.objects.filter(review=review).delete()
        known = {sign.value: sign for sign in signs(now)}
        named = [(Kind.SPOKE, value) for value in spoke] + [(Kind.EARLIER, v) for v in earlier]
        DealSign.objects.bulk_create(
            DealSign(review=review, kind=kind, source=sign.source, key=sign.key, label=sign.label)
            for kind, value in dict.fromkeys(named) if (sign := known.get(value))
        )  # fmt: skip
        if first:
            data = {"opportunity": now.pk, "note": note[:500]}
            journal.write("deal.reviewed", [now.lead_id], at=at, by=by, data=data)
    return review


def named(deal: Opportunity) -> dict[str, set[str]]:
    """The values of the signs that its review names, by kind."""
    found: dict[str, set[str]] = {Kind.SPOKE: set(), Kind.EARLIER: set()}
    for sign in DealSign.objects.filter(review__opportunity=deal):
        found[sign.kind].add(f"{sign.source}:{sign.key}")
    return found


def reviewed(user: User) -> QuerySet[DealSign]:
    """What was named in reviews of deals that this person may see."""
    return DealSign.objects.filter(review__opportunity__in=access.visible(user).values("pk"))


def lines(user: User) -> list[Line]:
    """Each sign that was named, the most often named first."""
    rows = (
        reviewed(user).order_by()
        .values_list("source", "key", "kind", "review__opportunity__state")
        .annotate(n=Count("pk"))
    )  # fmt: skip
    made: dict[tuple[str, str], Line] = {}
    labels = _labels(user)
    for source, key, kind, state, n in rows:
        line = made.setdefault((source, key), Line(source, key, labels[source, key]))
        line.counts[f"{kind}:{state}"] = n
    return sorted(made.values(), key=lambda one: (-sum(one.counts.values()), one.label))


def _labels(user: User) -> dict[tuple[str, str], str]:
    """What each is called by the newest review."""
    newest = reviewed(user).order_by("source", "key", "-pk").distinct("source", "key")
    return {(s, k): label for s, k, label in newest.values_list("source", "key", "label")}


def behind(
    user: User, source: str, key: str, kind: str, states: Iterable[str]
) -> Sequence[DealReview]:
    """The reviews that a number counts, newest first."""
    found = reviewed(user).filter(source=source, key=key, kind=kind)
    reviews = DealReview.objects.filter(
        pk__in=found.values("review"), opportunity__state__in=list(states)
    )
    return list(reviews.select_related("opportunity__lead", "by").order_by("-at", "-pk")[:200])


def waiting(user: User) -> QuerySet[Opportunity]:
    """Closed deals of this person that nobody has looked back at."""
    over = (Opportunity.State.WON, Opportunity.State.LOST)
    return Opportunity.objects.filter(owner=user, state__in=over, review=None)
