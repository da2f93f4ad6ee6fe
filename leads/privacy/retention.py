"""How long things are kept. Each rule forgets a piece at a time, until nothing is left that it asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from leads.expressions import LAST_ACTIVITY
from leads.models import (
    Erasure,
    Event,
    FormSubmission,
    ImportLine,
    Lead,
    PrivacyDeed,
    QuarantinedItem,
    RetentionRule,
)
from leads.privacy import deeds, erasing
from leads.stages import Stage

What = RetentionRule.What
FIRST_DAYS = {What.LEADS: 730, What.ANSWERS: 180, What.EVENTS: 730}
PEOPLE, ROWS = 100, 5_000
# Whoever talks with us, or bought, is not forgotten because of a quiet year.
KEPT_STAGES = (Stage.WORKING, Stage.SQL, Stage.OPPORTUNITY, Stage.CUSTOMER)


@dataclass(frozen=True)
class Due:
    """What a rule would forget today."""

    count: int
    some: list[Lead]


def rules() -> list[RetentionRule]:
    """The rules, all of them; one that was never touched is off."""
    known = {rule.what: rule for rule in RetentionRule.objects.all()}
    return [known.get(what) or RetentionRule(what=what, days=FIRST_DAYS[what]) for what in What]


def change(wanted: Mapping[str, Mapping[str, Any]], *, by: User, at: datetime) -> None:
    """Writes `is_on` and `days` by rule, and who did it."""
    with transaction.atomic():
        for rule in rules():
            values = wanted[rule.what]
            if (rule.is_on, rule.days) == (values["is_on"], values["days"]):
                continue
            RetentionRule.objects.update_or_create(what=rule.what, defaults={**values, "by": by})
            state = f"{values['days']} days" if values["is_on"] else "off"
            note = f"{What(rule.what).label}: {state}"
            deeds.note(PrivacyDeed.Kind.RETENTION, by=by, at=at, note=note)


def due(rule: RetentionRule, *, at: datetime) -> Due:
    """What the rule would forget today, counted, and some of the leads."""
    before = at - timedelta(days=rule.days)
    if rule.what == What.LEADS:
        found = _quiet(before)
        return Due(found.count(), list(found[:10]))
    return Due(sum(rows.count() for rows, _values in PIECES[rule.what](before)), [])


def _quiet(before: datetime) -> QuerySet[Lead]:
    """Leads that neither did anything nor were changed since."""
    leads = Lead.objects.filter(
        erased_at=None, merged_into=None, updated_at__lt=before, created_at__lt=before
    )
    return (
        leads.annotate(active=LAST_ACTIVITY).filter(active__lt=before)
        .exclude(stage__in=KEPT_STAGES).order_by("pk")
    )  # fmt: skip


Piece = tuple[QuerySet[Any], dict[str, Any]]


def _answers(before: datetime) -> list[Piece]:
    return [
        (
            FormSubmission.objects.filter(at__lt=before).exclude(answers={}),
            {"answers": {}, "came": {}, "digest": None},
        ),
        (
            ImportLine.objects.filter(imported__finished_at__lt=before).exclude(cells=[]),
            {"cells": [], "reason": "", "before": None},
        ),
        (
            QuarantinedItem.objects.filter(received_at__lt=before).exclude(payload=""),
            {"payload": ""},
        ),
    ]


def _events(before: datetime) -> list[Piece]:
    return [
        (Event.objects.filter(received_at__lt=before).exclude(properties={}), {"properties": {}})
    ]


PIECES: dict[str, Callable[[datetime], list[Piece]]] = {
    What.ANSWERS: _answers,
    What.EVENTS: _events,
}


def advance(at: datetime) -> bool:
    """Forgets one piece of what a rule asks for; false when nothing is left. A rule that is done rests until
    the next day."""
    with transaction.atomic():
        waiting = Q(last_run=None) | Q(last_run__lt=at - timedelta(days=1))
        busy = RetentionRule.objects.select_for_update(skip_locked=True)
        rule = busy.filter(waiting, is_on=True).first()
        if rule is None:
            return False
        forgotten = _forget(rule, at)
        if forgotten:
            RetentionRule.objects.filter(pk=rule.pk).update(forgotten=F("forgotten") + forgotten)
        else:
            RetentionRule.objects.filter(pk=rule.pk).update(last_run=at)
    return True


def _forget(rule: RetentionRule, at: datetime) -> int:
    before = at - timedelta(days=rule.days)
    if rule.what == What.LEADS:
        return len(erasing.erase(_quiet(before)[:PEOPLE], cause=Erasure.Cause.RETENTION, at=at))
    for rows, values in PIECES[rule.what](before):
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:ROWS])
        if ids:
            rows.model._base_manager.filter(pk__in=ids).update(**values)
            deeds.note(PrivacyDeed.Kind.FORGOT, by=None, at=at, count=len(ids), note=rule.what)
            return len(ids)
    return 0
