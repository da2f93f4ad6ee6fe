"""Rows of a file that are touches: what was done to reach leads before it was written down here.

Each goes through the room that logs a touch with the time it had, so that late evidence annuls a breach and deletes
none. Fed twice a touch is there once: of one lead, kind, moment and person there is one."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from handoff import touches
from handoff.models import Touch
from leads import locks
from leads.access import visible
from leads.importing import running
from leads.importing.cells import Cells, Remarks, RowRejected, short
from leads.importing.mapping import (
    ANSWER,
    HAPPENED_AT,
    NOTE,
    TARGETS,
    TOUCH_KIND,
    TOUCHED_BY,
    plan_of,
)
from leads.importing.names import plain
from leads.importing.settled import Line, Result, Settled
from leads.importing.whose import Whose
from leads.models import Import, Lead, What

LABELS = TARGETS[What.TOUCHES]
LONGEST_NOTE = 4000
KINDS: dict[str, tuple[str, ...]] = {
    Touch.Kind.CALL: ("call", "calls", "phone", "phone call", "telephone", "outbound call", "inbound call"),
    Touch.Kind.EMAIL: ("email", "e mail", "mail", "emails", "email sent", "outgoing email"),
    Touch.Kind.MEETING: ("meeting", "meetings", "demo", "appointment", "visit", "video call"),
    Touch.Kind.NOTE: ("note", "notes", "comment"),
}  # fmt: skip
ANSWERS: dict[str, tuple[str, ...]] = {
    Touch.Answer.REACHED: ("reached", "connected", "talked", "spoke", "answered"),
    Touch.Answer.NO_ANSWER: ("no answer", "not reached", "busy", "unanswered", "not connected"),
    Touch.Answer.LEFT_MESSAGE: (
        "left message", "left a message", "voicemail", "left voicemail", "left live message",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Told:
    """What a row tells."""

    lead_id: int
    kind: str
    occurred_at: datetime
    by: User
    answer: str
    note: str

    @property
    def key(self) -> tuple[int, str, datetime, int]:
        return self.lead_id, self.kind, self.occurred_at, self.by.pk


def settle(imported: Import, lines: Sequence[Line], *, at: datetime) -> list[Settled]:
    """Call it inside the transaction of the piece. Whoever imports logs touches of the leads that they may see."""
    reader = _Reader(imported, lines, at)
    settled: list[Settled] = []
    told: list[tuple[Settled, Told]] = []
    for number, row in reader.texts:
        remarks = Remarks()
        try:
            one = reader.read(row, remarks)
        except (RowRejected, ValueError) as reason:
            settled.append(Settled(number, Result.REJECTED, str(reason)))
        else:
            told.append((Settled(number, Result.UNCHANGED, str(remarks), one.lead_id), one))
    return settled + _store(imported, told, at)


class _Reader:
    """Reads the rows of a piece, with the leads and the people that they name."""

    def __init__(self, imported: Import, lines: Sequence[Line], at: datetime) -> None:
        zone = ZoneInfo(imported.by.time_zone)
        self.cells = Cells(plan_of(imported), imported.header, zone=zone, at=at)
        self.texts = [(number, self.cells.texts(row)) for number, row in lines]
        given = [self.cells.given(row) for _number, row in self.texts]
        self.whose = Whose(given, among=_own(imported))
        emails = {row[TOUCHED_BY].casefold() for row in given if TOUCHED_BY in row}
        self.people = {user.email: user for user in User.objects.filter(email__in=sorted(emails))}

    def read(self, row: Sequence[str], remarks: Remarks) -> Told:
        """Raises RowRejected or ValueError for a row that does not say whose, what, when or by whom."""
        given = self.cells.given(row)
        lead_id = self.whose.lead_of(given)
        kind = _one_of(given, TOUCH_KIND, KINDS, _("The row does not say what was done."))
        if HAPPENED_AT not in given:
            raise RowRejected(_("The row does not say when it happened."))
        note = self._note(row, given, remarks)
        if kind == Touch.Kind.NOTE and not note:
            raise RowRejected(_("A note needs some words."))
        moment = self.cells.past(given[HAPPENED_AT])
        return Told(lead_id, kind, moment, self._by(given), _answer(given, remarks), note)

    def _by(self, given: Mapping[str, str]) -> User:
        if TOUCHED_BY not in given:
            raise RowRejected(_("The row does not say which colleague it was."))
        user = self.people.get(given[TOUCHED_BY].casefold())
        if user is None:
            raise RowRejected(_("Nobody here has the e-mail “%s”.") % given[TOUCHED_BY][:80])
        return user

    def _note(self, row: Sequence[str], given: Mapping[str, str], remarks: Remarks) -> str:
        said = short(given.get(NOTE, ""), LONGEST_NOTE, str(LABELS[NOTE]), remarks)
        kept = (f"{name}: {text}" for name, text in self.cells.kept(row, remarks).items())
        return "\n".join(part for part in (said, *kept) if part)[:LONGEST_NOTE]


def _own(imported: Import) -> QuerySet[Lead]:
    return visible(imported.by, "handoff.touch").filter(erased_at=None)


def _one_of(
    given: Mapping[str, str], target: str, known: Mapping[str, Sequence[str]], nothing: str
) -> str:
    """The key of the word that a cell says. Raises RowRejected."""
    if target not in given:
        raise RowRejected(nothing)
    said = plain(given[target])
    for key, words in known.items():
        if said in words:
            return key
    raise RowRejected(_("“%s” is no call, e-mail, meeting or note.") % given[target][:40])


def _answer(given: Mapping[str, str], remarks: Remarks) -> str:
    """How it went; empty where nobody says, and with a remark where we do not know the word."""
    said = plain(given.get(ANSWER, ""))
    found = next((key for key, words in ANSWERS.items() if said in words), "")
    if said and not found:
        text = _("“%s” says neither reached, no answer nor left a message.") % given[ANSWER][:40]
        remarks.left_out(str(LABELS[ANSWER]), text)
    return found


def _store(imported: Import, told: Sequence[tuple[Settled, Told]], at: datetime) -> list[Settled]:
    """Logs what is new, the earliest first. All leads are held before the first is written to."""
    lead_ids = sorted({one.lead_id for _settled, one in told})
    locks.hold(lead_ids)
    leads = Lead.objects.in_bulk(lead_ids)
    known = _known(lead_ids, {one.occurred_at for _settled, one in told})
    done: list[Settled] = []
    for settled, one in sorted(told, key=lambda pair: pair[1].occurred_at):
        made = known.get(one.key)
        result = Result.UNCHANGED if made else Result.CREATED
        if made is None:
            made = known[one.key] = _log(leads[one.lead_id], one, imported, at)
        done.append(replace(settled, result=result, made=made))
    return done


def _known(lead_ids: Sequence[int], moments: Collection[datetime]) -> dict[Any, int]:
    found = Touch.objects.filter(lead__in=lead_ids, occurred_at__in=moments)
    return {
        (lead, kind, moment, by): pk
        for pk, lead, kind, moment, by in found.values_list(
            "pk", "lead", "kind", "occurred_at", "by"
        )
    }


def _log(lead: Lead, one: Told, imported: Import, at: datetime) -> int:
    touch = touches.log(
        lead, kind=one.kind, by=one.by, at=at, answer=one.answer, note=one.note,
        occurred_at=one.occurred_at, imported=imported.pk,
    )  # fmt: skip
    return touch.pk


running.register(What.TOUCHES, settle)
