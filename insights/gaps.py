"""What reps do not find out: of the cards that were worked, which elements stay unknown, by team and by rep.

A card is worked once it has an answer; of a handoff the card that was chosen last counts."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Team, User
from handoff.models import Handoff
from insights import facts
from insights.numbers import Number
from insights.periods import Period
from qualification import catalogue
from qualification.definition import parse

# One row an element of a card: whose handoff, and whether it is unknown.
_ELEMENTS = """
    WITH card AS (
        SELECT DISTINCT ON (s.handoff_id) s.id, s.handoff_id, s.framework_id, h.team_id, h.owner_id
          FROM qualification_scorecard s JOIN handoff_handoff h ON h.id = s.handoff_id
         WHERE s.handoff_id IN ({handed}) AND h.owner_id IS NOT NULL
           AND EXISTS (SELECT 1 FROM qualification_answer a WHERE a.card_id = s.id)
         ORDER BY s.handoff_id, s.chosen_at DESC, s.id DESC
    ), element AS (
        SELECT c.handoff_id, c.team_id, c.owner_id, f.key AS framework, e.item ->> 'key' AS element,
               coalesce(a.level, 0) = 0 AS is_unknown
          FROM card c JOIN qualification_framework f ON f.id = c.framework_id
          CROSS JOIN LATERAL jsonb_array_elements(f.definition -> 'elements') AS e(item)
          LEFT JOIN qualification_answer a ON a.card_id = c.id AND a.element = e.item ->> 'key'
    )"""


@dataclass(frozen=True)
class Cut:
    """Everybody, one team, or one rep."""

    team: int | None = None
    rep: int | None = None

    @property
    def query(self) -> dict[str, Any]:
        asked = {"team": self.team, "rep": self.rep}
        return {name: value for name, value in asked.items() if value is not None}


@dataclass(frozen=True)
class Row:
    """`gaps` are in the order of `elements`; each of all cards of the cut."""

    label: str
    kind: str
    elements: list[str]
    gaps: list[Number]

    @property
    def named(self) -> list[tuple[str, Number]]:
        return list(zip(self.elements, self.gaps, strict=True))

    @property
    def cards(self) -> int:
        return max((gap.whole for gap in self.gaps), default=0)


@dataclass(frozen=True)
class Table:
    """One framework, the element that stays unknown most often first."""

    key: str
    name: str
    elements: list[str]
    rows: list[Row]


Counts = dict[tuple[str, Cut, str], tuple[int, int]]


def tables(user: User, period: Period) -> list[Table]:
    """A table for each framework that cards of the period were worked with; in four queries."""
    counts = _counts(user, period)
    found = []
    for framework in catalogue.frameworks():
        elements = {one.key: one.name for one in parse(framework.definition).elements}
        # Elements that a newer version no longer has keep their key for a name.
        for key, _cut, element in counts:
            if key == framework.key:
                elements.setdefault(element, element)
        if any(key == framework.key for key, _cut, _element in counts):
            found.append(_table(framework.key, framework.name, elements, counts, period))
    return found


def _counts(user: User, period: Period) -> Counts:
    """(unknown, all) by framework, cut and element."""
    try:
        elements, parameters = _elements(user, period)
    except EmptyResultSet:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            f"""{elements} SELECT framework, team_id, owner_id, element,
                       count(*) FILTER (WHERE is_unknown), count(*)
                  FROM element
                 GROUP BY GROUPING SETS ((framework, element), (framework, team_id, element),
                                         (framework, owner_id, element))""",
            parameters,
        )
        return {
            (framework, Cut(team, rep), element): (unknown, whole)
            for framework, team, rep, element, unknown, whole in cursor.fetchall()
        }


def _elements(user: User, period: Period) -> tuple[str, tuple[Any, ...]]:
    handed = facts.handed(user, period).order_by().values("pk")
    sql, parameters = handed.query.sql_with_params()
    return _ELEMENTS.format(handed=sql.replace("{", "{{").replace("}", "}}")), parameters


def _table(key: str, name: str, elements: dict[str, str], counts: Counts, period: Period) -> Table:
    ordered = {
        one: elements[one]
        for one in sorted(elements, key=lambda one: -counts.get((key, Cut(), one), (0, 0))[0])
    }
    cuts = {cut for framework, cut, _element in counts if framework == key}
    rows = [_row(key, _("Everybody"), "all", Cut(), ordered, counts, period)]
    rows += [
        _row(key, name, "team", Cut(team=pk), ordered, counts, period)
        for pk, name in _named(Team.objects, {cut.team for cut in cuts})
    ]
    rows += [
        _row(key, name, "rep", Cut(rep=pk), ordered, counts, period)
        for pk, name in _named(User.objects, {cut.rep for cut in cuts})
    ]
    return Table(key, name, list(ordered.values()), rows)


def _named(manager: Any, ids: Iterable[int | None]) -> list[tuple[int, str]]:
    found = manager.filter(pk__in=[pk for pk in ids if pk is not None]).order_by("name", "pk")
    return list(found.values_list("pk", "name"))


def _row(
    key: str,
    label: str,
    kind: str,
    cut: Cut,
    elements: dict[str, str],
    counts: Counts,
    period: Period,
) -> Row:
    gaps = []
    for element in elements:
        unknown, whole = counts.get((key, cut, element), (0, 0))
        query = {"framework": key, "element": element, **cut.query, **period.query}
        gaps.append(Number(unknown, f"{reverse('insights:gap_leads')}?{urlencode(query)}", whole))
    return Row(label, kind, list(elements.values()), gaps)


def behind(
    user: User, period: Period, *, framework: str, element: str, cut: Cut
) -> QuerySet[Handoff]:
    """The handoffs on whose cards this element is unknown: as many as the number says."""
    try:
        elements, parameters = _elements(user, period)
    except EmptyResultSet:
        return Handoff.objects.none()
    asked = "framework = %s AND element = %s AND is_unknown"
    values: list[Any] = [framework, element]
    for column, value in (("team_id", cut.team), ("owner_id", cut.rep)):
        if value is not None:
            asked += f" AND {column} = %s"
            values.append(value)
    with connection.cursor() as cursor:
        cursor.execute(
            f"{elements} SELECT handoff_id FROM element WHERE {asked}", (*parameters, *values)
        )
        ids = [row[0] for row in cursor.fetchall()]
    return Handoff.objects.filter(pk__in=ids)
