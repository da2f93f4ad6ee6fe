"""Chats as a person makes and changes them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from leads.fields import LeadField
from qualification import catalogue
from qualification.chatting.steps import EMAIL, Step
from qualification.definition import parse
from qualification.models import Chat, Conversation, Framework

WRITABLE = (
    "name", "slug", "greeting", "steps", "closing", "source", "purpose", "pages", "after_s", "embed_hosts",
    "least_seconds", "is_live",
)  # fmt: skip
SHOWN = 20


class SlugTaken(Exception):
    """Another chat has this address."""


def save(chat: Chat | None, values: Mapping[str, Any], *, by: User, at: datetime) -> Chat:
    """Writes the WRITABLE `values` on a chat, or makes a new one. Raises SlugTaken."""
    made = chat or Chat(created_by=by, created_at=at)
    for name in WRITABLE:
        setattr(made, name, values[name])
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise SlugTaken from None
    return made


def listed() -> QuerySet[Chat]:
    """All chats with `leads`, the conversations that made or joined one, and `waiting`, those suspected."""
    leads = Count("conversations", filter=Q(conversations__state=Conversation.State.TAKEN))
    waiting = Count("conversations", filter=Q(conversations__state=Conversation.State.SUSPECTED))
    return Chat.objects.annotate(leads=leads, waiting=waiting)


def conversations(chat: Chat) -> list[Conversation]:
    """The newest conversations, those that wait for a person first."""
    rows = chat.conversations.exclude(state=Conversation.State.LEFT).select_related("lead")
    suspected = Q(state=Conversation.State.SUSPECTED)
    waiting = list(rows.filter(suspected).order_by("-at")[:SHOWN])
    return [*waiting, *rows.exclude(suspected).order_by("-at")[:SHOWN]]


def begin(framework: Framework) -> list[Step]:
    """The steps of a new chat: the questions of a framework, then who it was."""
    definition = parse(framework.definition)
    asked = [
        Step(f"s{number}", element.question, f"{definition.key}.{element.key}", may_skip=True)
        for number, element in enumerate(definition.elements, 1)
    ]
    after = len(asked) + 1
    return [
        *asked,
        Step(f"s{after}", _("Where can we reach you by e-mail?"), EMAIL, may_skip=True),
        Step(f"s{after + 1}", _("And what is your name?"), "first_name", may_skip=True),
    ]


def subjects(known: Mapping[str, LeadField]) -> list[tuple[str, str]]:
    """What an answer can be about: (Step.about, name), elements of frameworks before fields of the lead."""
    elements = [
        (f"{one.key}.{element.key}", f"{one.name}: {element.name}")
        for one in (parse(framework.definition) for framework in catalogue.frameworks())
        for element in one.elements
    ]
    return [
        ("", _("Nothing we keep on the lead")),
        *elements,
        *((k, str(f.label)) for k, f in known.items()),
    ]
