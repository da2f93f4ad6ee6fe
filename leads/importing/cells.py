"""The cells of a staged row as texts by what they become. Pure."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, tzinfo

from django.utils.translation import gettext as _

from accounts.text import TextError, clean_text
from leads.exporting.csv_export import unguard
from leads.fields import LONGEST_TEXT
from leads.importing import dates
from leads.importing.mapping import KEEP, LEAVE, Plan


class RowRejected(Exception):
    """The reason, for the person who imports."""


class Remarks(list[str]):
    """What had to be left out of a row, and why."""

    def left_out(self, field: str, reason: str) -> None:
        self.append(_("%(field)s was left out: %(reason)s") % {"field": field, "reason": reason})

    def __str__(self) -> str:
        return " ".join(self)


class Cells:
    """Reads the cells of one import by its plan."""

    def __init__(self, plan: Plan, header: Sequence[str], *, zone: tzinfo, at: datetime) -> None:
        """Dates that name no zone are in `zone`; `at` is now."""
        self.plan, self.header, self.zone, self.at = plan, header, zone, at
        self.targets = [
            (n, target) for n, target in enumerate(plan.columns) if target not in (LEAVE, KEEP)
        ]
        self.kept_columns = [n for n, target in enumerate(plan.columns) if target == KEEP]
        self.missing = {word.casefold() for word in plan.missing}
        # Most cells of a file say the same as a cell before them.
        self.known: dict[str, str] = {}

    def texts(self, cells: Sequence[str]) -> list[str]:
        known = self.known
        return [known[cell] if cell in known else self._text(cell) for cell in cells]

    def _text(self, cell: str) -> str:
        text = unguard(cell.strip()).strip()
        found = self.known[cell] = "" if text.casefold() in self.missing else text
        return found

    def given(self, texts: Sequence[str]) -> dict[str, str]:
        """What the row says, by target."""
        return {target: texts[n] for n, target in self.targets if texts[n]}

    def kept(
        self, texts: Sequence[str], remarks: Remarks, *, too: Collection[str] = ()
    ) -> dict[str, str]:
        """The columns that are kept as they are, by name; `too` are targets that are kept like them."""
        columns = [*self.kept_columns, *(n for n, target in self.targets if target in too)]
        pairs = [(self.header[n], texts[n]) for n in columns if texts[n]]
        cleaned = {name: short(text, LONGEST_TEXT, name, remarks) for name, text in pairs}
        return {name: text for name, text in cleaned.items() if text}

    def past(self, text: str) -> datetime:
        """The moment a cell names. Raises ValueError with a sentence for what is none, or not past."""
        found = self._moment(text)
        if found > self.at:
            raise ValueError(_("“%(text)s” lies in the future.") % {"text": text[:40]})
        return found

    def day(self, text: str) -> date:
        """The day a cell names, past or to come. Raises ValueError with a sentence for what is none."""
        return self._moment(text).date()

    def _moment(self, text: str) -> datetime:
        try:
            return dates.moment(text, day_first=self.plan.day_first, zone=self.zone)
        except (ValueError, OverflowError):
            raise ValueError(_("“%(text)s” is not a date.") % {"text": text[:40]}) from None


def short(text: str, limit: int, field: str, remarks: Remarks) -> str:
    """The text made fit to be kept; empty, with a remark, if it cannot be."""
    try:
        return clean_text(text, limit=limit)
    except TextError as error:
        remarks.left_out(field, str(error))
        return ""
