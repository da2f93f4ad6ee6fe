"""Tables of qualification. Imports between these files go down this list only: verdicts, cards, people, asking, chats,
agreement, closing, nurturing."""

from qualification.models.agreement import Agreement, Review, Signature, Terms
from qualification.models.asking import Ask, LeadAnswer
from qualification.models.calibration import BlindRater, BlindRound, RatedLead, Rating
from qualification.models.cards import (
    Answer,
    Disposition,
    DispositionReason,
    Framework,
    FrameworkDraft,
    Scorecard,
)
from qualification.models.chats import Chat, Conversation
from qualification.models.closing import (
    DealReason,
    DealReview,
    DealSign,
    DealStage,
    Opportunity,
    PassedSql,
)
from qualification.models.nurturing import Enrolment, Sequence, SequenceMail, SequenceStep
from qualification.models.people import CardSeat, CoachingNote, FrameworkRule, Stakeholder
from qualification.models.verdicts import FactVerdict, Undo

__all__ = [
    "Agreement",
    "Answer",
    "Ask",
    "BlindRater",
    "BlindRound",
    "CardSeat",
    "Chat",
    "CoachingNote",
    "Conversation",
    "DealReason",
    "DealReview",
    "DealSign",
    "DealStage",
    "Disposition",
    "DispositionReason",
    "Enrolment",
    "FactVerdict",
    "Framework",
    "FrameworkDraft",
    "FrameworkRule",
    "LeadAnswer",
    "Opportunity",
    "PassedSql",
    "RatedLead",
    "Rating",
    "Review",
    "Scorecard",
    "Sequence",
    "SequenceMail",
    "SequenceStep",
    "Signature",
    "Stakeholder",
    "Terms",
    "Undo",
]
