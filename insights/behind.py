"""The facts behind a number: the queryset that was counted, narrowed as the number was."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import BooleanField, F, Func, Q, QuerySet, Value
from django.db.models.functions import ExtractHour, ExtractIsoWeekDay, JSONObject
from django.db.models.lookups import Exact

from accounts.models import User
from handoff.models.handoffs import OPEN_STATES
from insights import complete, deeds, endings, facts, forms, promises, signals
from insights.figures import DECIDED
from insights.funnel.steps import ASKED, CLOCKS, REACHED, with_steps
from insights.numbers import Show
from insights.periods import Period
from insights.report_card.asking import of_model

Asked = Mapping[str, Any]

ENDINGS = {forms.ENDED: endings.ENDINGS}
STATES: dict[str, tuple[str, ...]] = {forms.OPEN: OPEN_STATES, forms.DECIDED: DECIDED}


def asked(user: User, period: Period, ask: Asked, *, at: datetime) -> QuerySet[Any]:
    """One row for each fact; `ask` is the cleaned data of an AskForm."""
    if ask["show"] == Show.STANDING:
        found = facts.standing(user)
        return found.filter(stage=ask["stage"]) if ask["stage"] else found
    if ask["show"] == Show.PROMISED:
        return _promised(user, period, ask, at=at)
    if ask["show"] == Show.CROSSED:
        return facts.crossed(user, period).filter(_source(ask, "lead__source"))
    if ask["show"] == Show.DECIDED:
        decided = facts.decided(user, period).filter(_source(ask, "lead__source"))
        return decided.filter(result=ask["result"]) if ask["result"] else decided
    if ask["show"] == Show.SKIPPED:
        skipped = facts.skipped(user, period, ask["team"])
        return skipped.filter(by=ask["person"]) if ask["person"] else skipped
    if ask["show"] == Show.DEEDS:
        return _deeds(user, period, ask)
    handed = complete.with_known(facts.handed(user, period), ask["known"])
    if ask["ending"] or ask["reached"] or ask["old"] or ask["young"]:
        handed = with_steps(handed)
    return handed.filter(_source(ask, "source"), *_handed(ask), *_moment(ask, period))


def late(user: User, period: Period, *, at: datetime) -> QuerySet[Any]:
    """The promises of the period that were missed."""
    return facts.promised(user, period, at=at).filter(facts.LATE)


def _source(ask: Asked, path: str) -> Q:
    wanted = Q() if ask["source"] is None else Q(**{path: ask["source"]})
    return wanted & ~Q(**{f"{path}__in": ask["besides"]})


def _handoff(ask: Asked, before: str = "") -> list[Q]:
    """Whose it is and where it crossed into; `before` leads to the handoff."""
    wanted = []
    if ask["team"] is not None:
        wanted.append(Q(**{f"{before}team": ask["team"] or None}))
    if ask["band"] is not None:
        wanted.append(Q(**{f"{before}band": ask["band"]}))
    return wanted


def _moment(ask: Asked, period: Period, before: str = "") -> list[Exact]:
    """When it was handed over, by the organisation's clocks."""
    moment, zone = f"{before}opened_at", period.zone
    wanted = []
    if ask["weekday"] is not None:
        wanted.append(Exact(ExtractIsoWeekDay(moment, tzinfo=zone), ask["weekday"]))
    if ask["hour"] is not None:
        wanted.append(Exact(ExtractHour(moment, tzinfo=zone), ask["hour"]))
    return wanted


def _handed(ask: Asked) -> list[Q]:
    wanted = _handoff(ask)
    if ask["state"]:
        wanted.append(Q(state__in=STATES.get(ask["state"], (ask["state"],))))
    if ask["reason"]:
        wanted.append(Q(disposition__reason__key=ask["reason"]))
    if ask["signal"]:
        wanted.append(signals.narrowed(ask["signal"]))
    wanted.append(complete.complete(ask["known"]))
    return [*wanted, *_of_criteria(ask), *_of_funnel(ask)]


def _of_funnel(ask: Asked) -> list[Q]:
    """How far they came, and whether they were old enough to be asked."""
    wanted = [REACHED[ask["reached"]]] if ask["reached"] else []
    if ask["old"]:
        wanted += [ASKED[ask["old"]], Q(**{f"{CLOCKS[ask['old']]}__lt": ask["since"]})]
    if ask["young"]:
        wanted += [ASKED[ask["young"]], Q(**{f"{CLOCKS[ask['young']]}__gte": ask["since"]})]
    return wanted


def _of_criteria(ask: Asked) -> list[Any]:
    """What the report card narrows by."""
    wanted: list[Any] = []
    if ask["criterion"]:
        wanted.append(Q(crossing__carried_by__contains=[ask["criterion"]]))
    if ask["none_alone"]:
        wanted.append(Q(crossing__carried_by=[]))
    if ask["gave"]:
        wanted.append(GavePoints(F("crossing__contributions"), JSONObject(key=Value(ask["gave"]))))
    if ask["ending"]:
        wanted.append(Q(ending__in=ENDINGS.get(ask["ending"], (ask["ending"],))))
    if ask["model"] is not None:
        wanted.append(of_model(ask["model"]))
    if ask["segment"]:
        wanted.append(ask["segment"].holds())
    if ask["campaign"] is not None:
        wanted.append(Q(lead__campaign=ask["campaign"]))
    return wanted


class GavePoints(Func):
    """Whether a criterion has points among the contributions of a crossing: of these, and of `{"key": criterion}`."""

    function = "jsonb_path_exists"
    arg_joiner = ", '$[*] ? (@.key == $key && @.micro > 0)'::jsonpath, "
    arity = 2
    output_field = BooleanField()


def _promised(user: User, period: Period, ask: Asked, *, at: datetime) -> QuerySet[Any]:
    wanted = [_source(ask, "handoff__source"), *_handoff(ask, "handoff__")]
    if ask["milestone"]:
        wanted.append(Q(milestone=ask["milestone"]))
    if ask["kept"]:
        wanted.append(facts.KEPT if ask["kept"] == "yes" else facts.LATE)
    if ask["done"]:
        wanted.append(Q(closed_at__isnull=False))
    if ask["policy"] is not None:
        wanted.append(Q(policy_version__policy=ask["policy"]))
    if ask["charged"]:
        wanted.append(facts.CHARGED)
    if ask["anybody"]:
        wanted.append(Q(who__isnull=False))
    if ask["person"] is not None:
        wanted.append(Q(who=ask["person"]) if ask["person"] else Q(who__isnull=True))
    found = facts.promised(user, period, at=at)
    if ask["person"] is not None or ask["anybody"]:
        found = promises.with_person(found)
    return found.filter(*wanted, *_moment(ask, period, "handoff__"))


def _deeds(user: User, period: Period, ask: Asked) -> QuerySet[Any]:
    found = deeds.done(user, period, ask["team"])
    if ask["deed"]:
        found = found.filter(deed=ask["deed"])
    return found.filter(person=ask["person"]) if ask["person"] else found
