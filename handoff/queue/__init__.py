"""The queue: which open handoffs a person sees, in which order, and what changed since."""

from handoff.queue.asking import ORDERS, SOON, TABS, Ask, frozen_at
from handoff.queue.counting import COUNTED_TO, Counts, Look, counts, look
from handoff.queue.lines import Line, band_of, first_of, line, lines, of_ids, page, upcoming

__all__ = [
    "COUNTED_TO",
    "ORDERS",
    "SOON",
    "TABS",
    "Ask",
    "Counts",
    "Line",
    "Look",
    "band_of",
    "counts",
    "first_of",
    "frozen_at",
    "line",
    "lines",
    "look",
    "of_ids",
    "page",
    "upcoming",
]
