"""Sends the steps that are due. An e-mail is a row (handoff/letters.py) that is written in the transaction in which the
lead goes on to its next step, so a sender that is killed has sent it or has not begun."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from handoff import letters
from handoff.letters import Letter
from leads import journal
from leads.models import ConsentPurpose, Lead
from leads.privacy import consents
from qualification.models import Enrolment, SequenceMail, SequenceStep
from qualification.nurturing import composing, enrolling
from qualification.nurturing.leaving import leave

End = Enrolment.End
# A mail server that suddenly sends much is taken for a spammer's.
A_MINUTE, AT_MOST = timedelta(minutes=1), 60
PIECE = 20
# Days in which an answer to the last e-mail still ends the sequence as an answer.
AFTER_THE_LAST = 7
# Only one sender counts what the last minute saw.
LOCK = 0x6E757274


@dataclass(frozen=True)
class Due:
    """An enrolment with the step that is due."""

    enrolment: Enrolment
    lead: Lead
    step: SequenceStep | None
    last: bool


def advance(at: datetime) -> bool:
    """Sends the next few steps that are due; false where none is, or the minute has had enough."""
    with transaction.atomic():
        if not _alone():
            return False
        room = AT_MOST - SequenceMail.objects.filter(posted_at__gt=at - A_MINUTE).count()
        due = _claim(min(PIECE, room), at) if room > 0 else []
        _send(due, at)
    return bool(due)


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _claim(limit: int, at: datetime) -> list[Due]:
    waiting = Enrolment.objects.filter(ended_at=None, next_at__lte=at, sequence__is_on=True)
    held = list(
        waiting.select_for_update(of=("self",), skip_locked=True)
        .select_related("lead__owner", "sequence__purpose").order_by("next_at", "pk")[:limit]
    )  # fmt: skip
    steps: dict[int, list[SequenceStep]] = {}
    for step in SequenceStep.objects.filter(
        sequence__in={one.sequence_id for one in held}, removed_at=None
    ).order_by("number", "pk"):
        steps.setdefault(step.sequence_id, []).append(step)
    return [_due(one, steps.get(one.sequence_id, [])) for one in held]


def _due(enrolment: Enrolment, steps: Sequence[SequenceStep]) -> Due:
    ahead = [step for step in steps if step.number > enrolment.reached]
    return Due(enrolment, enrolment.lead, ahead[0] if ahead else None, len(ahead) <= 1)


def _send(due: Sequence[Due], at: datetime) -> None:
    out = _out(due)
    for end in sorted(set(out.values())):
        leave([lead_id for lead_id, why in out.items() if why == end], end, at=at)
    ready = [one for one in due if one.lead.pk not in out and one.step is not None]
    mails = [SequenceMail(enrolment=one.enrolment, step=one.step, posted_at=at) for one in ready]
    filled = [
        composing.compose(mail.step, one.lead, mail, at=at)
        for one, mail in zip(ready, mails, strict=True)
    ]
    for mail, text in zip(mails, filled, strict=True):
        mail.links = text.links
    SequenceMail.objects.bulk_create(mails)
    letters.post(
        [
            Letter(
                f"sequence:{one.enrolment.pk}:{mail.step_id}", one.lead.pk, one.lead.email or "",
                text.subject, text.body,
            )
            for one, mail, text in zip(ready, mails, filled, strict=True)
        ],
        at=at,
    )  # fmt: skip
    _go_on(ready, at)


def _out(due: Sequence[Due]) -> dict[int, str]:
    """Who is not written to any more, and why."""
    emails = [one.lead.email for one in due if one.lead.email]
    refused = letters.suppressed(emails)
    willing = _willing(due)
    out: dict[int, str] = {}
    for one in due:
        if not one.lead.email or one.lead.erased_at or one.lead.merged_into_id:
            out[one.lead.pk] = End.UNREACHABLE
        elif one.lead.email in refused or one.lead.pk not in willing:
            out[one.lead.pk] = End.UNSUBSCRIBED
        elif one.lead.stage not in enrolling.WRITTEN_TO:
            out[one.lead.pk] = End.CROSSED
        elif one.step is None:
            out[one.lead.pk] = End.DONE
    return out


def _willing(due: Sequence[Due]) -> set[int]:
    """Those who agreed to the purpose of their sequence; where it has none, those who said no to nothing but calls and
    being followed on the website."""
    said = consents.standing([one.lead.pk for one in due])
    followed = ConsentPurpose.objects.filter(covers_activity=True).values_list("key", flat=True)
    others = {"phone", *followed}
    return {
        one.lead.pk
        for one in due
        if _is_willing(one.enrolment.sequence.purpose, said.get(one.lead.pk, {}), others)
    }


def _is_willing(
    purpose: ConsentPurpose | None, said: Mapping[str, consents.Standing], others: set[str]
) -> bool:
    if purpose is not None:
        return purpose.key in said and said[purpose.key].granted
    return all(answer.granted for key, answer in said.items() if key not in others)


def _go_on(sent: Sequence[Due], at: datetime) -> None:
    """To the next step; who got the last one is done a step's time later, so that an answer to it still counts."""
    ahead = {
        one.enrolment.sequence_id: list(enrolling.steps_of(one.enrolment.sequence)) for one in sent
    }
    for one in sent:
        assert one.step is not None
        number = one.step.number
        later = [s for s in ahead[one.enrolment.sequence_id] if s.number > number]
        wait = later[0].wait_days if later else AFTER_THE_LAST
        one.enrolment.reached, one.enrolment.next_at = number, at + timedelta(days=wait)
    Enrolment.objects.bulk_update([one.enrolment for one in sent], ["reached", "next_at"])
    each = {
        one.lead.pk: {"step": one.step.number, "subject": one.step.subject, "sequence": one.enrolment.sequence_id}
        for one in sent if one.step is not None
    }  # fmt: skip
    journal.write("lead.nurtured", sorted(each), at=at, each=each)
