"""One event as it was understood, before anything is stored."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from leads.activity.signatures import Look
from leads.models import ContactKey, Event


@dataclass(frozen=True)
class Item:
    """One event as it was understood. `look` is None for an item that only says who somebody is."""

    message_id: str
    anonymous_id: str = ""
    user_id: str = ""
    # Of an alias: what the person was called before.
    previous_id: str = ""
    occurred_at: datetime | None = None
    look: Look | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    company: dict[str, Any] = field(default_factory=dict)
    trust: int = Event.Trust.HUMAN
    # Tells whether a second item under the same id is the same item; None where nobody can say.
    fingerprint: int | None = None

    # Where a visitor who said yes came from: for a lookup only, it is no part of the event.
    address: str = ""

    @property
    def visitor_key(self) -> str:
        """Whose trail this is while nobody knows the lead; a user id alone is a trail too."""
        return self.anonymous_id or (f"user:{self.user_id}" if self.user_id else "")

    @property
    def trails(self) -> list[str]:
        """All of them, where the item says that they are one person's."""
        both = [self.anonymous_id, f"user:{self.user_id}" if self.user_id else ""]
        return [trail for trail in both if trail] if self.identifies else [self.visitor_key]

    @property
    def keys(self) -> list[tuple[str, str]]:
        return [(ContactKey.USER, self.user_id)] if self.user_id else []

    @property
    def identifies(self) -> bool:
        return self.look is None or bool(self.values)
