"""A score that somebody sets for one lead: by whom, why, and until when. Setting one again replaces it."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import ApiKey, User
from leads import journal
from leads.models import Lead, LeadScore
from scoring import engine
from scoring.definition import LIMIT
from scoring.models import Override

LONGEST = timedelta(days=366)
LONGEST_REASON = 2000
BATCH = 500


class OverrideError(ValueError):
    """What was asked makes no sense; `problems` maps fields to reasons in words."""

    def __init__(self, problems: dict[str, list[str]]) -> None:
        super().__init__(str(problems))
        self.problems = problems


def current(lead: Lead, *, at: datetime) -> Override | None:
    """The override that holds at this moment."""
    found = Override.objects.filter(lead=lead, ended_at=None, until__gt=_day(at))
    return found.select_related("by", "key").first()


def past_ones(lead: Lead, *, most: int = 10) -> Sequence[Override]:
    """Those that ended, latest first."""
    ended = Override.objects.filter(lead=lead).exclude(ended_at=None)
    return list(ended.select_related("by", "key", "ended_by").order_by("-at", "-id")[:most])


def put(
    lead: Lead, *, total: int, reason: str, until: date, by: User | ApiKey, at: datetime
) -> Override:
    """Sets the score of the lead through the day before `until` (a day in UTC), in place of an override that
    holds already. The pipeline rescores. Raises OverrideError."""
    problems = _problems(total, reason, until, at)
    if problems:
        raise OverrideError(problems)
    user = by if isinstance(by, User) else None
    with transaction.atomic():
        _hold([lead.pk])
        _close(lead, by=user, at=at)
        made = Override.objects.create(
            lead=lead, total=total, reason=reason.strip(), by=user,
            key=by if isinstance(by, ApiKey) else None, at=at, until=until,
        )  # fmt: skip
        data = {"total": total, "reason": made.reason[:500], "until": until.isoformat()}
        journal.write("lead.overridden", [lead.pk], at=at, by=user, data=data)
    return made


def end(lead: Lead, *, by: User | ApiKey, at: datetime) -> bool:
    """Lets the model score the lead again; false if nobody had set its score."""
    user = by if isinstance(by, User) else None
    with transaction.atomic():
        _hold([lead.pk])
        ended = _close(lead, by=user, at=at)
        if ended:
            journal.write("lead.overridden", [lead.pk], at=at, by=user, data={"ended": True})
    return ended


def expire(at: datetime) -> int:
    """Closes the overrides whose day has come, and scores their leads anew; says how many."""
    closed = 0
    while some := _expire_some(at):
        closed += some
    return closed


def _expire_some(at: datetime) -> int:
    due = Override.objects.filter(ended_at=None, until__lte=_day(at)).order_by("lead_id")
    with transaction.atomic():
        lead_ids = list(due.values_list("lead_id", flat=True)[:BATCH])
        _hold(lead_ids)
        rows = list(due.filter(lead_id__in=lead_ids))
        for row in rows:
            row.ended_at = _midnight(row.until)
        Override.objects.bulk_update(rows, ["ended_at"])
        lead_ids = [row.lead_id for row in rows]
        journal.write("lead.overridden", lead_ids, at=at, data={"expired": True})
        # Before the run of the day comes by, for which this would be a matter of decay.
        engine.rescore(lead_ids, at=at, cause="override")
    return len(rows)


def _close(lead: Lead, *, by: User | None, at: datetime) -> bool:
    """True if the override that ends here was still in force."""
    was = Override.objects.filter(lead=lead, ended_at=None).first()
    if was is None:
        return False
    if was.until <= _day(at):
        Override.objects.filter(pk=was.pk).update(ended_at=_midnight(was.until))
        return False
    Override.objects.filter(pk=was.pk).update(ended_at=at, ended_by=by)
    return True


def _hold(lead_ids: list[int]) -> None:
    held = LeadScore.objects.select_for_update(no_key=True).filter(lead_id__in=lead_ids)
    list(held.order_by("lead_id").values_list("lead_id"))


def _problems(total: int, reason: str, until: date, at: datetime) -> dict[str, list[str]]:
    problems: dict[str, list[str]] = {}
    if abs(total) > LIMIT:
        problems["total"] = [_("A score lies between −10,000 and 10,000.")]
    if not reason.strip():
        problems["reason"] = [_("Say why, for those who look at this lead later.")]
    elif len(reason) > LONGEST_REASON:
        problems["reason"] = [_("Say it in at most 2,000 characters.")]
    if until <= _day(at):
        problems["until"] = [_("Choose a day after today.")]
    elif until > _day(at) + LONGEST:
        problems["until"] = [_("Choose a day within a year.")]
    return problems


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
