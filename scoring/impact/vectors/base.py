"""The leads of the base, or of a sample of it, as columns: where each stands today."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
from django.db import connection

from leads.stages import Stage
from scoring.impact.vectors.copying import columns
from scoring.impact.vectors.packing import Array, Vector, shrunk, smallest

STAGES = [str(stage) for stage in Stage]
# Of a lead whose score nobody set by hand.
NOT_SET = -(2**31)
# Leads that came in the last so many days came lately.
RECENT = 30
COLUMNS = ("id", "total", "band", "armed", "stage", "flag", "override", "age")


@dataclass(frozen=True)
class Base:
    """Columns by name, sorted by id: `total` in points, `band`, `stage` and `flag` as places in `bands`,
    STAGES and `flags`, `armed` 0 or 1, `override` in points or NOT_SET, `age` in whole UTC days since they came."""

    made_at: datetime
    bands: list[str]
    flags: list[str]
    columns: Mapping[str, Vector]

    @property
    def leads(self) -> int:
        return self.columns["id"].small.size

    def column(self, name: str) -> Array:
        return self.columns[name].values()

    @property
    def shape(self) -> tuple[int, ...]:
        """How many of each there are in `cells`."""
        return len(self.bands), len(STAGES), 2, 2, 2

    @cached_property
    def cells(self) -> Array:
        """Where each stands, as one number made of five: band, stage, armed, came lately, has a flag."""
        told = [self.columns[name].small for name in ("band", "stage", "armed")]
        lately, flagged = self.columns["age"].small < RECENT, self.columns["flag"].small > 0
        return smallest(np.ravel_multi_index((*told, lately, flagged), self.shape))

    def taken(self, places: Array) -> "Base":
        """Only the leads at these places."""
        some = {name: vector.taken(places) for name, vector in self.columns.items()}
        return replace(self, columns=some)


def sampled(at: datetime, ids: list[int]) -> Base:
    """These leads as they are now; merged and unknown ones are left out."""
    return _read(at, "AND l.id = ANY(%(ids)s::bigint[])", {"ids": ids})


def everybody(at: datetime) -> Base:
    return _read(at, "", {})


def _read(at: datetime, only: str, parameters: dict[str, Any]) -> Base:
    bands, flags = _names(only, parameters)
    sql = f"""
        SELECT s.lead_id AS id, s.total, s.armed::int AS armed,
               coalesce(array_position(%(bands)s::text[], s.band::text), 1) - 1 AS band,
               coalesce(array_position(%(flags)s::text[], s.flag::text), 1) - 1 AS flag,
               coalesce(array_position(%(stages)s::text[], s.stage::text), 1) - 1 AS stage,
               coalesce(o.total, {NOT_SET}) AS override,
               greatest(0, (SELECT app_now()::date) - l.created_at::date) AS age
          FROM leads_lead l JOIN leads_leadscore s ON s.lead_id = l.id
          LEFT JOIN scoring_override o ON o.lead_id = l.id AND o.ended_at IS NULL
                                      AND o.until > (SELECT app_now()::date)
         WHERE l.merged_into_id IS NULL AND l.erased_at IS NULL {only}"""
    told = {**parameters, "bands": bands, "flags": flags, "stages": STAGES}
    read = dict(zip(COLUMNS, columns(sql, told, COLUMNS), strict=True))
    order = np.argsort(read["id"], kind="stable")
    return Base(at, bands, flags, {name: shrunk(column[order]) for name, column in read.items()})


def _names(only: str, parameters: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Keys of bands and flags that these leads have; the first of each is none."""
    sql = f"""SELECT array_agg(DISTINCT s.band), array_agg(DISTINCT s.flag) FROM leads_leadscore s
               WHERE true {only.replace("l.id", "s.lead_id")}"""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        bands, flags = cursor.fetchone()
    return ["", *sorted({*(bands or [])} - {""})], ["", *sorted({*(flags or [])} - {""})]


def random_ids(most: int) -> tuple[list[int], int]:
    """About `most` ids, each lead's as likely as another's, without reading the rest; and how many leads
    there are. Merged leads are among both."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(lead_id), max(lead_id), count(*) FROM leads_leadscore")
        low, high, number = cursor.fetchone()
    if not number:
        return [], 0
    wide = high - low + 1
    tries = min(wide, -(-most * wide // number))
    drawn = np.random.default_rng(7).choice(wide, size=tries, replace=False)
    return [int(low + n) for n in drawn], number


def random_places(base: Base, most: int) -> Array:
    """Rising places of `most` leads, drawn the same way each time, so that an estimate does not jitter."""
    size = min(most, base.leads)
    return np.sort(np.random.default_rng(7).choice(base.leads, size=size, replace=False))
