"""What leads did before leadhub saw them: events of known leads out of files."""

from collections.abc import Sequence
from datetime import datetime

from leads.activity.events import Item, digest_of, insert, keep_keys
from leads.activity.signatures import numbers

Keyed = dict[str, tuple[int, bytes]]


def keep(items: Sequence[tuple[Item, int]], *, sender: str, at: datetime) -> Keyed:
    """Stores events of leads, each once, and rings nobody: the caller tells the pipeline in its own words.

    `sender` is the scope of message ids. Gives id and key of each new event by its message id."""
    by_digest = {digest_of(sender, item.message_id): (item, lead) for item, lead in reversed(items)}
    new = keep_keys({digest: item for digest, (item, _lead) in by_digest.items()}, at=at)
    stored = {digest: event_id for digest, event_id in new.items() if event_id is not None}
    if not stored:
        return {}
    looks = numbers({item.look for item, _lead in by_digest.values() if item.look is not None})
    rows = []
    for digest in stored:
        item, lead = by_digest[digest]
        assert item.look is not None
        signature, kind = looks[item.look]
        occurred_at = min(item.occurred_at or at, at)
        rows.append(
            (None, lead, occurred_at, at, kind, signature, int(item.trust), item.properties)
        )
    insert(rows, keyed=list(stored.values()))
    return {by_digest[digest][0].message_id: (stored[digest], digest) for digest in stored}
