"""Answers for the whole base, kept in the database for every process of the web, and the latest in this one.

They are computed only where they are missing, in one statement, by one process at a time, and kept in one
transaction: one that is killed leaves nothing behind."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime, timedelta

import numpy as np
import psycopg
from django.db import connection, transaction

from leads.activity import signatures
from scoring.engine import whole_base
from scoring.impact.vectors import base as bases
from scoring.impact.vectors import memory
from scoring.impact.vectors.asking import Asked
from scoring.impact.vectors.base import Base
from scoring.impact.vectors.copying import columns
from scoring.impact.vectors.packing import Array, Vector, pack, shrunk, unpack
from scoring.models import BaseSnapshot, BaseVector, ModelVersion, RescoreRun
from scoring.statement.compiler import compile_units
from scoring.statement.scope import EVERYBODY, Scope

Vectors = Mapping[str, Vector]
# How long a snapshot is as good as new, and how long it is shown while a new one is made.
FRESH, SHOWN = timedelta(minutes=10), timedelta(hours=2)
# The number of the lock that whoever computes for the whole base holds.
COMPUTING = 7_240_101


class Busy(Exception):
    """Another process is computing for the whole base."""


def latest(at: datetime) -> BaseSnapshot | None:
    """The snapshot to show: of today in UTC, and not too old."""
    found = BaseSnapshot.objects.order_by("-id").first()
    if found is None or found.made_at < at - SHOWN or found.made_at > at:
        return None
    return found if found.made_at.astimezone(UTC).date() == at.astimezone(UTC).date() else None


def is_fresh(snapshot: BaseSnapshot, at: datetime) -> bool:
    """Whether it is young, and no model was published and nobody rescored by one since."""
    made = snapshot.made_at
    if made <= at - FRESH:
        return False
    published = ModelVersion.objects.filter(published_at__gt=made, published_at__lte=at)
    rescored = RescoreRun.objects.filter(finished_at__gt=made, finished_at__lte=at)
    return not (published.exists() or rescored.exists())


def load(snapshot: BaseSnapshot, names: Iterable[str]) -> dict[str, Vector]:
    """Of these vectors the ones there are."""
    wanted = list(names)
    found = {name: held for name in wanted if (held := memory.vector(snapshot, name))}
    rest = [name for name in wanted if name not in found]
    if rest:
        for name, data in _stored(snapshot, rest):
            found[name] = unpack(data)
            memory.put(snapshot, name, found[name])
    return found


def _stored(snapshot: BaseSnapshot, names: list[str]) -> list[tuple[str, bytes]]:
    connection.ensure_connection()
    # Binary, since a vector as text is twice as long and read twice; Django's own cursor cannot.
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            "SELECT name, data FROM scoring_basevector WHERE snapshot_id = %s AND name = ANY(%s)",
            [snapshot.pk, names],
            binary=True,
        )
        return list(cursor.fetchall())


def base_of(snapshot: BaseSnapshot) -> Base | None:
    """None where the database has lost or dropped it."""
    last = memory.last_base(snapshot)
    if last is not None:
        return last
    found = load(snapshot, bases.COLUMNS)
    if len(found) < len(bases.COLUMNS):
        return None
    return memory.keep_base(snapshot, Base(snapshot.made_at, snapshot.bands, snapshot.flags, found))


def complete(asked: Asked, at: datetime) -> BaseSnapshot:
    """A fresh snapshot with every answer; computes what is missing. Raises Busy while another does."""
    with transaction.atomic():
        _alone()
        snapshot = latest(at)
        if snapshot is None or not is_fresh(snapshot, at) or base_of(snapshot) is None:
            snapshot = _renew(at)
        known = set(snapshot.vectors.values_list("name", flat=True))
        missing = asked.all - known
        if missing:
            _keep(snapshot, computed(asked, missing, EVERYBODY, _ids(snapshot)))
    return snapshot


def _alone() -> None:
    with connection.cursor() as cursor:
        # The first time everything is asked at once, of every event there is.
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [COMPUTING])
        if not cursor.fetchone()[0]:
            raise Busy


def _renew(at: datetime) -> BaseSnapshot:
    """A new snapshot; those before the last are dropped, which somebody may still be looking at."""
    older = BaseSnapshot.objects.order_by("-id").values_list("pk", flat=True)[1:]
    BaseSnapshot.objects.filter(pk__in=list(older)).delete()
    with whole_base():
        base = bases.everybody(at)
    snapshot = BaseSnapshot.objects.create(
        made_at=at, leads=base.leads, bands=base.bands, flags=base.flags
    )
    _keep(snapshot, base.columns)
    return snapshot


def _ids(snapshot: BaseSnapshot) -> Array:
    return load(snapshot, ["id"])["id"].values()


def _keep(snapshot: BaseSnapshot, vectors: Vectors) -> None:
    BaseVector.objects.bulk_create(
        [BaseVector(snapshot=snapshot, name=name, data=pack(v)) for name, v in vectors.items()],
        ignore_conflicts=True,
        batch_size=4,
    )


def computed(asked: Asked, missing: Collection[str], scope: Scope, ids: Array) -> dict[str, Vector]:
    """The answers to what is missing, for the leads with these rising ids; 0 for who is not in the scope."""
    bare, places = asked.only(missing)
    found: dict[str, Vector] = {}
    with whole_base():
        if places:
            made = compile_units(bare, scope, signatures.kinds())
            out = "coalesce(array_position(%(out)s::text[], u.disqualified), 0) AS disqualified"
            wanted = [*dict.fromkeys(places.values())]
            some = ", ".join(out if name == "disqualified" else f"u.{name}" for name in wanted)
            told = {**made.parameters, "out": [d.key for d in bare.disqualifiers]}
            sql = f"SELECT u.lead_id, {some} FROM ({made.sql}) u"
            leads, *answers = columns(sql, told, ["lead_id", *wanted])
            placed = _placed(leads, ids)
            by_column = {
                name: shrunk(placed(answer)) for name, answer in zip(wanted, answers, strict=True)
            }
            found = {name: by_column[column] for name, column in places.items()}
        if asked.applying in missing:
            found[asked.applying] = _applying(asked, scope, ids)
    return found


def _applying(asked: Asked, scope: Scope, ids: Array) -> Vector:
    bare, _none = asked.only(())
    made = compile_units(bare, scope, signatures.kinds(), applies=asked.applies)
    (leads,) = columns(made.sql, made.parameters, ["lead_id"])
    return shrunk(_placed(leads, ids)(np.ones(leads.size, np.uint8)))


class _Placed:
    """Puts the rows of a statement where the leads stand; leads that came since are left out."""

    def __init__(self, leads: Array, ids: Array) -> None:
        self.size = ids.size
        self.places = np.minimum(np.searchsorted(ids, leads), max(0, ids.size - 1))
        self.known = ids[self.places] == leads if ids.size else np.zeros(leads.size, bool)

    def __call__(self, answer: Array) -> Array:
        made = np.zeros(self.size, answer.dtype)
        made[self.places[self.known]] = answer[self.known]
        return made


_placed = _Placed
