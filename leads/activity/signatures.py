"""The dictionary of looks: kind, name, path and campaign of an event become one small number."""

import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass

from django.db import connection

from accounts import prepared
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
    wanted = sorted(set(looks))
    found = _found(wanted)
    missing = [look for look in wanted if look not in found]
    if missing:
        _add(missing)
        found |= _found(missing)
    return found


# The looks asked about, as they are stored; `n` is the place of each.
_ASKED = f"""
    SELECT t.n, coalesce(k.id, (SELECT id FROM leads_eventkind WHERE key = '{GENERIC}')) AS kind_id,
           left(t.name, 200) AS name, left(t.path, 400) AS path, left(t.campaign, 120) AS campaign
      FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[])
           WITH ORDINALITY AS t(kind, name, path, campaign, n)
      LEFT JOIN leads_eventkind k ON k.key = t.kind
"""


def _found(looks: list[Look]) -> dict[Look, tuple[int, int]]:
    with prepared.cursor() as cursor:
        cursor.execute(
            f"""SELECT t.n, s.id, s.kind_id FROM ({_ASKED}) t
                  JOIN leads_signature s USING (kind_id, name, path, campaign)""",
            _columns(looks),
        )
        return {looks[n - 1]: (signature, kind) for n, signature, kind in cursor.fetchall()}


def _add(looks: list[Look]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO leads_signature (kind_id, name, path, campaign)
                SELECT DISTINCT kind_id, name, path, campaign FROM ({_ASKED}) t
                 ORDER BY kind_id, name, path, campaign
                ON CONFLICT (kind_id, name, path, campaign) DO NOTHING""",
            _columns(looks),
        )


def _columns(looks: list[Look]) -> list[list[str]]:
    return [list(column) for column in zip(*map(astuple, looks), strict=True)]
