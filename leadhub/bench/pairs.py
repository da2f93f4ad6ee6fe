"""Two things done in turn, A B A B, compared pair by pair: what a shared machine leaves to be trusted."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median, quantiles


@dataclass(frozen=True)
class Measured:
    """Seconds of the product and of the hand-written anchor, pair by pair, and the limit of their ratio."""

    name: str
    product: list[float]
    anchor: list[float]
    limit: float | None = None

    @property
    def ratio(self) -> float:
        return median(a / b for a, b in zip(self.product, self.anchor, strict=True))

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "product_ms": round(1000 * median(self.product), 3),
            "anchor_ms": round(1000 * median(self.anchor), 3),
            "ratio": round(self.ratio, 3),
            "limit": self.limit,
            "pairs": len(self.product),
        }


@dataclass(frozen=True)
class Spread:
    """Times of one thing in milliseconds, and the limit of its 95th percentile."""

    name: str
    milliseconds: list[float]
    limit_ms: float | None = None

    @property
    def p95(self) -> float:
        return quantiles(self.milliseconds, n=20)[18]

    def as_json(self) -> dict[str, object]:
        return {
            "name": self.name,
            "p50_ms": round(median(self.milliseconds), 2),
            "p95_ms": round(self.p95, 2),
            "limit_p95_ms": self.limit_ms,
            "runs": len(self.milliseconds),
        }


@dataclass(frozen=True)
class Rate:
    """How many a second, and how many there must be."""

    name: str
    per_second: float
    least: float

    def as_json(self) -> dict[str, object]:
        return {"name": self.name, "per_second": round(self.per_second), "least": self.least}


@dataclass(frozen=True)
class Counted:
    """A number that must not be above `most`."""

    name: str
    number: int
    most: int

    def as_json(self) -> dict[str, object]:
        return {"name": self.name, "number": self.number, "most": self.most}


def timed(deed: Callable[[], object]) -> float:
    start = time.perf_counter()
    deed()
    return time.perf_counter() - start


def in_turn(
    name: str,
    product: Callable[[], object],
    anchor: Callable[[], object],
    *,
    pairs: int,
    limit: float | None = None,
    before: Callable[[], object] = lambda: None,
) -> Measured:
    """Runs both `pairs` times after one uncounted pair; `before` is done untimed before each."""
    times: list[tuple[float, float]] = []
    for _number in range(pairs + 1):
        before()
        first = timed(product)
        before()
        times.append((first, timed(anchor)))
    counted = times[1:]
    return Measured(name, [a for a, _ in counted], [b for _, b in counted], limit)
