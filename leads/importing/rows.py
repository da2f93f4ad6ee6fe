"""A staged row becomes a person, or is rejected with the reason. Pure.

A row is rejected if nobody could say whose it is. A value that its field cannot hold is left out, and the
row keeps a remark."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from typing import Any

from django.utils.translation import gettext as _

from leads import fields as catalogue
from leads.fields import LeadField
from leads.identity.joining import Key, Person
from leads.importing.cells import Cells, Remarks, RowRejected, short
from leads.importing.mapping import (
    BY_EMAIL,
    CAMPAIGN,
    CREATED_AT,
    FULL_NAME,
    SOURCE,
    SPECIAL,
    Plan,
    key_kind,
)  # fmt: skip
from leads.importing.phones import phone_key

LONGEST = {SOURCE: 80, CAMPAIGN: 120, FULL_NAME: 240}
LONGEST_ID = 200
PHONE = "phone"


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
        self.plan, self.fields = plan, fields
        self.cells = Cells(plan, header, zone=zone, at=at)
        self.cleaned: dict[tuple[str, str], tuple[Any, str]] = {}
        self.id_column = None if plan.match_by == BY_EMAIL else list(header).index(plan.match_by)
        self.by_phone = self.id_column is not None and plan.columns[self.id_column] == PHONE

    def read(self, cells: Sequence[str]) -> tuple[Person, str]:
        """The person of a row, and what had to be left out of it. Raises RowRejected."""
        texts = self.cells.texts(cells)
        given = self.cells.given(texts)
        remarks = Remarks()
        person = Person(
            values=self._values(given, remarks),
            keys=self._keys(texts, given),
            external_id="" if self.id_column is None or self.by_phone else texts[self.id_column],
            source=_special(SOURCE, given, remarks),
            campaign=_special(CAMPAIGN, given, remarks),
            created_at=self._created_at(given, remarks),
        )
        return person, str(remarks)

    def _keys(self, texts: Sequence[str], given: Mapping[str, str]) -> list[Key]:
        external = "" if self.id_column is None else texts[self.id_column]
        if external:
            return [self._key(external, given)]
        if "email" in given:
            return []
        if self.id_column is None:
            raise RowRejected(_("The row has no e-mail."))
        told = _("The row has neither e-mail nor %(column)s.")
        raise RowRejected(told % {"column": self.plan.match_by})

    def _key(self, external: str, given: Mapping[str, str]) -> Key:
        if self.by_phone:
            return phone_key(external, given.get("country", ""))
        if len(external) > LONGEST_ID:
            told = _("The %(column)s is longer than %(most)d characters.")
            raise RowRejected(told % {"column": self.plan.match_by, "most": LONGEST_ID})
        return key_kind(self.plan.match_by), external

    def _values(self, given: Mapping[str, str], remarks: Remarks) -> dict[str, Any]:
        asked = {target: text for target, text in given.items() if target not in SPECIAL}
        name = _special(FULL_NAME, given, remarks)
        if name:
            first, _blank, last = name.rpartition(" ")
            asked = {"first_name": first or last, "last_name": last if first else "", **asked}
        values: dict[str, Any] = {}
        for key, text in asked.items():
            value, reason = self.cleaned.get((key, text)) or self._clean(key, text)
            if reason and key == "email":
                raise RowRejected(reason)
            if reason:
                remarks.left_out(str(self.fields[key].label), reason)
            elif value is not None:
                values[key] = value
        return values

    def _clean(self, key: str, text: str) -> tuple[Any, str]:
        """The value to keep, or the reason why there is none."""
        kept, errors = catalogue.clean({key: text}, fields=self.fields)
        found = self.cleaned[key, text] = (kept.get(key), errors.get(key, ""))
        return found

    def _created_at(self, given: Mapping[str, str], remarks: Remarks) -> datetime | None:
        if CREATED_AT not in given:
            return None
        try:
            return self.cells.past(given[CREATED_AT])
        except ValueError as error:
            remarks.left_out(str(SPECIAL[CREATED_AT]), str(error))
            return None


def _special(target: str, given: Mapping[str, str], remarks: Remarks) -> str:
    text = given.get(target, "")
    return short(text, LONGEST[target], str(SPECIAL[target]), remarks) if text else ""
