"""Tables of qualification. Imports between these files: cards, asking, chats; down that list only."""

from qualification.models.asking import Ask, LeadAnswer
from qualification.models.cards import (
    Answer,
    Disposition,
    DispositionReason,
    Framework,
    Scorecard,
)
from qualification.models.chats import Chat, Conversation

__all__ = [
    "Answer",
    "Ask",
    "Chat",
    "Conversation",
    "Disposition",
    "DispositionReason",
    "Framework",
    "LeadAnswer",
    "Scorecard",
]
