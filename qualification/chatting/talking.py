"""A conversation is stored from the moment the visitor left an address, and makes the same lead and answers as
every other way in. What strangers said who left none is never written down."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from leads import journal
from leads.capturing import proposals, spam
from leads.identity import joining
from leads.identity.joining import Joined, Person, Policy, Result
from leads.identity.stitching import stitch, visitors
from leads.models import Lead
from leads.privacy import consents
from leads.privacy.consents import Given
from qualification.asking import said
from qualification.asking.said import Place
from qualification.chatting.steps import Step
from qualification.models import Chat, Conversation, Enrolment, LeadAnswer
from qualification.nurturing import following
from qualification.nurturing.leaving import leave

State = Conversation.State


@dataclass(frozen=True)
class Visit:
    """What a conversation came with: the browser's id, the page and the campaign. None of it is proved. `text`
    is the ConsentText that was agreed to, `proof` what is kept of how."""

    anonymous_id: str = ""
    path: str = ""
    campaign: str = ""
    text: int | None = None
    proof: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Talk:
    """A conversation so far: the steps that were answered with the words, and the cleaned values among them."""

    id: uuid.UUID
    lines: Sequence[tuple[Step, str]]
    values: Mapping[str, Any]
    is_done: bool

    @property
    def answers(self) -> list[tuple[str, str, str]]:
        """(framework, element, words) of what belongs on a card."""
        return [(*step.element, words) for step, words in self.lines if step.element and words]


def keep(chat: Chat, talk: Talk, visit: Visit, *, marks: Sequence[str], at: datetime) -> None:
    """Stores a conversation that has an address, or what was added to it since. Whoever is suspected to be a
    program (`marks`, see spam.MARKS) makes no lead and waits for a person."""
    with transaction.atomic():
        row = _row(chat, talk, visit, marks, at=at)
        if row.state == State.TAKEN:
            _take(row, visit, at=at)


def _row(
    chat: Chat, talk: Talk, visit: Visit, marks: Sequence[str], *, at: datetime
) -> Conversation:
    """The row of the conversation, locked, with all that was said by now."""
    first = State.SUSPECTED if spam.suspected(marks) else State.TAKEN
    began = {"chat": chat, "state": first, "came": asdict(visit), "marks": list(marks), "at": at}
    Conversation.objects.bulk_create([Conversation(pk=talk.id, **began)], ignore_conflicts=True)
    row = (
        Conversation.objects.select_for_update(of=("self",)).select_related("chat").get(pk=talk.id)
    )
    row.lines = [[step.ask, words] for step, words in talk.lines]
    row.values, row.answers = dict(talk.values), [list(answer) for answer in talk.answers]
    row.is_done = row.is_done or talk.is_done
    row.save(update_fields=["lines", "values", "answers", "is_done"])
    return row


def release(row_id: uuid.UUID, *, at: datetime) -> bool:
    """A person says that no program wrote this: it makes its lead now. False if that was decided already."""
    with transaction.atomic():
        waiting = Conversation.objects.filter(pk=row_id, state=State.SUSPECTED)
        row = waiting.select_for_update(of=("self",)).select_related("chat").first()
        if row is not None:
            row.state = State.TAKEN
            row.save(update_fields=["state"])
            _take(row, Visit(**row.came), at=at)
    return row is not None


def leave_out(row_id: uuid.UUID) -> bool:
    """A person says that a program wrote this. False if that was decided already."""
    waiting = Conversation.objects.filter(pk=row_id, state=State.SUSPECTED)
    return bool(waiting.update(state=State.LEFT))


def _take(row: Conversation, visit: Visit, *, at: datetime) -> None:
    person = Person(values=row.values, campaign=visit.campaign, created_at=row.at)
    joined = joining.join([person], policy=Policy.FILL, source=row.chat.source, at=at)[0]
    proposals.keep([joined], source=row.chat.name, at=at)
    if row.lead_id is None:
        _begin(row, joined, visit, at=at)
    elif joined.result is Result.UPDATED:
        journal.write("lead.edited", [joined.lead_id], at=at)
    answers = {(framework, element): words for framework, element, words in row.answers}
    via = LeadAnswer.Via.CHAT
    new = said.keep(joined.lead_id, answers, via=via, sending=row.pk, at=at)
    # Whoever talks to us has replied, also to what we wrote.
    leave([joined.lead_id], Enrolment.End.REPLIED, at=at)
    lead = Lead.objects.get(pk=joined.lead_id)
    for framework in sorted({framework for framework, _element in answers}) if new else ():
        following.answered(lead, framework, at=at)


def _begin(row: Conversation, joined: Joined, visit: Visit, *, at: datetime) -> None:
    """What is done once a conversation: whose it is, the event, and what was agreed to."""
    row.lead_id = joined.lead_id
    row.save(update_fields=["lead"])
    browser = visit.anonymous_id
    visitor = visitors([browser], at=at)[browser] if browser else None
    if visitor is not None:
        stitch({visitor: joined.lead_id}, at=at)
    if joined.result is Result.CREATED:
        journal.write("lead.captured", [joined.lead_id], at=at)
    lead = Lead.objects.select_related("owner").get(pk=joined.lead_id)
    place = Place(visitor, visit.path, visit.campaign)
    said.tell(lead, name=row.chat.name, via=LeadAnswer.Via.CHAT, sending=row.pk, at=at, place=place)
    if visit.text is not None:
        given = Given(
            joined.lead_id, row.chat.purpose, True, visit.text, row.chat.name, visit.proof
        )
        consents.record([given], at=at)
