"""The facts behind a number: the queryset that was counted, narrowed as the number was."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from handoff.models.handoffs import OPEN_STATES
from insights import facts, forms, promises
from insights.figures import DECIDED
from insights.numbers import Show
from insights.periods import Period

Asked = Mapping[str, Any]

STATES: dict[str, tuple[str, ...]] = {forms.OPEN: OPEN_STATES, forms.DECIDED: DECIDED}


def asked(user: User, period: Period, ask: Asked, *, at: datetime) -> QuerySet[Any]:
    """One row for each fact; `ask` is the cleaned data of an AskForm."""
    if ask["show"] == Show.STANDING:
        found = facts.standing(user)
        return found.filter(stage=ask["stage"]) if ask["stage"] else found
    if ask["show"] == Show.PROMISED:
        return _promised(user, period, ask, at=at)
    if ask["show"] == Show.CROSSED:
        return facts.crossed(user, period).filter(_source(ask))
    if ask["show"] == Show.DECIDED:
        decided = facts.decided(user, period).filter(_source(ask))
        return decided.filter(result=ask["result"]) if ask["result"] else decided
    return facts.handed(user, period).filter(_source(ask), *_handed(ask))


def late(user: User, period: Period, *, at: datetime) -> QuerySet[Any]:
    """The promises of the period that were missed."""
    return facts.promised(user, period, at=at).filter(facts.LATE)


def _source(ask: Asked) -> Q:
    wanted = Q() if ask["source"] is None else Q(lead__source=ask["source"])
    return wanted & ~Q(lead__source__in=ask["besides"])


def _handed(ask: Asked) -> list[Q]:
    wanted = []
    if ask["state"]:
        wanted.append(Q(state__in=STATES.get(ask["state"], (ask["state"],))))
    if ask["reason"]:
        wanted.append(Q(disposition__reason__key=ask["reason"]))
    if ask["criterion"]:
        wanted.append(Q(crossing__carried_by__contains=[ask["criterion"]]))
    if ask["none_alone"]:
        wanted.append(Q(crossing__carried_by=[]))
    return wanted


def _promised(user: User, period: Period, ask: Asked, *, at: datetime) -> QuerySet[Any]:
    wanted = []
    if ask["milestone"]:
        wanted.append(Q(milestone=ask["milestone"]))
    if ask["kept"]:
        wanted.append(facts.KEPT if ask["kept"] == "yes" else facts.LATE)
    if ask["done"]:
        wanted.append(Q(closed_at__isnull=False))
    if ask["team"] is not None:
        wanted.append(Q(handoff__team=ask["team"] or None))
    if ask["person"] is not None:
        wanted.append(Q(who=ask["person"]) if ask["person"] else Q(who__isnull=True))
    found = facts.promised(user, period, at=at)
    return (promises.with_person(found) if ask["person"] is not None else found).filter(*wanted)
