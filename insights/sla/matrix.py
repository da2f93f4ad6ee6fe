"""Source by band: what was promised, how long it took, how much of it was kept."""

from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Case, F, When
from django.db.models.functions import Collate
from django.utils.translation import gettext as _

from insights import facts
from insights.numbers import Number
from insights.sla.asking import Ask, Rate
from leads.bands import Band, bands, called

# So many sources have a row; the file has all.
MOST_SOURCES = 12

# All sums of the table from one look at the promises. What still runs has no time yet.
STATEMENT = """
WITH promised AS MATERIALIZED ({promised})
SELECT grouping(source), grouping(band), source, band,
       count(*) FILTER (WHERE is_kept), count(*) FILTER (WHERE NOT is_kept),
       min(budget_s), max(budget_s),
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY consumed_s) FILTER (WHERE closed_at IS NOT NULL)
  FROM promised
 GROUP BY CUBE (source, band)"""


@dataclass(frozen=True)
class Cell:
    """`least` and `most` are the targets in seconds, `median` and `p90` working seconds of what is done."""

    rate: Rate
    least: int
    most: int
    median: float | None
    p90: float | None


@dataclass(frozen=True)
class Row:
    """`source` is None for all of them together."""

    source: str | None
    cells: list[Cell | None]
    all: Cell

    @property
    def label(self) -> str:
        return _("All sources") if self.source is None else self.source or _("No source")


@dataclass(frozen=True)
class Matrix:
    """`further` counts the sources that have no row here."""

    bands: list[Band]
    rows: list[Row]
    total: Row
    further: int

    @property
    def size(self) -> Number:
        return self.total.all.rate.all


def matrix(ask: Ask, *, most: int | None = MOST_SOURCES) -> Matrix | None:
    """The sources with the most promises first, the bands highest first; None where nothing was promised."""
    cells = _cells(ask)
    total = cells.get((None, None))
    if total is None:
        return None
    known = bands()
    keys = sorted({band for _s, band in cells if band is not None}, key=_height(list(known)))
    names = [source for source, band in cells if source is not None and band is None]
    names.sort(key=lambda name: (-_size(cells[name, None]), name))
    return Matrix(
        [called(key, known) or Band("", _("No band")) for key in keys],
        [_row(name, keys, cells) for name in names[:most]],
        _row(None, keys, cells),
        len(names) - len(names[:most]),
    )


def _cells(ask: Ask) -> dict[tuple[str | None, str | None], Cell]:
    promised = ask.promised().values(
        "closed_at", "consumed_s", "budget_s", source=Collate(F("handoff__source"), "C"),
        band=Collate(F("handoff__band"), "C"), is_kept=Case(When(facts.KEPT, then=True), default=False),
    )  # fmt: skip
    sql, parameters = promised.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(promised=sql), parameters)
        return {
            (None if all_sources else source, None if all_bands else band):
            _cell(ask, {} if all_sources else {"source": source}, {} if all_bands else {"band": band}, counts)
            for all_sources, all_bands, source, band, *counts in cursor.fetchall()
            if counts[0] or counts[1]
        }  # fmt: skip


def _cell(ask: Ask, source: dict[str, Any], band: dict[str, Any], counts: list[Any]) -> Cell:
    kept, late, least, most, percentiles = counts
    median, p90 = percentiles or (None, None)
    return Cell(ask.kept(kept, late, **source, **band), least, most, median, p90)


def _row(
    source: str | None,
    keys: list[str],
    cells: dict[tuple[str | None, str | None], Cell],
) -> Row:
    return Row(source, [cells.get((source, key)) for key in keys], cells[source, None])


def _size(cell: Cell) -> int:
    return cell.rate.all.value


def _height(lowest_first: list[str]) -> Any:
    places = {key: number for number, key in enumerate(lowest_first)}
    return lambda key: (-places.get(key, -1), key)
