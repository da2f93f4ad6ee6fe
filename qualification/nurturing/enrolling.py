"""Who gets into a sequence: whom routing sends to nurture, who is recycled, who is new or went quiet, and whom
somebody adds. A lead is in one sequence at a time, and not twice in the same within half a year, unless it left the
first time before anything was sent, of which a decision taken back makes nothing."""

from collections.abc import Sequence as Many
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from leads import journal
from leads.journal import Entry
from leads.models import Lead
from leads.privacy.suppression import suppressed
from leads.stages import Stage
from qualification.models import Enrolment, Sequence, SequenceStep

Audience = Sequence.Audience
REST = timedelta(days=180)
A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
# Of new and quiet leads, so many a day and sequence: what is owed to a whole base is not sent in one night.
AT_MOST = 200
# Whom sales has, or had the last word on, is not written to by a machine.
BELOW_MQL = (Stage.LEAD,)
WRITTEN_TO = (Stage.LEAD, Stage.MQL, Stage.RECYCLED, Stage.LOST)


class Refused(Exception):
    """Why a lead cannot be put into a sequence, for whoever asked."""


def sequence_for(audience: str) -> Sequence | None:
    """The sequence that takes this audience: the first that is on and has a step."""
    found = Sequence.objects.filter(audience=audience, is_on=True, steps__removed_at=None)
    return found.exclude(steps=None).order_by("order", "pk").first()


def follow_routing(entries: Many[Entry], at: datetime) -> None:
    """Follows `lead.kept_back`: whom routing nurtures."""
    kept = [e.lead_id for e in entries if e.data["result"] == "nurture" and e.lead_id]
    _into(Audience.ROUTED, kept, at)


def follow_recycling(entries: Many[Entry], at: datetime) -> None:
    """Follows `handoff.disposed` and `sql.returned`."""
    back = [
        e.lead_id for e in entries
        if e.lead_id and (e.kind == "sql.returned" or e.data["result"] == "recycled")
    ]  # fmt: skip
    # So long nothing is sent that could not be taken back with the decision.
    _into(Audience.RECYCLED, back, at, rests=A_MINUTE)


def _into(
    audience: str, lead_ids: Many[int], at: datetime, rests: timedelta = timedelta(0)
) -> None:
    sequence = sequence_for(audience) if lead_ids else None
    if sequence is not None:
        enrol(sequence, lead_ids, at=at, rests=rests)


def enrol(
    sequence: Sequence,
    lead_ids: Many[int],
    *,
    at: datetime,
    by: User | None = None,
    rests: timedelta = timedelta(0),
) -> list[int]:
    """Puts those of the leads into the sequence that can be written to and are in none; gives them. A step that
    waits no day is due at once, or when they have rested."""
    first = steps_of(sequence).first()
    reached = _reachable(lead_ids) if first else set()
    if first is None or not reached:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO qualification_enrolment (sequence_id, lead_id, entered_at, by_id, reached, next_at, "end")
               SELECT %(sequence)s, l.id, %(at)s, %(by)s, 0, %(next)s, '' FROM leads_lead l
                WHERE l.id = ANY(%(leads)s) AND l.merged_into_id IS NULL AND l.erased_at IS NULL
                  AND l.stage = ANY(%(stages)s)
                  AND NOT EXISTS (SELECT 1 FROM qualification_enrolment e
                                   WHERE e.lead_id = l.id AND e.sequence_id = %(sequence)s
                                     AND e.entered_at > %(since)s
                                     AND (e.reached > 0 OR e.ended_at IS NULL OR e."end" = %(stopped)s))
                ORDER BY l.id
               ON CONFLICT (lead_id) WHERE ended_at IS NULL DO NOTHING RETURNING lead_id""",
            {
                "sequence": sequence.pk, "at": at, "by": by.pk if by else None, "since": at - REST,
                "next": at + timedelta(days=first.wait_days) + rests, "leads": sorted(reached),
                "stages": [str(stage) for stage in WRITTEN_TO], "stopped": Enrolment.End.STOPPED,
            },
        )  # fmt: skip
        made = sorted(row[0] for row in cursor.fetchall())
    data = {"sequence": sequence.pk, "name": sequence.name}
    journal.write("lead.enrolled", made, at=at, by=by, data=data)
    return made


def _reachable(lead_ids: Many[int]) -> set[int]:
    found = Lead.objects.filter(pk__in=lead_ids, email__isnull=False)
    emails = {pk: email or "" for pk, email in found.values_list("pk", "email")}
    refused = suppressed(emails.values())
    return {pk for pk, email in emails.items() if email not in refused}


def steps_of(sequence: Sequence) -> QuerySet[SequenceStep]:
    return SequenceStep.objects.filter(sequence=sequence, removed_at=None).order_by("number", "pk")


def add(lead: Lead, sequence: Sequence, *, by: User, at: datetime) -> None:
    """Somebody puts a lead into a sequence. Raises Refused."""
    if enrol(sequence, [lead.pk], at=at, by=by):
        return
    if Enrolment.objects.filter(lead=lead, ended_at=None).exists():
        raise Refused(_("The lead is in a sequence already."))
    if not _reachable([lead.pk]):
        raise Refused(_("The lead has no address that may be written to."))
    if lead.stage not in WRITTEN_TO:
        raise Refused(_("Sales has this lead; it is not nurtured."))
    raise Refused(_("The lead was in this sequence within half a year, or it has no steps."))


def enrol_due(at: datetime) -> int:
    """Once a day: new leads, and those that went quiet, below the MQL line; says how many."""
    number = 0
    for audience, column in ((Audience.NEW, "created_at"), (Audience.STALE, "last_activity_at")):
        sequence = sequence_for(audience)
        if sequence is not None:
            number += len(enrol(sequence, _quiet(sequence, column, at), at=at))
    return number


def _quiet(sequence: Sequence, column: str, at: datetime) -> list[int]:
    """The leads whose day has come within the last month, the latest first, without those that are or were in it."""
    until = at - timedelta(days=sequence.after_days)
    found = Lead.objects.filter(
        stage__in=BELOW_MQL, merged_into=None, erased_at=None, email__isnull=False, stopped="",
        **{f"{column}__lte": until, f"{column}__gt": until - 30 * A_DAY},
    )  # fmt: skip
    busy = Enrolment.objects.filter(ended_at=None)
    recent = Enrolment.objects.filter(sequence=sequence, entered_at__gt=at - REST)
    found = found.exclude(pk__in=busy.values("lead")).exclude(pk__in=recent.values("lead"))
    return list(found.order_by(f"-{column}", "-pk").values_list("pk", flat=True)[:AT_MOST])
