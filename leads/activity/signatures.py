"""The dictionary of looks: kind, name, path and campaign of an event become one small number."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from leads.models import EventKind

GENERIC, TECHNICAL = "track", "technical"


@dataclass(frozen=True, order=True)
class Look:
    """`kind` is a key of the catalogue; `name`, `path` and `campaign` may be empty."""

    kind: str
    name: str = ""
    path: str = ""
    campaign: str = ""


def kinds() -> dict[str, int]:
    return dict(EventKind.objects.values_list("key", "id"))


def names() -> dict[str, str]:
    """The key of a kind by each slug that senders call it."""
    found: dict[str, str] = {}
    for key, others in EventKind.objects.values_list("key", "names"):
        found |= {key: key, **dict.fromkeys(map(slug, others), key)}
    return found


def slug(name: str) -> str:
    """What makes two names of events the same: “Demo Requested” is demo_requested."""
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")


def numbers(looks: Iterable[Look]) -> dict[Look, tuple[int, int]]:
    """(signature id, kind id) of each look, adding those not met before. Unknown kinds become `track`."""
    catalogue = kinds()
    wanted = sorted(set(looks))
    rows = [
        (
            catalogue.get(look.kind, catalogue[GENERIC]),
            look.name[:200],
            look.path[:400],
            look.campaign[:120],
        )
        for look in wanted
    ]
    found = _ids(rows)
    missing = sorted(set(rows) - set(found))
    if missing:
        _add(missing)
        found = _ids(rows)
    return {look: (found[row], row[0]) for look, row in zip(wanted, rows, strict=True)}


Row = tuple[int, str, str, str]


def _ids(rows: list[Row]) -> dict[Row, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT s.kind_id, s.name, s.path, s.campaign, s.id FROM leads_signature s
                 JOIN unnest(%s::smallint[], %s::text[], %s::text[], %s::text[])
                      AS t(kind_id, name, path, campaign)
                USING (kind_id, name, path, campaign)""",
            [list(column) for column in zip(*rows, strict=True)],
        )
        return {(row[0], row[1], row[2], row[3]): row[4] for row in cursor.fetchall()}


def _add(rows: list[Row]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_signature (kind_id, name, path, campaign)
               SELECT * FROM unnest(%s::smallint[], %s::text[], %s::text[], %s::text[])
               ON CONFLICT (kind_id, name, path, campaign) DO NOTHING""",
            [list(column) for column in zip(*rows, strict=True)],
        )
