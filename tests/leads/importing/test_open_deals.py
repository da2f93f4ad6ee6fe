"""What a row says of an open deal. Pure."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.importing import open_deals
from leads.importing.cells import Cells, Remarks, RowRejected
from leads.importing.guessing import guess
from leads.importing.mapping import Plan
from leads.models import What

COLUMNS = ["deal_id", "deal_name", "amount", "currency", "expected_on", "owner"]
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def read(*row: str) -> tuple[open_deals.OpenDeal, str]:
    cells = Cells(Plan(COLUMNS, what=What.DEALS), COLUMNS, zone=UTC, at=NOW)
    remarks = Remarks()
    texts = cells.texts([*row, *[""] * (len(COLUMNS) - len(row))])
    return open_deals.read(cells, texts, 7, "Proposal", remarks), str(remarks)


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("12000", "12000.00", ""),
        ("12,000", "12000.00", ""),
        ("1,200,000.5", "1200000.50", ""),
        ("1.200.000,50", "1200000.50", ""),
        ("12,50", "12.50", ""),
        ("€ 12.000,00", "12000.00", "EUR"),
        ("12 000 GBP", "12000.00", "GBP"),
        ("CHF 12’000.-", "12000.00", "CHF"),
        ("0", "0.00", ""),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, amount: str, currency: str) -> None:
    deal, remarks = read("D-1", "", text)
    assert (str(deal.amount), deal.currency) == (amount, currency)
    assert remarks == ""


@pytest.mark.parametrize("text", ["a lot", "-5", "12 or 13", "9" * 20, "€€ 7"])
def test_what_is_no_amount_is_left_out_with_a_word(text: str) -> None:
    deal, remarks = read("D-1", "", text)
    assert (deal.amount, deal.currency) == (None, "")
    assert "is no amount" in remarks


@given(st.decimals(min_value=0, max_value=10**9, places=2), st.sampled_from([",.", ".,"]))
def test_every_amount_is_read_back_whatever_parts_its_thousands(
    amount: Decimal, signs: str
) -> None:
    text = f"{amount:,.2f}".translate(str.maketrans(",.", signs))
    assert read("D-1", "", text)[0].amount == amount


def test_a_day_to_come_is_no_mistake_and_a_strange_one_is_left_out() -> None:
    assert read("D-1", "", "", "", "2027-05-01")[0].expected_on == date(2027, 5, 1)
    deal, remarks = read("D-1", "", "", "euros", "soon")
    assert (deal.expected_on, deal.currency) == (None, "")
    assert "“soon” is not a date." in remarks and "“euros” is no currency" in remarks


def test_a_deal_without_its_id_is_rejected() -> None:
    with pytest.raises(RowRejected, match="needs its id"):
        read("", "Acme")


def test_beside_a_status_the_stage_is_that_of_an_open_deal() -> None:
    header = ["Deal id", "E-mail", "Deal stage", "Deal status", "Amount", "Expected close date"]
    columns = guess(header, [], {}, what=What.DEALS).columns
    assert columns == ["deal_id", "email", "deal_stage", "result", "amount", "expected_on"]
    assert guess(header[:3], [], {}, what=What.DEALS).columns[2] == "result"
