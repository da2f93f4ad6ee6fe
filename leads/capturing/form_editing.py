"""Hosted forms: made and changed by a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet

from accounts.models import User
from leads.models import Form

WRITABLE = (
    "name", "slug", "heading", "fields", "most_asked", "button", "source", "thanks", "redirect_url", "embed_hosts",
    "look", "least_seconds", "is_live",
)  # fmt: skip


class SlugTaken(Exception):
    """Another form has this address."""


def save(form: Form | None, values: Mapping[str, Any], *, by: User, at: datetime) -> Form:
    """Writes the WRITABLE `values` on a form, or makes a new one. Raises SlugTaken."""
    form = form or Form(created_by=by, created_at=at)
    for name in WRITABLE:
        setattr(form, name, values[name])
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        raise SlugTaken from None
    return form


def listed() -> QuerySet[Form]:
    """All forms with `sent`, the number of their submissions, and `waiting`, those of them in quarantine."""
    waiting = Count("submissions", filter=Q(submissions__state="suspected"))
    return Form.objects.annotate(sent=Count("submissions"), waiting=waiting)
