"""What a definition would do to the base, computed by the very statement that would score it."""

import time
from dataclasses import dataclass, field

from django.db import connection

from leads.stages import MAY_CROSS
from scoring.definition import Band, Definition
from scoring.engine import whole_base
from scoring.live import statement
from scoring.statement.scope import EVERYBODY

COLUMNS = 20


@dataclass(frozen=True)
class Column:
    """Leads whose score lies from `low` up to the next column; the first and last hold the rest."""

    low: int
    live: int
    draft: int
    band: Band


@dataclass(frozen=True)
class BandCount:
    band: Band
    below: int | None
    live: int
    draft: int

    @property
    def change(self) -> int:
        return self.draft - self.live


@dataclass
class Impact:
    """`matches` counts leads by criterion key; `crossing` those that would become MQLs now."""

    leads: int = 0
    up: int = 0
    down: int = 0
    crossing: int = 0
    seconds: float = 0.0
    matches: dict[str, int] = field(default_factory=dict)
    columns: list[Column] = field(default_factory=list)
    bands: list[BandCount] = field(default_factory=list)

    @property
    def staying(self) -> int:
        return self.leads - self.up - self.down


def impact(definition: Definition) -> Impact:
    """Every lead's score under `definition` beside the score it has, in one statement."""
    began = time.perf_counter()
    width = column_width(definition)
    rows = _rows(definition, width)
    made = Impact(
        leads=sum(row.leads for row in rows), crossing=sum(row.leads for row in rows if row.crosses)
    )
    order = [band.key for band in definition.bands]
    moves = [(order.index(r.draft) - order.index(r.live), r.leads) for r in rows if r.live in order]
    made.up = sum(leads for move, leads in moves if move > 0)
    made.down = sum(leads for move, leads in moves if move < 0)
    made.matches = {
        c.key: sum(row.matches[n] for row in rows) for n, c in enumerate(definition.criteria)
    }
    made.columns = _columns(definition, rows, width)
    made.bands = _bands(definition, rows)
    made.seconds = time.perf_counter() - began
    return made


def column_width(definition: Definition) -> int:
    """Points a column holds, so that the start of the highest band lies at three quarters."""
    highest = max((band.start or 0 for band in definition.bands), default=0)
    return max(1, -(-highest * 4 // (3 * COLUMNS)))


@dataclass(frozen=True)
class _Row:
    live: str
    draft: str
    live_column: int
    draft_column: int
    crosses: bool
    leads: int
    matches: tuple[int, ...]


def _rows(definition: Definition, width: int) -> list[_Row]:
    made = statement(definition, EVERYBODY)
    matches = "".join(
        f", count(*) FILTER (WHERE f.w{n} > 0)" for n in range(len(definition.criteria))
    )
    sql = f"""
        SELECT s.band, f.band, {_column("s.total")}, {_column("f.total")},
               s.armed AND s.stage = ANY(%(may)s) AND f.band = ANY(%(handed)s) AND f.flag = '' AS crosses,
               count(*) {matches}
          FROM ({made.sql}) f JOIN leads_leadscore s ON s.lead_id = f.lead_id
         GROUP BY 1, 2, 3, 4, 5"""
    with whole_base(), connection.cursor() as cursor:
        cursor.execute(
            sql,
            {
                **made.parameters,
                "width": width,
                "last": COLUMNS,
                "may": sorted(MAY_CROSS),
                "handed": definition.handing_bands,
            },
        )
        return [_row(*row) for row in cursor.fetchall()]


def _row(
    live: str,
    draft: str,
    live_column: int,
    draft_column: int,
    crosses: bool,
    leads: int,
    *matches: int,
) -> _Row:
    return _Row(live, draft, live_column, draft_column, bool(crosses), leads, matches)


def _column(total: str) -> str:
    return f"greatest(-1, least(%(last)s, floor({total}::numeric / %(width)s)))::int"


def _columns(definition: Definition, rows: list[_Row], width: int) -> list[Column]:
    live, draft = dict.fromkeys(range(-1, COLUMNS + 1), 0), dict.fromkeys(range(-1, COLUMNS + 1), 0)
    for row in rows:
        live[row.live_column] += row.leads
        draft[row.draft_column] += row.leads
    return [
        Column(n * width, live[n], draft[n], definition.band_of(n * width + width // 2))
        for n in live
    ]


def _bands(definition: Definition, rows: list[_Row]) -> list[BandCount]:
    """Highest first."""
    starts = [*(band.start for band in definition.bands[1:]), None]
    return [
        BandCount(
            band,
            below,
            sum(row.leads for row in rows if row.live == band.key),
            sum(row.leads for row in rows if row.draft == band.key),
        )
        for band, below in reversed(list(zip(definition.bands, starts, strict=True)))
    ]
