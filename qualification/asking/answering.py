"""A lead answers by its link."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from leads.models import Lead
from qualification.asking import said
from qualification.definition import FrameworkDefinition, parse
from qualification.models import Ask, LeadAnswer
from qualification.nurturing import following


def questions(ask: Ask) -> FrameworkDefinition:
    return parse(ask.framework.definition)


def lead_of(ask: Ask) -> Lead:
    """Who answers: the lead the link was made for, or the one it was merged into since."""
    return ask.lead.merged_into or ask.lead


def answer(ask: Ask, answers: Mapping[str, str], *, sending: uuid.UUID, at: datetime) -> bool:
    """Keeps answers by element; false if there was nothing new in them."""
    key = ask.framework.key
    words = {(key, element): text for element, text in answers.items()}
    lead, via = lead_of(ask), LeadAnswer.Via.LINK
    with transaction.atomic():
        new = said.keep(lead.pk, words, via=via, sending=sending, at=at)
        if new:
            Ask.objects.filter(pk=ask.pk).update(answered_at=at)
            said.tell(lead, name=ask.framework.name, via=via, sending=sending, at=at)
            following.answered(lead, key, at=at)
    return bool(new)


def given(ask: Ask) -> dict[str, str]:
    """What the lead said already, by element, so that it can be corrected."""
    latest = said.latest(lead_of(ask).pk)
    return {
        element: row.words
        for (framework, element), row in latest.items()
        if framework == ask.framework.key and row.via == LeadAnswer.Via.LINK
    }
