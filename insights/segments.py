"""Parts of the market that reports can be narrowed to: the tier of the company at the handover, its industry, the
country of the lead. In addresses a segment reads `industry:Software`."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy

from handoff.models import Handoff, Tier

# So many of each are offered, the largest ones.
MOST = 25
# The path from a handoff to what it is told by.
PATHS = {"tier": "tier", "industry": "lead__company__industry", "country": "lead__country"}
LABELS = {
    "tier": gettext_lazy("Tier"),
    "industry": gettext_lazy("Industry"),
    "country": gettext_lazy("Country"),
}


@dataclass(frozen=True)
class Segment:
    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    @property
    def kind_label(self) -> str:
        return str(LABELS[self.kind])

    @property
    def name(self) -> str:
        """What its people call it."""
        if self.kind != "tier":
            return self.value
        tier = Tier.objects.filter(key=self.value).first()
        return tier.name if tier else self.value

    def holds(self) -> Q:
        """The filter of handoffs that are in it."""
        return Q(**{PATHS[self.kind]: self.value})


def read(text: str) -> Segment | None:
    """The segment of an address; None for what is none."""
    kind, colon, value = text.partition(":")
    return Segment(kind, value) if colon and kind in PATHS and value else None


# One pass over the handoffs, however many ways there are to narrow them.
STATEMENT = """
SELECT narrow_source, narrow_tier, narrow_industry, narrow_country, count(*),
       CASE WHEN GROUPING(narrow_source) = 0 THEN 0 WHEN GROUPING(narrow_tier) = 0 THEN 1
            WHEN GROUPING(narrow_industry) = 0 THEN 2 ELSE 3 END AS kind
  FROM ({handed}) handed
 GROUP BY GROUPING SETS ((narrow_source), (narrow_tier), (narrow_industry), (narrow_country))
 ORDER BY count(*) DESC, kind, narrow_source, narrow_tier, narrow_industry, narrow_country"""


@dataclass(frozen=True)
class Choices:
    """What a report can be narrowed to, the largest first; a lead without a source has the source ""."""

    sources: list[str]
    segments: dict[str, list[Segment]]


def choices(handed: QuerySet[Handoff]) -> Choices:
    """What occurs among these handoffs."""
    paths = {"narrow_source": F("source")}
    paths |= {f"narrow_{kind}": F(path) for kind, path in PATHS.items()}
    sql, parameters = handed.order_by().values(**paths).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT.format(handed=sql), parameters)
        rows = cursor.fetchall()
    found: dict[str, list[str]] = {"source": [], **{kind: [] for kind in PATHS}}
    for source, *values, _count, number in rows:
        kind = ("source", *PATHS)[number]
        value = source if kind == "source" else values[number - 1]
        if value is not None and (value or kind == "source"):
            found[kind].append(value)
    kept = {kind: [Segment(kind, v) for v in found[kind][:MOST]] for kind in PATHS if found[kind]}
    return Choices(found["source"], kept)
