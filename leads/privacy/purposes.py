"""Purposes that people agree to, and the texts they are asked in."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify

from accounts.models import User
from leads.models import ConsentPurpose, ConsentText


class NameTaken(Exception):
    """There is a purpose with this name already."""


def add(
    *, name: str, description: str, covers_activity: bool, text: str, by: User | None, at: datetime
) -> ConsentPurpose:
    """A new purpose with the first version of its text. Raises NameTaken."""
    last = ConsentPurpose.objects.aggregate(last=Max("position"))["last"] or 0
    key = slugify(name).replace("-", "_")[:60] or f"purpose_{last + 1}"
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
