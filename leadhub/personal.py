"""Every table of the house, and how it forgets a person. Who adds a table or a column with words in it adds a
line here (tests/leads/privacy/test_registry.py says what is missing); erasing, its preview and the answer to “what
do you know of me” follow by themselves. See `leads.privacy.registry.Table` for the words.

Tables are emptied in this order: first what leans on others, last the lead itself."""

from leads.privacy import registry
from leads.privacy.registry import Table, nothing

# Keys of journal entries that clocks, queues and reports read. Every other key may hold what somebody wrote.
COUNTED = (
    "alarm", "answer", "asked_in_vain", "at", "band", "by_hand", "cause", "crossing", "deliveries", "element", "end",
    "fields", "fix", "from", "generation", "handoff", "import", "kind", "late_s", "level", "mail",
    "milestone", "model", "opens_handoffs", "opportunity", "passed",
    "result", "sequence", "step", "suppressed", "timer", "to", "total",
    "touch", "verdict", "version",
)  # fmt: skip

TABLES: dict[str, Table] = {
    # accounts: the people of the house and their machines, not those who are scored
    "accounts.Organisation": nothing("The organisation itself"),
    "accounts.Team": nothing("Teams"),
    "accounts.User": nothing("People who log in; an administrator switches them off"),
    "accounts.ApiKey": nothing("Keys of machines"),
    "accounts.IdempotentAnswer": Table(
        "Answers kept for three days", stays="asker method path key request_hash", mentions="body",
        ours=True,
    ),
    "accounts.TokenBucket": nothing("Counters that are dropped after a day"),
    # handoff
    "handoff.Notification": Table("Notes to colleagues", "lead", goes=True, ours=True),
    "handoff.OutgoingEvent": Table(
        "What other systems were told", "lead", goes=True, shows="kind at data"
    ),
    # E-mails to colleagues go with their notes, messages to other systems with what they tell of.
    "handoff.Delivery": Table(
        "E-mails to the person", "lead", goes=True, shows="to subject body state sent_at"
    ),
    "handoff.Touch": Table(
        "Calls, e-mails and meetings", "lead", blanks="note", stays="kind answer",
        shows="kind answer note occurred_at by__name",
    ),
    "handoff.Handoff": Table(
        "Handoffs to sales", "lead", stays="state band flag tier source routed_by",
        shows="state band team__name owner__name opened_at claimed_at first_touch_at disposed_at",
    ),
    "handoff.Skip": Table("Who passed it by", "handoff__lead", stays="reason", ours=True),
    "handoff.Task": Table(
        "Tasks", "handoff__lead", blanks="text", stays="kind", shows="text due_at done_at"
    ),
    "handoff.TaskRule": nothing("Which handoffs get a task"),
    "handoff.QueueSettings": nothing("Settings of the queue"),
    "handoff.BandRate": nothing("How often bands become SQLs"),
    "handoff.SavedView": Table("Filters of the queue by name", stays="name", mentions="query", ours=True),
    "handoff.Pause": Table(
        "Waits for the person", "handoff__lead", blanks="reason",
        shows="reason started_at until ended_at by__name",
    ),
    "handoff.SlaTimer": Table("Clocks", "handoff__lead", stays="milestone state cause", ours=True),
    "handoff.Segment": Table(
        "Whose hands held it", "handoff__lead", stays="step holder",
        shows="step holder user__name started_at ended_at",
    ),
    "handoff.SlaAlarm": nothing("Alarms of clocks"),
    "handoff.SlaEvent": nothing("What clocks did"),
    "handoff.Calendar": nothing("Working hours"),
    "handoff.CalendarVersion": nothing("Working hours"),
    "handoff.SlaPolicy": nothing("Promises"),
    "handoff.SlaPolicyVersion": nothing("Promises"),
    "handoff.RoutingDecision": Table(
        "Decisions of routing", "lead", stays="outcome reason",
        shows="at outcome team__name rep__name reason",
    ),
    "handoff.PromiseChange": nothing("Promises"),
    "handoff.RoutingRule": nothing("Rules of routing"),
    "handoff.Tier": nothing("Tiers of companies"),
    "handoff.TeamRouting": nothing("How teams share their leads"),
    "handoff.Rep": nothing("What colleagues can take"),
    "handoff.Share": nothing("Whose turn it is"),
    "handoff.Absence": nothing("Days on which colleagues are away"),
    "handoff.Channel": nothing("Where other systems are told, sealed"),
    "handoff.NoticeChoice": nothing("How colleagues want to be told"),
    "handoff.QuietHours": nothing("When colleagues are not written to"),
    # qualification
    "qualification.SequenceMail": Table(
        "E-mails of sequences", "enrolment__lead", stays="links",
        shows="step__subject posted_at clicked_at",
    ),
    "qualification.Enrolment": Table(
        "Sequences of e-mails", "lead", stays="end", shows="sequence__name entered_at ended_at end"
    ),
    "qualification.SequenceStep": nothing("Texts of e-mails"),
    "qualification.Sequence": nothing("Sequences of e-mails"),
    "qualification.PassedSql": Table(
        "SQLs in the hands of those who close", "lead", blanks="note", stays="end",
        shows="passed_at ended_at end note team__name",
    ),
    "qualification.DealSign": Table(
        "Signals that reviews name", "review__opportunity__lead", stays="*", ours=True
    ),
    "qualification.DealReview": Table(
        "Looks back at deals", "opportunity__lead", blanks="note", shows="note at by__name"
    ),
    "qualification.Opportunity": Table(
        "Opportunities", "lead", blanks="name deal note", stays="currency state",
        shows="name amount currency state opened_at closed_at reason__label note",
    ),
    "qualification.DealStage": nothing("Steps of deals"),
    "qualification.DealReason": nothing("Why deals are won or lost"),
    "qualification.Answer": Table(
        "Answers on scorecards", "card__lead", blanks="evidence", stays="element",
        shows="element level asked_in_vain evidence at by__name",
    ),
    "qualification.LeadAnswer": Table(
        "Answers of the person", "lead", blanks="words", stays="framework element via",
        shows="framework element words via at",
    ),
    "qualification.Conversation": Table(
        "Chats", "lead", blanks="lines values answers came", stays="state marks",
        mentions="lines values answers", shows="chat__name lines values at",
    ),
    "qualification.Ask": Table(
        "Links to questions", "lead", goes=True,
        shows="framework__name created_at expires_at mailed_at answered_at",
    ),
    "qualification.Scorecard": Table(
        "Scorecards", "lead", stays="chosen_by then", shows="framework__name created_at completed_at"
    ),
    "qualification.Stakeholder": Table(
        "Who has a say at the company", "lead", blanks="name title", stays="role",
        shows="name title role at by__name",
    ),
    "qualification.CoachingNote": Table(
        "What managers wrote to a card", "card__lead", goes=True, shows="text at by__name"
    ),
    "qualification.FrameworkRule": nothing("Which card starts with which questions"),
    "qualification.Disposition": Table(
        "Decisions of sales", "handoff__lead", blanks="note competitor", stays="result signal",
        shows="result reason__label note competitor day recycle_on at by__name",
    ),
    "qualification.FactVerdict": Table(
        "What sales said of facts", "disposition__handoff__lead", blanks="fact old new word events",
        stays="criterion label field verdict settled_as",
        shows="label fact verdict old new word at by__name",
    ),
    "qualification.Undo": Table(
        "What stood before a decision of the last hour", "disposition__handoff__lead", goes=True
    ),
    "qualification.Chat": nothing("Chats and their questions"),
    "qualification.Framework": nothing("Questions"),
    "qualification.Terms": nothing("What marketing and sales promise"),
    "qualification.Agreement": nothing("What marketing and sales promise"),
    "qualification.Signature": nothing("Who signed it"),
    "qualification.Review": Table(
        "Minutes of reviews", stays="kind", mentions="minutes", ours=True
    ),
    "qualification.BlindRound": nothing("Rounds of blind ratings"),
    "qualification.FrameworkDraft": nothing("Drafts of frameworks"),
    "qualification.BlindRater": nothing("Who rates a round for sales"),
    "qualification.RatedLead": Table("Leads that both sides rate", "lead", stays="why", shows="round__made_at why"),
    "qualification.Rating": Table("What each side rated", "rated__lead", stays="side", shows="side is_worth_it at"),
    "qualification.DispositionReason": nothing("Reasons to choose from"),
    # scoring
    "scoring.Override": Table(
        "Scores set by hand", "lead", blanks="reason", shows="total reason at until by__name"
    ),
    "scoring.Alert": Table("Alerts", "lead", blanks="page", shows="day at rise page"),
    "scoring.ScoringModel": nothing("Models"),
    "scoring.ModelVersion": nothing("Models"),
    "scoring.BaseSnapshot": nothing("Numbers without names, for the editor"),
    "scoring.BaseVector": nothing("Numbers without names, for the editor"),
    "scoring.RescoreRun": nothing("Runs of scoring"),
    "scoring.DraftEdit": nothing("What was changed in a model"),
    # leads: what they did and what befell them
    "leads.Consent": Table(
        "Consents", "lead", blanks="proof source",
        shows="purpose__name granted text__text text__version text__digest source proof at",
    ),
    "leads.JournalEntry": Table(
        "Story", "lead", blanks="error", trims=("data", COUNTED), stays="kind", shows="at kind data"
    ),
    "leads.Delivery": Table(
        "Messages of other systems", "leads", goes=True, shows="hook__name received_at state reason"
    ),
    "leads.FieldOrigin": Table(
        "Where values came from", "lead", goes=True, shows="field value source confidence at"
    ),
    "leads.Lookup": Table("Questions to providers", "lead", goes=True, shows="drawer__name asked settled_at"),
    # Those about a person go with the person: leads/enriching/lookups.py.
    "leads.LookupAnswer": Table("Answers of providers", stays="asked answer", ours=True),
    "leads.FormSubmission": Table(
        "Answers to forms", "lead", blanks="answers came digest", stays="state marks", mentions="answers came",
        shows="form__name answers came at",
    ),
    "leads.Proposal": Table(
        "Values that wait for a person", "lead", goes=True, shows="field value source at state"
    ),
    "leads.MailMessage": Table(
        "E-mails", "lead", blanks="sender subject", stays="kind digest", mentions="sender",
        shows="kind sender subject at"
    ),
    "leads.ImportLine": Table(
        "Lines of imports", "lead", blanks="cells reason before", stays="result",
        mentions="cells reason",
        shows="imported__file_name imported__created_at line cells",
    ),
    "leads.QuarantinedItem": Table("What was refused", stays="reason", mentions="payload"),
    "leads.Event": Table(
        "Events", "lead", blanks="properties",
        shows="occurred_at received_at signature__kind__label signature__name signature__path "
        "signature__campaign trust properties",
    ),
    "leads.Visit": Table(
        "Days on the website", "visitor__lead", goes=True,
        shows="day visits pages last_at company__name address",
    ),
    "leads.VisitorAlias": Table("Browsers said to be one", "visitor__lead", goes=True, ours=True),
    "leads.MachineBurst": Table(
        "Events of machines", "lead", stays="reason", shows="reason events since until"
    ),
    "leads.EventRelabel": Table("Events that changed hands", "lead", stays="*", ours=True),
    "leads.Visitor": Table(
        "Browsers", "lead", renews="anonymous_id", shows="anonymous_id created_at"
    ),
    "leads.LeadChange": Table(
        "Earlier values", "lead", goes=True, shows="known_at source old by__name"
    ),
    "leads.FormerCompany": Table(
        "Earlier companies", "lead", goes=True, shows="known_at source company__name by__name"
    ),
    "leads.Merge": Table("Merged leads", "survivor", goes=True, shows="at by__name"),
    "leads.DuplicatePair": Table("Likely duplicates", "first", goes=True, ours=True),
    "leads.MatchKey": Table("Hashes that find duplicates", "lead", goes=True, ours=True),
    "leads.MatchAsked": Table("Who is to be looked at", "lead", goes=True, ours=True),
    "leads.ContactKey": Table("Addresses and ids", "lead", goes=True, shows="kind value"),
    "leads.ScoreHistory": Table(
        "Scores over time", "lead", stays="band cause",
        shows="at total fit engagement account negative band cause",
    ),
    "leads.LeadScore": Table(
        "Score today", "lead", stays="band flag stage",
        shows="total fit engagement account negative band computed_at",
    ),
    "leads.Crossing": Table(
        "Crossings of the line", "lead", stays="cause band contributions carried_by",
        shows="at number cause total band contributions",
    ),
    "leads.Outcome": Table(
        "Outcomes", "lead", blanks="deal details", stays="result reason",
        shows="result reason deal details at",
    ),
    "leads.Erasure": Table("Receipts", stays="cause rows", ours=True),
    "leads.Lead": Table(
        "The lead itself", "pk",
        blanks="email phone phone_e164 first_name last_name title company company_name country "
        "attributes external_id stopped",
        stays="source campaign direction stage",
        shows="email phone first_name last_name title company_name country attributes external_id source "
        "campaign direction stage created_at last_activity_at product_used_at",
    ),
    # leads: what is about nobody in particular
    "leads.Company": nothing("Companies"),
    "leads.CompanyChange": nothing("What companies were before"),
    "leads.VisitingCompany": nothing("Companies that visited, and how often on a day"),
    "leads.AttributeField": nothing("Custom fields"),
    "leads.EventKind": nothing("Kinds of events"),
    "leads.Signature": nothing("What events look like, shared by all who did the same"),
    "leads.OwnVisits": nothing("Networks and addresses of colleagues, whose visits do not count"),
    "leads.EventKey": nothing("Hashes of message ids"),
    "leads.TrustRule": nothing("Rules about events"),
    "leads.ConsentPurpose": nothing("Purposes of consent"),
    "leads.ConsentText": nothing("Texts of consent"),
    "leads.Form": nothing("Forms"),
    "leads.Drawer": nothing("Drawers, each with an answer to map by"),
    "leads.LookupDay": nothing("How often providers were called"),
    "leads.Hook": nothing("Webhooks, each with a message to map by"),
    "leads.Import": nothing("Names and headers of files"),
    "leads.ImportTried": nothing("Hashes of keys while a file is under trial"),
    "leads.ImportMapping": nothing("Which column goes where"),
    "leads.Mailbox": nothing("Mailboxes of ours"),
    "leads.Fix": nothing("Words that mean the same"),
    "leads.CleanUp": nothing("Which quarter was looked through"),
    "leads.CleanUpItem": Table("Clean-up lists", "lead", stays="why decision", shows="why decision at"),
    "leads.ValueList": nothing("Lists for rules"),
    "leads.Suppression": nothing("Keyed hashes, which stay so that nobody is written to again"),
    "leads.RetentionRule": nothing("How long things are kept"),
    "leads.PrivacyDeed": nothing("Who took what out of the house"),
}  # fmt: skip

registry.filled_with(TABLES)
