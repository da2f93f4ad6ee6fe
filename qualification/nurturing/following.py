"""A link of an e-mail is followed, and questions are answered: the lead is active, and may leave its sequence."""

from datetime import datetime

from django.db import transaction

from handoff import handoffs
from handoff.models import RoutingDecision
from leads import crossings, journal
from leads.activity import events
from leads.activity.signatures import Look, numbers
from leads.models import HUMANS, Lead
from qualification.asking import said
from qualification.catalogue import newest
from qualification.definition import parse
from qualification.models import Enrolment, SequenceMail
from qualification.nurturing.composing import Place
from qualification.nurturing.leaving import leave

End = Enrolment.End
# What a lead says of itself counts as stated.
STATED = 2


def follow(place: Place, *, trust: int, at: datetime) -> bool:
    """Somebody followed a link of a mail; `trust` is the class of who did. A person's first click is an event, and
    ends a sequence that ends so; says whether it was that. A program's is nothing."""
    if trust not in HUMANS:
        return False
    first = SequenceMail.objects.filter(pk=place.mail.pk, clicked_at=None)
    with transaction.atomic():
        is_first = bool(first.update(clicked_at=at))
        if is_first:
            _first_click(place.mail, trust, at)
    return is_first


def _first_click(mail: SequenceMail, trust: int, at: datetime) -> None:
    lead_id = handoffs.hold_lead(mail.enrolment.lead_id)
    look = Look("email_click", mail.step.subject[:120], "", mail.enrolment.sequence.name)
    signature, kind = numbers([look])[look]
    events.insert([(None, lead_id, at, at, kind, signature, trust, {})])
    journal.wake("lead.active", [lead_id], at=at)
    if mail.enrolment.sequence.ends_on_click:
        leave([lead_id], End.CLICKED, at=at)


def answered(lead: Lead, framework: str, *, at: datetime) -> bool:
    """Whoever answers the questions has replied. Where the answers reach the gate of the framework, a lead that routing
    nurtures is handed over; says whether. Call it inside the transaction of the answer."""
    leave([lead.pk], End.REPLIED, at=at)
    if not reaches_gate(lead.pk, framework):
        return False
    nurtured = RoutingDecision.objects.filter(
        lead=lead, outcome=RoutingDecision.Outcome.NURTURE, crossing__handoff=None
    )
    ids = list(nurtured.values_list("crossing", flat=True))
    # No rule holds it back once more: it has said what the rules wanted to know.
    return bool(ids and crossings.open_held(ids, at=at, by=None))


def reaches_gate(lead_id: int, framework: str) -> bool:
    """Whether what the lead itself said is enough, each answer taken as stated. A framework without a gate asks for
    every element."""
    found = newest(framework)
    if found is None:
        return False
    definition = parse(found.definition)
    told = {key[1] for key in said.latest(lead_id) if key[0] == framework}
    if not (definition.gate.least or definition.gate.sum):
        return all(element.key in told for element in definition.elements)
    return not definition.below_gate(dict.fromkeys(told, STATED))
