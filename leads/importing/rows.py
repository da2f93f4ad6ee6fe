"""A staged row becomes a person, or is rejected with the reason. Pure.

A row is rejected if nobody could say whose it is. A value that its field cannot hold is left out, and the
row keeps a remark."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from django.utils.translation import gettext as _

from accounts.text import TextError, clean_text
from leads import fields as catalogue
from leads.exporting.csv_export import unguard
from leads.fields import LeadField
from leads.identity.joining import Key, Person
from leads.importing import dates
from leads.importing.mapping import (
    BY_EMAIL,
    CAMPAIGN,
    CREATED_AT,
    FULL_NAME,
    LEAVE,
    SOURCE,
    SPECIAL,
    Plan,
    key_kind,
)  # fmt: skip

LONGEST = {SOURCE: 80, CAMPAIGN: 120, FULL_NAME: 240}
LONGEST_ID = 200
Remarks = list[str]


class RowRejected(Exception):
    """The reason, for the person who imports."""


class Reader:
    """Reads the rows of one import by its plan."""

    def __init__(
        self,
        plan: Plan,
        header: Sequence[str],
        *,
        fields: Mapping[str, LeadField],
        zone: tzinfo,
        at: datetime,
    ) -> None:
        """Dates that name no zone are in `zone`; `at` is now."""
        self.plan, self.fields, self.zone, self.at = plan, fields, zone, at
        self.targets = [(n, target) for n, target in enumerate(plan.columns) if target != LEAVE]
        self.missing = {word.casefold() for word in plan.missing}
        # Most cells of a file say the same as a cell before them.
        self.texts: dict[str, str] = {}
        self.cleaned: dict[tuple[str, str], tuple[Any, str]] = {}
        self.id_column = None if plan.match_by == BY_EMAIL else list(header).index(plan.match_by)

    def read(self, cells: Sequence[str]) -> tuple[Person, str]:
        """The person of a row, and what had to be left out of it. Raises RowRejected."""
        known = self.texts
        texts = [known[cell] if cell in known else self._text(cell) for cell in cells]
        given = {target: texts[n] for n, target in self.targets if texts[n]}
        remarks: Remarks = []
        person = Person(
            values=self._values(given, remarks),
            keys=self._keys(texts, given),
            external_id="" if self.id_column is None else texts[self.id_column],
            source=self._short(SOURCE, given, remarks),
            campaign=self._short(CAMPAIGN, given, remarks),
            created_at=self._created_at(given, remarks),
        )
        return person, " ".join(remarks)

    def _text(self, cell: str) -> str:
        text = unguard(cell.strip()).strip()
        found = self.texts[cell] = "" if text.casefold() in self.missing else text
        return found

    def _keys(self, texts: Sequence[str], given: Mapping[str, str]) -> list[Key]:
        external = "" if self.id_column is None else texts[self.id_column]
        if external:
            if len(external) > LONGEST_ID:
                told = _("The %(column)s is longer than %(most)d characters.")
                raise RowRejected(told % {"column": self.plan.match_by, "most": LONGEST_ID})
            return [(key_kind(self.plan.match_by), external)]
        if "email" in given:
            return []
        if self.id_column is None:
            raise RowRejected(_("The row has no e-mail."))
        told = _("The row has neither e-mail nor %(column)s.")
        raise RowRejected(told % {"column": self.plan.match_by})

    def _values(self, given: Mapping[str, str], remarks: Remarks) -> dict[str, Any]:
        asked = {target: text for target, text in given.items() if target not in SPECIAL}
        name = self._short(FULL_NAME, given, remarks)
        if name:
            first, _blank, last = name.rpartition(" ")
            asked = {"first_name": first or last, "last_name": last if first else "", **asked}
        values: dict[str, Any] = {}
        for key, text in asked.items():
            value, reason = self.cleaned.get((key, text)) or self._clean(key, text)
            if reason and key == "email":
                raise RowRejected(reason)
            if reason:
                self._remark(remarks, str(self.fields[key].label), reason)
            elif value is not None:
                values[key] = value
        return values

    def _clean(self, key: str, text: str) -> tuple[Any, str]:
        """The value to keep, or the reason why there is none."""
        kept, errors = catalogue.clean({key: text}, fields=self.fields)
        found = self.cleaned[key, text] = (kept.get(key), errors.get(key, ""))
        return found

    def _short(self, target: str, given: Mapping[str, str], remarks: Remarks) -> str:
        try:
            return clean_text(given.get(target, ""), limit=LONGEST[target])
        except TextError as error:
            self._remark(remarks, str(SPECIAL[target]), str(error))
            return ""

    def _created_at(self, given: Mapping[str, str], remarks: Remarks) -> datetime | None:
        text = given.get(CREATED_AT)
        if text is None:
            return None
        try:
            found = dates.moment(text, day_first=self.plan.day_first, zone=self.zone)
        except (ValueError, OverflowError):
            reason = _("“%(text)s” is not a date.") % {"text": text[:40]}
        else:
            if found <= self.at:
                return found
            reason = _("“%(text)s” lies in the future.") % {"text": text[:40]}
        self._remark(remarks, str(SPECIAL[CREATED_AT]), reason)
        return None

    @staticmethod
    def _remark(remarks: Remarks, field: str, reason: str) -> None:
        told = _("%(field)s was left out: %(reason)s")
        remarks.append(told % {"field": field, "reason": reason})
