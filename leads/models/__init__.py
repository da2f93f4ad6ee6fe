"""Tables of leads. Imports between these files: lists, people, activity, trust, tracking, scores, journal, forms,
imports, intake, mail, consents, privacy, hooks, enriching,
visiting; down that list only."""

from leads.models.activity import (
    CLASSES,
    HUMANS,
    Event,
    EventKey,
    EventKind,
    EventRelabel,
    Signature,
)
from leads.models.consents import Consent, ConsentPurpose, ConsentText
from leads.models.duplicates import DuplicatePair, MatchAsked, MatchKey, Merge
from leads.models.enriching import Drawer, FieldOrigin, Lookup, LookupAnswer, LookupDay
from leads.models.forms import Form, FormSubmission, Proposal
from leads.models.hooks import Delivery, Hook
from leads.models.hygiene import CleanUp, CleanUpItem, Fix
from leads.models.imports import Import, ImportLine, ImportMapping, ImportTried, What
from leads.models.intake import QuarantinedItem
from leads.models.journal import JournalEntry
from leads.models.lists import ValueList
from leads.models.mail import Mailbox, MailMessage
from leads.models.people import (
    AttributeField,
    Company,
    CompanyChange,
    ContactKey,
    FormerCompany,
    Lead,
    LeadChange,
    Visitor,
    VisitorAlias,
)
from leads.models.privacy import Erasure, PrivacyDeed, RetentionRule, Suppression
from leads.models.scores import Crossing, LeadScore, Outcome, ScoreHistory
from leads.models.tracking import IngestCount, MachineBurst, OwnVisits
from leads.models.trust import TrustRule
from leads.models.visiting import Visit, VisitingCompany

__all__ = [
    "CLASSES",
    "HUMANS",
    "AttributeField",
    "CleanUp",
    "CleanUpItem",
    "Company",
    "CompanyChange",
    "Consent",
    "ConsentPurpose",
    "ConsentText",
    "ContactKey",
    "Crossing",
    "Delivery",
    "Drawer",
    "DuplicatePair",
    "Erasure",
    "Event",
    "EventKey",
    "EventKind",
    "EventRelabel",
    "FieldOrigin",
    "Fix",
    "Form",
    "FormSubmission",
    "FormerCompany",
    "Hook",
    "Import",
    "ImportLine",
    "ImportMapping",
    "ImportTried",
    "IngestCount",
    "JournalEntry",
    "Lead",
    "LeadChange",
    "LeadScore",
    "Lookup",
    "LookupAnswer",
    "LookupDay",
    "MachineBurst",
    "MailMessage",
    "Mailbox",
    "MatchAsked",
    "MatchKey",
    "Merge",
    "Outcome",
    "OwnVisits",
    "PrivacyDeed",
    "Proposal",
    "QuarantinedItem",
    "RetentionRule",
    "ScoreHistory",
    "Signature",
    "Suppression",
    "TrustRule",
    "ValueList",
    "Visit",
    "VisitingCompany",
    "Visitor",
    "VisitorAlias",
    "What",
]
