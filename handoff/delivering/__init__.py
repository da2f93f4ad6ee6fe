"""Messages leave the house: claimed under a lease, sent outside of transactions several at a time, tried again with
growing pauses, and kept where a person sees them when all was in vain."""

from handoff.delivering.rounds import deliver

__all__ = ["deliver"]
