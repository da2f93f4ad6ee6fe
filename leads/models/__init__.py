"""Tables of the ground floor. Imports between these files go down this list only."""

from leads.models.people import AttributeField, Company, ContactKey, Lead, LeadChange, Visitor
from leads.models.activity import Event, EventKey, EventKind, EventRelabel, Signature
from leads.models.scores import Crossing, LeadScore, Outcome, ScoreHistory
from leads.models.journal import JournalEntry
from leads.models.intake import Form, FormSubmission, Import, ImportLine, QuarantinedItem

__all__ = [
    "AttributeField",
    "Company",
    "ContactKey",
    "Crossing",
    "Event",
    "EventKey",
    "EventKind",
    "EventRelabel",
    "Form",
    "FormSubmission",
    "Import",
    "ImportLine",
    "JournalEntry",
    "Lead",
    "LeadChange",
    "LeadScore",
    "Outcome",
    "QuarantinedItem",
    "ScoreHistory",
    "Signature",
    "Visitor",
]
