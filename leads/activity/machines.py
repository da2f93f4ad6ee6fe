"""Which deeds no person did, by what happened within seconds. Pure; each walk along the times is as long as the deeds
are many.

Three links of one message within ten seconds: a scanner followed them all, and whatever was opened or followed near
them was its doing. Fifteen different pages within two seconds: nobody looks at them so fast. Opened or followed within
two seconds of the sending: a mail program did."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from leads.models import MachineBurst

Reason = MachineBurst.Reason
LINKS, LINKS_S = 3, 10
PAGES, PAGES_S = 15, 2
SENT_S = 2


class Deed(NamedTuple):
    """An event: `what` is the link or the page; `message` is empty for what is no mail; `is_open` says whether it may
    be taken for a machine's, `is_at_once` whether its message was sent that very moment."""

    event_id: int
    lead_id: int
    visitor_id: int | None
    at: datetime
    kind: str
    what: str | None
    message: str
    is_open: bool
    is_at_once: bool


class Found(NamedTuple):
    event_id: int
    lead_id: int
    visitor_id: int | None
    at: datetime
    reason: str


def found(deeds: Iterable[Deed]) -> list[Found]:
    """Those that a machine did, each with the first reason that holds, in the order of their ids."""
    reasons: dict[int, str] = {}
    all_of_them = sorted(deeds, key=lambda deed: (_group(deed), deed.at, deed.event_id))
    for _of, some in groupby(all_of_them, key=_group):
        near = list(some)
        marked = _fan_out(near) if near[0].kind.startswith("email") else _speed(near)
        reasons |= marked
    by_id = sorted(all_of_them)
    return [
        Found(*deed[:4], reason)
        for deed in by_id
        if deed.is_open and (reason := reasons.get(deed.event_id))
    ]


def _group(deed: Deed) -> tuple[bool, int, str]:
    """Mails go by lead and message, views by their browser."""
    is_mail = deed.kind.startswith("email")
    return (is_mail, deed.lead_id if is_mail else deed.visitor_id or 0, deed.message)


def _fan_out(mails: Sequence[Deed]) -> dict[int, str]:
    within = timedelta(seconds=LINKS_S)
    clicks = [deed for deed in mails if deed.kind == "email_click"]
    begins = _begins(clicks, LINKS, within)
    marked = {}
    for deed in mails:
        place = bisect_right(begins, deed.at + within)
        if place and begins[place - 1] >= deed.at - within:
            marked[deed.event_id] = str(Reason.FAN_OUT)
        elif deed.is_at_once:
            marked[deed.event_id] = str(Reason.AT_ONCE)
    return marked


def _speed(views: Sequence[Deed]) -> dict[int, str]:
    within = timedelta(seconds=PAGES_S)
    begins = _begins(views, PAGES, within)
    marked = {}
    for deed in views:
        place = bisect_right(begins, deed.at)
        if place and begins[place - 1] >= deed.at - within:
            marked[deed.event_id] = str(Reason.SPEED)
    return marked


def _begins(deeds: Sequence[Deed], number: int, within: timedelta) -> list[datetime]:
    """The moments, each that of a deed, from which on so many different things were done within this time. The deeds
    come in the order of their times."""
    begins, seen, end = [], Counter[str | None](), 0
    for first in deeds:
        while end < len(deeds) and deeds[end].at <= first.at + within:
            seen[deeds[end].what] += 1
            end += 1
        if sum(1 for what in seen if what is not None) >= number:
            begins.append(first.at)
        seen[first.what] -= 1
        if not seen[first.what]:
            del seen[first.what]
    return begins
