"""Within a team: who of those that could take a lead gets it, with what is said of each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from handoff.availability import State
from handoff.routing.candidates import Person
from handoff.routing.choosing import choose

# How many people a reason names.
NAMED = 6
LOOK_AGAIN = timedelta(minutes=15)


@dataclass(frozen=True)
class Offer:
    """`to` gets it, or nobody; `said` says why, and why not the others. Where nobody can take it `again` is when to
    look again: at the next opening where people only are off for now (`is_off`), soon where they are absent or full."""

    to: Person | None
    said: str
    again: datetime | None = None
    is_off: bool = False


def offer(
    people: Sequence[Person], strategy: str, *, seniors_only: bool = False, at: datetime
) -> Offer:
    """Chooses among these people of one team, and counts the lead for whoever gets it."""
    some = [one for one in people if one.is_senior] if seniors_only else list(people)
    if not some:
        nobody = _("nobody there is a senior") if people else _("nobody is in the team")
        return Offer(None, nobody, again=at + LOOK_AGAIN)
    said = {one.candidate.user_id: _standing(one) for one in some}
    working = {one.candidate.user_id: one for one in some if one.works.works}
    chosen = choose([one.candidate for one in working.values()], strategy)
    if chosen is None:
        return _nobody(some, list(said.values()), at)
    first = said.pop(chosen.user_id)
    return Offer(working[chosen.user_id], _reason([first], list(said.values())))


def _nobody(some: Sequence[Person], said: Sequence[str], at: datetime) -> Offer:
    """Who only is off for the night is waited for; who is absent or full is not."""
    openings = [
        one.works.returns
        for one in some
        if one.works.state is State.OFF and one.works.returns and not one.candidate.is_full
    ]
    if openings:
        return Offer(None, _reason([], said), again=min(openings), is_off=True)
    return Offer(None, _reason([], said), again=at + LOOK_AGAIN)


def _standing(person: Person) -> str:
    """“Ana had 4 of 8 today”, “Rui is absent until 3 Dec”."""
    one, told = person.candidate, {"name": person.name}
    if not person.works.works:
        return _("%(name)s is %(why)s") % {**told, "why": person.works.said}
    if one.weight == 0:
        return _("%(name)s takes none") % told
    if one.is_full:
        return _("%(name)s has %(number)d open of %(most)d") % {
            **told, "number": one.load.open, "most": one.open_limit
        }  # fmt: skip
    if one.per_day is None:
        return _("%(name)s had %(number)d today") % {**told, "number": one.load.today}
    return _("%(name)s had %(number)d of %(most)d today") % {
        **told, "number": one.load.today, "most": one.per_day
    }  # fmt: skip


def _reason(first: Iterable[str], others: Sequence[str]) -> str:
    parts = [*first, *others[:NAMED]]
    if len(others) > NAMED:
        parts.append(_("and %(number)d others") % {"number": len(others) - NAMED})
    return "; ".join(parts)
