"""Spans of open time in UTC seconds, as business_time reckons with them."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

Span = tuple[int, int]  # opening and closing, in seconds since 1970


@dataclass(frozen=True, slots=True)
class Block:
    """The open spans of four weeks in UTC seconds, with the open seconds that lie before each."""

    begins: int
    ends: int
    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]

    @property
    def open_seconds(self) -> int:
        return self.before[-1]

    def open_before(self, moment: int) -> int:
        """Open seconds of this block that lie before the moment."""
        span = bisect_right(self.opens, moment) - 1
        if span < 0:
            return 0
        return self.before[span] + min(moment, self.closes[span]) - self.opens[span]

    def moment_after(self, seconds: int, since: int) -> int | None:
        """When the block has been open for so long: not before `since`; None if it never is."""
        if seconds == self.open_before(since):
            return self._first_open(since)
        if seconds > self.open_seconds:
            return None
        span = bisect_left(self.before, seconds) - 1
        return self.opens[span] + seconds - self.before[span]

    def _first_open(self, since: int) -> int | None:
        span = bisect_right(self.closes, since)
        return max(since, self.opens[span]) if span < len(self.opens) else None


def union(spans: Iterable[Span]) -> list[Span]:
    """Join spans that touch or overlap, which a clock change can make of windows that do not."""
    joined: list[Span] = []
    for opening, closing in sorted(spans):
        if joined and opening <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(closing, joined[-1][1])
        else:
            joined.append((opening, closing))
    return joined
