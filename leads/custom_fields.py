"""Custom fields: declared before they can be filled, so that rules and imports know their type."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from leads.models import AttributeField


class KeyTaken(Exception):
    """There is a field with this key already."""


def declare(*, key: str, label: str, type: str, choices: Sequence[str] = ()) -> AttributeField:
    """A new field of leads. `choices` counts for the type choice only. Raises KeyTaken."""
    kept = list(dict.fromkeys(choices)) if type == AttributeField.Type.CHOICE else []
    try:
        with transaction.atomic():
            return AttributeField.objects.create(key=key, label=label, type=type, choices=kept)
    except IntegrityError:
        raise KeyTaken from None
