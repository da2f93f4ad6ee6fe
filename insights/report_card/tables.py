"""The report card as a file."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from insights.report_card.card import Card, Row
from leads.exporting.tables import Table


def of_card(card: Card) -> Table:
    """A row for each criterion, and one for what none carried alone."""
    header = [
        _("Criterion"), _("Key"), _("Group"), _("Points"), _("MQLs carried"), _("Pivotal"),
        _("Decided when pivotal"), _("SQL when pivotal"), _("SQL rate (%)"), _("At least (%)"), _("At most (%)"),
        _("Deals ended when pivotal"), _("Won when pivotal"), _("Win rate (%)"), _("Reasons when pivotal"),
        _("Working time with reps (s)"), _("Stands out"), _("Chance by luck"), _("Limit of the chance"),
    ]  # fmt: skip
    return Table("criteria", header, _rows(card))


def _rows(card: Card) -> Iterator[list[object]]:
    for row in [*card.rows, *([card.none_alone] if card.none_alone else [])]:
        reasons = "; ".join(f"{why.reason.label}: {why.number.value}" for why in row.reasons)
        yield [
            row.label or _("None alone"), row.key or "", row.group, row.points, row.gave.value, row.pivotal.value,
            row.sql.number.whole, row.sql.number.value, row.sql.number.percent, row.sql.low, row.sql.high,
            row.won.number.whole, row.won.number.value, row.won.number.percent, reasons, row.seconds,
            *_judged(row),
        ]  # fmt: skip


def _judged(row: Row) -> list[object]:
    if row.judged is None:
        return ["", None, None]
    said = _("lower") if row.judged.is_bad else _("higher")
    return [said, f"{row.judged.chance:.2g}", f"{row.judged.limit:.2g}"]
