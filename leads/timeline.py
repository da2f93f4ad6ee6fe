"""What happened to a lead and what it did, newest first: journal, events and changes as one list.

Each source is read by key from where the page begins, so the number of queries does not depend on the length
of the story."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads import bands, fields
from leads.activity.signatures import GENERIC
from leads.identity import merged
from leads.identity.joining import get
from leads.models import Event, JournalEntry, Lead, LeadChange
from leads.paging import moment, whole
from leads.sentence import Sentence, Words
from leads.sentences import SENTENCES, noted, tell

Row = TypeVar("Row", bound=Model)
PAGE = 30
MOST_DEEDS = 100
JOURNAL, CHANGES, EVENTS = range(3)
NOT_A_PERSON = {
    Event.Trust.PREFETCH, Event.Trust.BOT, Event.Trust.INTERNAL, Event.Trust.TEST,
    Event.Trust.WITHDRAWN, Event.Trust.STRANGER,
}  # fmt: skip
SHOWS: dict[str, tuple[int, ...]] = {
    "all": (JOURNAL, CHANGES, EVENTS),
    "activity": (EVENTS,),
    "edits": (CHANGES,),
    "work": (JOURNAL,),
}
MAILS = {
    "email_received": gettext_lazy("Wrote an e-mail: %s"),
    "auto_reply": gettext_lazy("Automatic reply: %s"),
}
ICONS = {
    "page": "eye", "form": "forms", "demo_request": "calendar", "contact_request": "message",
    "case_study": "download", "white_paper": "download", "roi_calculator": "target",
    "social_click": "click", "webinar": "users", "email_open": "mail", "email_click": "mail",
    "sign_up": "user-plus", "qualification_form": "list-check", "chat": "message",
    "email_received": "mail", "auto_reply": "robot",
    "unsubscribe": "user-off", "bounce": "alert-circle",
}  # fmt: skip


@dataclass(frozen=True)
class Mark:
    """Where a line stands: newest first, then journal before changes before events, then by id."""

    at: datetime
    rank: int
    id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}~{self.rank}~{self.id}"

    @property
    def key(self) -> tuple[float, int, int]:
        return (-self.at.timestamp(), self.rank, -self.id)


@dataclass(frozen=True)
class Line:
    mark: Mark
    told: Sentence

    @property
    def at(self) -> datetime:
        return self.mark.at

    @property
    def day(self) -> date:
        return day_of(self.mark.at)


def day_of(at: datetime) -> date:
    """The day it was in the time zone of the reader."""
    return timezone.localtime(at).date()


@dataclass(frozen=True)
class Timeline:
    """A page of lines; `older` is the cursor of the next one, empty at the end of the story."""

    lines: list[Line]
    older: str


def mark_of(cursor: str) -> Mark | None:
    """The place a cursor names; None if it means nothing."""
    try:
        at, rank, number = cursor.split("~")
        return Mark(moment(at), int(rank), whole(int(number)))
    except ValueError:
        return None


def timeline(
    lead: Lead, *, viewer_id: int, show: str = "all", after: str = "", size: int = PAGE
) -> Timeline:
    """Up to `size` lines older than the cursor `after`. `show` is a key of SHOWS."""
    words = Words(viewer_id, bands.bands(), fields.catalogue())
    begin = mark_of(after)
    lines = [
        line
        for rank in SHOWS.get(show, SHOWS["all"])
        for line in SOURCES[rank](lead, begin, size + 1, words)
    ]
    lines.sort(key=lambda line: line.mark.key)
    more = len(lines) > size
    shown = lines[:size]
    return Timeline(_folded(shown), str(shown[-1].mark) if more else "")


def deeds(
    lead: Lead, *, viewer_id: int, kinds: Collection[str], since: datetime, until: datetime
) -> list[Line]:
    """What the journal says of these kinds in a span of time, oldest first."""
    words = Words(viewer_id, bands.bands(), fields.catalogue())
    entries = JournalEntry.objects.filter(
        lead__in=merged.family(lead), kind__in=kinds, wakes=False, at__gte=since, at__lte=until
    )
    found = entries.select_related("actor").order_by("at", "id")[:MOST_DEEDS]
    return [Line(Mark(entry.at, JOURNAL, entry.pk), tell(entry, words)) for entry in found]


def _folded(lines: list[Line]) -> list[Line]:
    """Steps of the lifecycle move into the note of the deed of the same moment."""
    kept: list[Line] = []
    for _moment, group in groupby(lines, key=lambda line: (line.mark.at, line.mark.rank)):
        some = list(group)
        steps = [line.told.text for line in some if line.told.is_step]
        deeds = [line for line in some if not line.told.is_step]
        if steps and deeds:
            deeds[-1] = replace(deeds[-1], told=noted(deeds[-1].told, " · ".join(steps)))
        kept += deeds or some
    return kept


def _older(rows: QuerySet[Row], at: str, rank: int, begin: Mark | None, size: int) -> list[Row]:
    ordered = rows.order_by(f"-{at}", "-id")
    if begin is None:
        return list(ordered[:size])
    same = Q(**{at: begin.at})
    older = Q(**{f"{at}__lt": begin.at})
    if rank == begin.rank:
        older |= same & Q(id__lt=begin.id)
    elif rank > begin.rank:
        older |= same
    return list(ordered.filter(Q(**{f"{at}__lte": begin.at}), older)[:size])


def _journal(lead: Lead, begin: Mark | None, size: int, words: Words) -> list[Line]:
    entries = JournalEntry.objects.filter(
        lead__in=merged.family(lead), kind__in=SENTENCES, wakes=False
    )
    found = _older(entries.select_related("actor"), "at", JOURNAL, begin, size)
    return [Line(Mark(entry.at, JOURNAL, entry.pk), tell(entry, words)) for entry in found]


def _events(lead: Lead, begin: Mark | None, size: int, words: Words) -> list[Line]:
    events = Event.objects.filter(lead=lead).select_related("signature__kind")
    found = _older(events, "occurred_at", EVENTS, begin, size)
    return [Line(Mark(event.occurred_at, EVENTS, event.pk), _told_event(event)) for event in found]


def _told_event(event: Event) -> Sentence:
    look = event.signature
    notes = [
        str(event.properties.get("text", "")) if look.kind.key in MAILS else "",
        _("Campaign %s") % look.campaign if look.campaign else "",
        _("Not counted: %s") % event.get_trust_display() if event.trust in NOT_A_PERSON else "",
    ]
    return Sentence(
        deed(event),
        note=" · ".join(note for note in notes if note),
        icon=ICONS.get(look.kind.key, "click"),
        tone="engagement",
    )


def deed(event: Event) -> str:
    """What the lead did, in words; the event comes with its signature and kind."""
    look = event.signature
    kind, said = look.kind.key, look.name or look.path
    if kind == "form":
        return _("Sent the form “%s”") % (event.properties.get("form") or said)
    if kind in MAILS:
        return MAILS[kind] % (event.properties.get("subject") or _("no subject"))
    if kind == "qualification_form":
        return _("Answered the questions of %s") % said
    if kind == "chat":
        return _("Talked in the chat “%s”") % said
    if kind == "page":
        return _("Viewed %s") % (look.path or look.name or _("a page"))
    if kind == GENERIC:
        return said or str(look.kind)
    return f"{look.kind}: {said}" if said else str(look.kind)


def _changes(lead: Lead, begin: Mark | None, size: int, words: Words) -> list[Line]:
    changes = LeadChange.objects.filter(lead__in=merged.family(lead))
    found = _older(changes.select_related("by", "lead"), "known_at", CHANGES, begin, size)
    after = _values_after(found)
    return [
        Line(
            Mark(change.known_at, CHANGES, change.pk),
            _told_change(change, after[change.pk], words),
        )
        for change in found
    ]


def _values_after(shown: Sequence[LeadChange]) -> dict[int, dict[str, Any]]:
    """What each change made of its fields: what the next change of the field found, else today's value. Each
    row that went up in the lead has a story of its own."""
    if not shown:
        return {}
    leads = {change.lead_id: change.lead for change in shown}
    since = LeadChange.objects.filter(lead__in=leads, known_at__gte=shown[-1].known_at)
    later: dict[tuple[int, str], Any] = {}
    made: dict[int, dict[str, Any]] = {}
    rows = since.order_by("-known_at", "-id").values_list("pk", "lead", "old")
    for pk, lead_id, old in rows:
        lead = leads[lead_id]
        made[pk] = {key: later.get((lead_id, key), get(lead, key)) for key in old}
        later.update({(lead_id, key): value for key, value in old.items()})
    return made


def _told_change(change: LeadChange, new: dict[str, Any], words: Words) -> Sentence:
    who = words.person(change.by_id, change.by.name) if change.by else ""
    source = _("Source: %s") % change.source
    return Sentence(
        "",
        note=f"{_('By %s') % who} · {source}" if who else source,
        icon="pencil",
        changes=[
            (words.field(key), value_text(old), value_text(new[key]))
            for key, old in change.old.items()
        ],
    )


def value_text(value: Any) -> str:
    """A kept value in words; empty where there is none."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return "" if value is None else str(value)


Source = Callable[[Lead, Mark | None, int, Words], Iterable[Line]]
SOURCES: dict[int, Source] = {JOURNAL: _journal, CHANGES: _changes, EVENTS: _events}
