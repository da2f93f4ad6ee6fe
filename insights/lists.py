"""A page of the list behind a number: leads with score, stage, how it was decided, why, and by whom."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from handoff.models import Handoff, Skip, SlaTimer
from insights.deeds import Deed
from insights.numbers import Show
from leads.models import Crossing, Lead, LeadScore, Outcome
from qualification.models import DispositionReason

PAGE = 50


@dataclass(frozen=True)
class Row:
    """`at` is the moment of the fact, `crossed_with` the score at the line; what is unknown is empty."""

    lead: Lead
    at: datetime | None = None
    crossed_with: int | None = None
    result: str = ""
    result_label: str = ""
    reason: str = ""
    by: User | None = None
    promise: SlaTimer | None = None


@dataclass(frozen=True)
class Page:
    """`after` and `before` are ids that the next and the previous page begin beyond, if there are such pages."""

    rows: Sequence[Row]
    after: int | None
    before: int | None


OF_HANDOFF = ("disposition__reason", "disposition__by")
RELATED: dict[str, list[str]] = {
    Show.STANDING: ["lead__score"],
    Show.CROSSED: ["lead__score", *(f"handoff__{name}" for name in OF_HANDOFF)],
    Show.DECIDED: ["lead__score", "crossing", "by"],
    Show.HANDED: ["lead__score", "crossing", *OF_HANDOFF],
    Show.PROMISED: [
        "handoff__lead__score", "handoff__crossing", *(f"handoff__{name}" for name in OF_HANDOFF),
    ],
    Show.DEEDS: ["lead__score", "actor"],
    Show.SKIPPED: ["handoff__lead__score", "by"],
}  # fmt: skip


def page(
    show: str, found: QuerySet[Any], *, after: int | None = None, before: int | None = None,
    size: int = PAGE,
) -> Page:  # fmt: skip
    """The newest first, or those beyond an id."""
    backwards = before is not None and after is None
    found = found.select_related(*RELATED[show]).order_by("pk" if backwards else "-pk")
    if backwards:
        found = found.filter(pk__gt=before)
    elif after is not None:
        found = found.filter(pk__lt=after)
    facts = list(found[: size + 1])
    more, shown = len(facts) > size, facts[:size]
    if backwards:
        shown.reverse()
    has_next, has_previous = (True, more) if backwards else (more, after is not None)
    return Page(
        MAKERS[show](shown),
        after=shown[-1].pk if shown and has_next else None,
        before=shown[0].pk if shown and has_previous else None,
    )


def _standing(found: Sequence[LeadScore]) -> list[Row]:
    ids = [score.lead_id for score in found]
    latest = Outcome.objects.filter(lead__in=ids).order_by("lead", "-at", "-id").distinct("lead")
    outcomes = {row.lead_id: row for row in latest.select_related("by", "crossing")}
    labels = _reasons(outcomes.values())
    return [
        _of_outcome(outcomes[score.lead_id], score.lead, labels)
        if score.lead_id in outcomes
        else Row(score.lead)
        for score in found
    ]


def _crossed(found: Sequence[Crossing]) -> list[Row]:
    return [_of_crossing(one, one.lead, getattr(one, "handoff", None), at=one.at) for one in found]


def _decided(found: Sequence[Outcome]) -> list[Row]:
    labels = _reasons(found)
    return [_of_outcome(outcome, outcome.lead, labels) for outcome in found]


def _handed(found: Sequence[Handoff]) -> list[Row]:
    return [_of_crossing(one.crossing, one.lead, one, at=one.opened_at) for one in found]


def _promised(found: Sequence[SlaTimer]) -> list[Row]:
    return [
        _of_crossing(
            timer.handoff.crossing,
            timer.handoff.lead,
            timer.handoff,
            at=timer.due_at,
            promise=timer,
        )
        for timer in found
    ]


def _deeds(found: Sequence[Any]) -> list[Row]:
    return [
        Row(
            lead=entry.lead, at=entry.at, by=entry.actor,
            reason=str(entry.data.get("reason") or entry.data.get("routed_by") or ""),
            result=entry.deed, result_label=str(Deed(entry.deed).label),
        )
        for entry in found
        if entry.lead is not None
    ]  # fmt: skip


def _skipped(found: Sequence[Skip]) -> list[Row]:
    return [
        Row(
            lead=skip.handoff.lead, at=skip.at, by=skip.by, reason=skip.get_reason_display(),
            result="skipped", result_label=str(_("Passed by")),
        )
        for skip in found
    ]  # fmt: skip


def _of_crossing(
    crossing: Crossing,
    lead: Lead,
    handoff: Handoff | None,
    *,
    at: datetime | None,
    promise: SlaTimer | None = None,
) -> Row:
    decided = getattr(handoff, "disposition", None)
    return Row(
        lead=lead,
        at=at,
        crossed_with=crossing.total,
        result=decided.result if decided else "",
        result_label=decided.get_result_display() if decided else "",
        reason=str(decided.reason) if decided and decided.reason else "",
        by=decided.by if decided else None,
        promise=promise,
    )


def _of_outcome(outcome: Outcome, lead: Lead, labels: dict[str, str]) -> Row:
    return Row(
        lead=lead,
        at=outcome.at,
        crossed_with=outcome.crossing.total if outcome.crossing else None,
        result=outcome.result,
        result_label=outcome.get_result_display(),
        reason=labels.get(outcome.reason, outcome.reason),
        by=outcome.by,
    )


def _reasons(outcomes: Any) -> dict[str, str]:
    keys = {outcome.reason for outcome in outcomes if outcome.reason}
    return dict(DispositionReason.objects.filter(key__in=keys).values_list("key", "label"))


MAKERS: dict[str, Callable[[Any], list[Row]]] = {
    Show.STANDING: _standing,
    Show.CROSSED: _crossed,
    Show.DECIDED: _decided,
    Show.HANDED: _handed,
    Show.PROMISED: _promised,
    Show.DEEDS: _deeds,
    Show.SKIPPED: _skipped,
}
