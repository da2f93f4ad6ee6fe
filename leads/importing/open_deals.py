"""Rows of deals that are still open: what such a row says. What becomes of it is for those who close deals, floors
above, who name their desk here (qualification/closing/filed.py)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Protocol

from django.utils.translation import gettext as _

from leads.importing.cells import Cells, Remarks, RowRejected, short
from leads.importing.mapping import (
    AMOUNT,
    CLOSED_AT,
    CURRENCY,
    DEAL_ID,
    DEAL_NAME,
    EXPECTED_ON,
    OWNER,
    TARGETS,
)  # fmt: skip
from leads.importing.settled import Settled
from leads.importing.tally import Tally
from leads.importing.undo_leads import Line
from leads.models import Import, What

LABELS = TARGETS[What.DEALS]
SIGNS = {"€": "EUR", "£": "GBP", "$": "USD", "¥": "JPY"}
CODE = re.compile(r"[A-Z]{3}")
NUMBER = re.compile(r"\d[\d.,’' ]*")
# By this key of what has to be put back, a row of an open deal is known.
MARK = "opportunity"
MOST = Decimal(10) ** 12


@dataclass(frozen=True)
class OpenDeal:
    """`stage` and `owner` are as the file calls them; what it does not say is empty."""

    lead_id: int
    deal: str
    stage: str
    name: str = ""
    amount: Decimal | None = None
    currency: str = ""
    expected_on: date | None = None
    owner: str = ""


class Desk(Protocol):
    def settle(
        self, imported: Import, rows: Sequence[tuple[Settled, OpenDeal]], *, at: datetime
    ) -> list[Settled]:
        """Opens or changes the deals, in the transaction of the piece; the leads are held."""

    def undo(self, imported: Import, lines: Sequence[Line], *, at: datetime, dry: bool) -> Tally:
        """Takes back what `settle` did, as far as nobody touched it since; the leads are held unless `dry`."""


_desks: list[Desk] = []


def kept_by(desk: Desk) -> None:
    """Names who opens the deals that files tell of."""
    _desks[:] = [desk]


def settle(
    imported: Import, rows: Sequence[tuple[Settled, OpenDeal]], *, at: datetime
) -> list[Settled]:
    return _desks[0].settle(imported, rows, at=at) if rows else []


def undo(imported: Import, lines: Sequence[Line], *, at: datetime, dry: bool) -> Tally:
    return _desks[0].undo(imported, lines, at=at, dry=dry) if lines else Tally()


def read(cells: Cells, row: Sequence[str], lead_id: int, stage: str, remarks: Remarks) -> OpenDeal:
    """Raises RowRejected for a deal that could not be known again when the file comes once more."""
    given = cells.given(row)
    deal = short(given.get(DEAL_ID, ""), 200, str(LABELS[DEAL_ID]), remarks)
    if not deal:
        raise RowRejected(_("An open deal needs its id, or the next file could not change it."))
    amount, currency = _amount(given.get(AMOUNT, ""), remarks)
    return OpenDeal(
        lead_id, deal, stage[:60],
        name=short(given.get(DEAL_NAME, ""), 200, str(LABELS[DEAL_NAME]), remarks),
        amount=amount,
        currency=_currency(given.get(CURRENCY, ""), remarks) or currency,
        # Many systems have one column for both: the day it was closed, or is to be.
        expected_on=_day(cells, given.get(EXPECTED_ON) or given.get(CLOSED_AT, ""), remarks),
        owner=given.get(OWNER, "")[:200],
    )  # fmt: skip


def _amount(text: str, remarks: Remarks) -> tuple[Decimal | None, str]:
    """A number as people write it, and the currency that stands beside it."""
    if not text:
        return None, ""
    # The Swiss write 12’000.- for a whole amount.
    text = text.replace(".-", "").replace(".–", "")
    found = NUMBER.search(text)
    beside = (text.replace(found[0], "", 1) if found else text).strip()
    currency = SIGNS.get(beside, beside.upper())
    number = _number(found[0]) if found else None
    if number is None or number >= MOST or (currency and not CODE.fullmatch(currency)):
        remarks.left_out(str(LABELS[AMOUNT]), _("“%s” is no amount.") % text[:40])
        return None, ""
    return number, currency


def _number(text: str) -> Decimal | None:
    """1,200.50 and 1.200,50 alike: the last sign parts the cents, unless three digits follow it."""
    digits = re.sub(r"[’' ]", "", text).rstrip(".,")
    whole, sign, rest = digits, "", ""
    if (last := max(digits.rfind("."), digits.rfind(","))) >= 0:
        whole, sign, rest = digits[:last], digits[last], digits[last + 1 :]
    if len(rest) == 3 and digits.count("." if sign == "," else ",") == 0:
        whole, rest = whole + rest, ""
    try:
        return round(Decimal(re.sub(r"[.,]", "", whole) + "." + (rest or "0")), 2)
    except InvalidOperation:
        return None


def _currency(text: str, remarks: Remarks) -> str:
    code = SIGNS.get(text, text.upper())
    if not code or CODE.fullmatch(code):
        return code
    remarks.left_out(str(LABELS[CURRENCY]), _("“%s” is no currency such as EUR.") % text[:40])
    return ""


def _day(cells: Cells, text: str, remarks: Remarks) -> date | None:
    try:
        return cells.day(text) if text else None
    except ValueError as error:
        remarks.left_out(str(LABELS[EXPECTED_ON]), str(error))
        return None
