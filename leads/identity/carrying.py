"""Of two leads that become one, one carries: what sales has in hand with it goes on."""

from leads.models import Crossing, LeadScore
from leads.stages import Stage

# The later in this row is carried: what sales has in hand, or what a person said of the lead.
FURTHER = [
    Stage.LEAD, Stage.LOST, Stage.DISQUALIFIED, Stage.RECYCLED, Stage.MQL, Stage.WORKING, Stage.SQL,
    Stage.OPPORTUNITY, Stage.CUSTOMER,
]  # fmt: skip


def carrier(mine: LeadScore, theirs: LeadScore) -> LeadScore:
    """The one that stands further; of two that stand alike the one that crossed first, else the survivor's."""
    if mine.stage != theirs.stage:
        return max(mine, theirs, key=lambda score: FURTHER.index(Stage(score.stage)))
    crossed = Crossing.objects.filter(lead__in=[mine.pk, theirs.pk]).order_by("at", "pk")
    return theirs if crossed.values_list("lead", flat=True).first() == theirs.pk else mine
