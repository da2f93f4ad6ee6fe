"""Purposes that people agree to, and the texts they are asked in."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import User
from leads.models import ConsentPurpose, ConsentText, Lead
from leads.privacy import consents
from leads.privacy.consents import Standing


class NameTaken(Exception):
    """There is a purpose with this name already."""


def add(
    *, name: str, description: str, covers_activity: bool, text: str, by: User | None, at: datetime
) -> ConsentPurpose:
    """A new purpose with the first version of its text. Raises NameTaken."""
    last = ConsentPurpose.objects.aggregate(last=Max("position"))["last"] or 0
    key = slugify(name).replace("-", "_")[:60] or f"purpose_{last + 1}"
    if ConsentPurpose.objects.filter(name__iexact=name).exists():
        raise NameTaken
    try:
        with transaction.atomic():
            made = ConsentPurpose.objects.create(
                key=key,
                name=name,
                description=description,
                covers_activity=covers_activity,
                position=last + 1,
            )
            reword(made, text, by=by, at=at)
    except IntegrityError:
        raise NameTaken from None
    return made


def change(
    purpose: ConsentPurpose, values: Mapping[str, Any], *, by: User | None, at: datetime
) -> None:
    """Writes name, description, covers_activity and is_active, and the text as a version if it says something
    else. Raises NameTaken."""
    named = ConsentPurpose.objects.filter(name__iexact=values["name"]).exclude(pk=purpose.pk)
    if named.exists():
        raise NameTaken
    with transaction.atomic():
        ConsentPurpose.objects.filter(pk=purpose.pk).update(
            **{key: value for key, value in values.items() if key != "text"}
        )
        reword(purpose, values["text"], by=by, at=at)


def reword(purpose: ConsentPurpose, text: str, *, by: User | None, at: datetime) -> ConsentText:
    """The text as a new version; the newest version if it says just this."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    with transaction.atomic():
        ConsentPurpose.objects.select_for_update().get(pk=purpose.pk)
        newest = purpose.texts.first()
        if newest is not None and newest.digest == digest:
            return newest
        return ConsentText.objects.create(
            purpose=purpose,
            version=newest.version + 1 if newest else 1,
            text=text,
            digest=digest,
            created_by=by,
            created_at=at,
        )


@dataclass(frozen=True)
class Counted:
    """A purpose, its newest words, and how many of the living leads say yes and no to it."""

    purpose: ConsentPurpose
    text: ConsentText | None
    yes: int
    no: int


def counted() -> list[Counted]:
    """All purposes in their order; three statements."""
    counts: dict[tuple[int, bool], int] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT purpose_id, granted, count(*) FROM (
                   SELECT DISTINCT ON (c.lead_id, c.purpose_id) c.purpose_id, c.granted
                     FROM leads_consent c JOIN leads_lead l ON l.id = c.lead_id
                    WHERE l.erased_at IS NULL AND l.merged_into_id IS NULL
                    ORDER BY c.lead_id, c.purpose_id, c.at DESC, c.id DESC) newest
                GROUP BY 1, 2"""
        )
        counts = {(pk, granted): count for pk, granted, count in cursor.fetchall()}
    texts = {text.purpose_id: text for text in ConsentText.objects.order_by("version")}
    return [
        Counted(one, texts.get(one.pk), counts.get((one.pk, True), 0), counts.get((one.pk, False), 0))
        for one in ConsentPurpose.objects.all()
    ]  # fmt: skip


@dataclass(frozen=True)
class OfLead:
    """A purpose with what the lead said to it; `standing` is None where nobody asked."""

    purpose: ConsentPurpose
    text: ConsentText | None
    standing: Standing | None


def of_lead(lead: Lead) -> list[OfLead]:
    """The purposes in use, and those that the lead answered once; three statements."""
    known = consents.standing([lead.pk]).get(lead.pk, {})
    texts = {text.purpose_id: text for text in ConsentText.objects.order_by("version")}
    return [
        OfLead(one, texts.get(one.pk), known.get(one.key))
        for one in ConsentPurpose.objects.all()
        if one.is_active or one.key in known
    ]
