"""What items are understood by: the kinds and their names, the fields of a lead, whose visits are our own. Few rows
that seldom change, so each process keeps what it made of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from leads import fields
from leads.activity import detection, signatures
from leads.activity.detection import Own
from leads.fields import LeadField


@dataclass(frozen=True)
class Catalogue:
    """`kinds` gives the key of a kind by each slug it goes by."""

    kinds: Mapping[str, str]
    fields: Mapping[str, LeadField]
    own: Own


_kept: tuple[str, Catalogue] | None = None


def read() -> Catalogue:
    """One statement while nothing has changed."""
    global _kept
    # Before the rows: what changes in between is noticed next time.
    stamp, kept = _stamp(), _kept
    if kept is None or kept[0] != stamp:
        kept = _kept = stamp, Catalogue(signatures.names(), fields.catalogue(), detection.own())
    return kept[1]


def _stamp() -> str:
    """Where each version of a row lies and which transaction wrote it: no two states have the same."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT string_agg(concat_ws(' ', n, ctid, xmin), ',') FROM (
                   SELECT 1 AS n, ctid, xmin FROM leads_eventkind UNION ALL
                   SELECT 2, ctid, xmin FROM leads_attributefield UNION ALL
                   SELECT 3, ctid, xmin FROM leads_valuelist WHERE controls <> '' UNION ALL
                   SELECT 4, ctid, xmin FROM leads_ownvisits) rows"""
        )
        stamp: str = cursor.fetchone()[0] or ""
        return stamp
