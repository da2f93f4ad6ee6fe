"""Promises of a claim and of a first touch: who kept them, or did not."""

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from handoff.models import SlaTimer

# A lead may have been given back and taken by somebody else since: what counts is who stopped this clock.
WHO = Coalesce(F("closed_by"), F("handoff__owner"))


def with_person(promises: QuerySet[SlaTimer]) -> QuerySet[SlaTimer]:
    """Each with `who`: the person that stopped the clock, else whose lead it is; None for nobody."""
    return promises.annotate(who=WHO)
