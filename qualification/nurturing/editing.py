"""Sequences and their steps, edited by marketers. A step is never changed under who is in the sequence: the next mail
is made of what stands here then. A removed step stays as a row, since mails point at it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from qualification.models import Enrolment, Sequence, SequenceStep
from qualification.nurturing import enrolling, leaving

MOST_STEPS = 12


class Refused(Exception):
    """The text says why, for whoever edits."""


def make(values: Mapping[str, Any], *, by: User | None, at: datetime) -> Sequence:
    """A new sequence, off until it has its texts. Raises Refused."""
    last = Sequence.objects.aggregate(last=Max("order"))["last"] or 0
    try:
        with transaction.atomic():
            return Sequence.objects.create(**values, order=last + 1, created_at=at, created_by=by)
    except IntegrityError:
        raise Refused(_("There is a sequence with this name.")) from None


def change(sequence: Sequence, values: Mapping[str, Any]) -> None:
    """Raises Refused for a name that is taken, and for switching on what has no step."""
    if values.get("is_on") and not enrolling.steps_of(sequence).exists():
        raise Refused(_("Write the first e-mail before it is switched on."))
    try:
        with transaction.atomic():
            Sequence.objects.filter(pk=sequence.pk).update(**values)
    except IntegrityError:
        raise Refused(_("There is a sequence with this name.")) from None


def add_step(sequence: Sequence, values: Mapping[str, Any]) -> SequenceStep:
    """One more e-mail at the end. Raises Refused."""
    with transaction.atomic():
        Sequence.objects.select_for_update().get(pk=sequence.pk)
        if enrolling.steps_of(sequence).count() >= MOST_STEPS:
            raise Refused(_("A sequence has at most %(most)d e-mails.") % {"most": MOST_STEPS})
        last = sequence.steps.aggregate(last=Max("number"))["last"] or 0
        return SequenceStep.objects.create(sequence=sequence, number=last + 1, **values)


def change_step(step: SequenceStep, values: Mapping[str, Any]) -> None:
    SequenceStep.objects.filter(pk=step.pk).update(**values)


def remove_step(step: SequenceStep, *, at: datetime) -> None:
    """Who waits for it gets the one after it."""
    with transaction.atomic():
        sequence = Sequence.objects.select_for_update().get(pk=step.sequence_id)
        SequenceStep.objects.filter(pk=step.pk, removed_at=None).update(removed_at=at)
        if not enrolling.steps_of(sequence).exists():
            Sequence.objects.filter(pk=sequence.pk).update(is_on=False)


def take_out(lead_id: int, *, by: User, at: datetime) -> bool:
    """Somebody takes a lead out of its sequence; false if it is in none."""
    with transaction.atomic():
        return bool(leaving.leave([lead_id], Enrolment.End.STOPPED, at=at, by=by))
