"""What a process keeps of rows that seldom change and that much is asked of."""

from collections.abc import Callable
from typing import Generic, TypeVar

from accounts import prepared

Made = TypeVar("Made")


class Kept(Generic[Made]):
    """What `make` gives, made again only where a row is another than the one that was read; one statement while
    nothing has changed. `rows` names the tables, each with a condition where only some of its rows matter."""

    def __init__(self, make: Callable[[], Made], *rows: str) -> None:
        each = (f"SELECT {n} AS n, ctid, xmin FROM {some}" for n, some in enumerate(rows))
        # Where a version of a row lies and which transaction wrote it: no two states have the same.
        self._asked = (
            "SELECT coalesce(string_agg(concat_ws(' ', n, ctid, xmin), ','), '')"
            f" FROM ({' UNION ALL '.join(each)}) rows"
        )
        self._make = make
        self._last: tuple[str, Made] | None = None

    def read(self) -> Made:
        # The stamp before the rows: what changes in between is noticed next time.
        stamp, last = self._stamp(), self._last
        if last is None or last[0] != stamp:
            last = self._last = stamp, self._make()
        return last[1]

    def _stamp(self) -> str:
        with prepared.cursor() as cursor:
            cursor.execute(self._asked)
            stamp: str = cursor.fetchone()[0]
        return stamp
