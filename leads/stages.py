"""The lifecycle: stages and the moves between them. Crossing a band makes an MQL, an accepted
scorecard makes an SQL; recycled, disqualified and lost are detours."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    LEAD = "lead", _("Lead")
    MQL = "mql", _("MQL")
    WORKING = "working", _("Working")
    SQL = "sql", _("SQL")
    OPPORTUNITY = "opportunity", _("Opportunity")
    CUSTOMER = "customer", _("Customer")
    RECYCLED = "recycled", _("Recycled")
    DISQUALIFIED = "disqualified", _("Disqualified")
    LOST = "lost", _("Lost")


class Direction(models.TextChoices):
    INBOUND = "inbound", _("Inbound")
    OUTBOUND = "outbound", _("Outbound")


MOVES: dict[str, frozenset[str]] = {
    Stage.LEAD: frozenset({Stage.MQL, Stage.DISQUALIFIED, Stage.CUSTOMER}),
    Stage.MQL: frozenset(
        {Stage.WORKING, Stage.SQL, Stage.RECYCLED, Stage.DISQUALIFIED, Stage.LEAD}
    ),
    Stage.WORKING: frozenset({Stage.MQL, Stage.SQL, Stage.RECYCLED, Stage.DISQUALIFIED}),
    Stage.SQL: frozenset({Stage.OPPORTUNITY, Stage.RECYCLED, Stage.LOST, Stage.DISQUALIFIED}),
    Stage.OPPORTUNITY: frozenset({Stage.CUSTOMER, Stage.LOST}),
    Stage.CUSTOMER: frozenset(),
    Stage.RECYCLED: frozenset({Stage.MQL, Stage.DISQUALIFIED}),
    Stage.DISQUALIFIED: frozenset({Stage.LEAD, Stage.RECYCLED}),
    Stage.LOST: frozenset({Stage.RECYCLED, Stage.MQL}),
}

# In these somebody may have the lead in hand.
IN_HAND = frozenset({Stage.MQL, Stage.WORKING, Stage.SQL, Stage.CUSTOMER})

# Stages that no score brings about, so that models may ask for them.
GIVEN = frozenset({Stage.OPPORTUNITY, Stage.CUSTOMER, Stage.LOST})

# From these a crossing makes an MQL; everywhere else the score moves and nobody is called.
MAY_CROSS = frozenset(stage for stage, targets in MOVES.items() if Stage.MQL in targets) - {
    Stage.WORKING
}
