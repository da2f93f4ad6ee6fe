"""What this process keeps of what it looked at: vectors, and of the last snapshot the base and the sums."""

import threading
from collections import OrderedDict
from datetime import datetime

from scoring.impact.vectors.base import Base
from scoring.impact.vectors.packing import Vector
from scoring.impact.vectors.sums import NONE, Sums
from scoring.models import BaseSnapshot

# Bytes of vectors that are kept.
MOST = 128 * 2**20
Place = tuple[int, datetime]


class _Vectors:
    """Those that were used last."""

    def __init__(self) -> None:
        self.size = 0
        self.held: OrderedDict[tuple[Place, str], Vector] = OrderedDict()
        self.lock = threading.Lock()

    def clear(self) -> None:
        with self.lock:
            self.held.clear()
            self.size = 0

    def get(self, key: tuple[Place, str]) -> Vector | None:
        with self.lock:
            found = self.held.get(key)
            if found is not None:
                self.held.move_to_end(key)
            return found

    def put(self, key: tuple[Place, str], vector: Vector) -> None:
        with self.lock:
            if key in self.held:
                return
            self.held[key] = vector
            self.size += vector.small.nbytes
            while self.size > MOST and len(self.held) > 1:
                _key, dropped = self.held.popitem(last=False)
                self.size -= dropped.small.nbytes


class _Last:
    """Replaced as a whole, so that a thread sees what belongs together."""

    def __init__(self) -> None:
        self.base: tuple[Place, Base] | None = None
        self.sums: tuple[Place, Sums] | None = None


_vectors, _last = _Vectors(), _Last()


def _place(snapshot: BaseSnapshot) -> Place:
    # With the time: numbers begin anew after a crash of the database.
    return snapshot.pk, snapshot.made_at


def vector(snapshot: BaseSnapshot, name: str) -> Vector | None:
    return _vectors.get((_place(snapshot), name))


def put(snapshot: BaseSnapshot, name: str, made: Vector) -> None:
    _vectors.put((_place(snapshot), name), made)


def last_base(snapshot: BaseSnapshot) -> Base | None:
    kept = _last.base
    return kept[1] if kept and kept[0] == _place(snapshot) else None


def keep_base(snapshot: BaseSnapshot, base: Base) -> Base:
    _last.base = _place(snapshot), base
    return base


def last_sums(snapshot: BaseSnapshot) -> Sums:
    """Of the last question about these leads."""
    kept = _last.sums
    return kept[1] if kept and kept[0] == _place(snapshot) else NONE


def keep_sums(snapshot: BaseSnapshot, sums: Sums) -> None:
    _last.sums = _place(snapshot), sums


def forget() -> None:
    """As if this process had just begun."""
    _vectors.clear()
    _last.base = _last.sums = None
