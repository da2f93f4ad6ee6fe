"""People are told by rows: a note behind the bell, and an e-mail row where they want one. handoff/delivering sends."""

from handoff.notifications.bell import mark_read, page
from handoff.notifications.telling import Note, tell

__all__ = ["Note", "mark_read", "page", "tell"]
