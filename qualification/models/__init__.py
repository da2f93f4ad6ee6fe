"""Tables of qualification. Imports between these files: cards, asking, chats, agreement; down that list only."""

from qualification.models.agreement import Agreement, Review, Signature, Terms
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
    "Agreement",
    "Answer",
    "Ask",
    "Chat",
    "Conversation",
    "Disposition",
    "DispositionReason",
    "Framework",
    "LeadAnswer",
    "Review",
    "Scorecard",
    "Signature",
    "Terms",
]
