"""Why a score moved, in words: for each step of the history what had come in since the step before."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads.models import Crossing, Event, Lead, LeadChange
from leads.timeline import deed
from leads.vocabulary import rule_sql
from scoring.models import ModelVersion, Override

MOST = 200


@dataclass(frozen=True)
class Step:
    """A step of the score: when, by how much, and since when it had stood before. `version` is a key."""

    at: datetime
    total: int
    by: int
    cause: str
    version: int
    since: datetime | None


def in_words(lead: Lead, steps: Sequence[Step]) -> list[str]:
    """One sentence a step; the number of queries does not grow with them."""
    if not steps:
        return []
    begin = min(step.since or lead.created_at for step in steps)
    tellers = {
        "activity": _deeds(lead, begin),
        "edit": _edits(lead, begin),
        "publish": _versions(steps),
        "override": _overrides(lead),
    }
    causes = dict(Crossing.Cause.choices)
    return [
        (step.cause in tellers and _told(tellers[step.cause], step)) or _plain(step, causes)
        for step in steps
    ]


def _plain(step: Step, causes: dict[str, Any]) -> str:
    if step.since is None and step.cause == Crossing.Cause.ACTIVITY:
        return _("Became a lead")
    return str(causes.get(step.cause, step.cause))


Told = Iterable[tuple[datetime, str]]


def _told(known: Told, step: Step) -> str:
    """What came in between the two moments; of several the latest, with how many more."""
    fresh = [
        text for at, text in known if (step.since is None or at > step.since) and at <= step.at
    ]
    if not fresh:
        return ""
    more = len(set(fresh)) - 1
    rest = ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more}
    return f"{fresh[0]} {rest}" if more else fresh[0]


def _deeds(lead: Lead, begin: datetime) -> Told:
    events = Event.objects.filter(lead=lead, received_at__gte=begin)
    latest = events.select_related("signature__kind").order_by("-received_at", "-id")[:MOST]
    return [(event.received_at, deed(event)) for event in latest]


def _edits(lead: Lead, begin: datetime) -> Told:
    labels = {key: str(label) for key, (label, _type) in rule_sql.catalogue().items()}
    changes = LeadChange.objects.filter(lead=lead, known_at__gte=begin).order_by("-known_at")
    return [(change.known_at, _edited(change.old, labels)) for change in changes[:MOST]]


def _edited(old: dict[str, Any], labels: dict[str, str]) -> str:
    named = ", ".join(labels.get(key, key.replace("_", " ").capitalize()) for key in sorted(old))
    return _("%(fields)s changed") % {"fields": named}


def _versions(steps: Sequence[Step]) -> Told:
    keys = {step.version for step in steps if step.cause == "publish"}
    found = ModelVersion.objects.select_related("model").in_bulk(keys)
    return [
        (step.at, _("New model version: %(version)s") % {"version": found[step.version]})
        for step in steps
        if step.version in found
    ]


def _overrides(lead: Lead) -> Told:
    rows = Override.objects.filter(lead=lead).select_related("by", "key").order_by("-at")[:MOST]
    told = [
        (row.at, _("Set to %(n)d by %(who)s") % {"n": row.total, "who": row.who}) for row in rows
    ]
    ended = [(row.ended_at, _("The model scores again")) for row in rows if row.ended_at]
    return sorted([*told, *ended], reverse=True)
