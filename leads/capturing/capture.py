"""A person tells us something by a form, by hand or through the API: the lead is made or joined, the event
is stored, and the pipeline is told. The answer never says whether the address was known."""

import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from psycopg.types.json import Jsonb

from accounts.models import User
from leads import journal
from leads.activity import events
from leads.activity.signatures import Look, numbers
from leads.identity import joining
from leads.identity.joining import Joined, Person, Policy, Result
from leads.identity.stitching import stitch, visitors
from leads.models import ContactKey, Form, Lead


def submit(
    form: Form,
    values: Mapping[str, Any],
    *,
    submission_id: uuid.UUID,
    at: datetime,
    anonymous_id: str = "",
    path: str = "",
    campaign: str = "",
) -> bool:
    """Takes one submission of a hosted form; false if this very submission was already taken."""
    try:
        with transaction.atomic():
            person = Person(values=values, campaign=campaign)
            joined = joining.join([person], policy=Policy.FILL, source=form.source, at=at)[0]
            _keep(form, joined, values, submission_id=submission_id, at=at)
            _store_visit(
                joined, form, at=at, anonymous_id=anonymous_id, path=path, campaign=campaign
            )
            _tell(joined, at=at)
    except _AlreadyTaken:
        return False
    return True


class _AlreadyTaken(Exception):
    """A double click, or the page sent again: what the second one did is rolled back."""


def _keep(
    form: Form, joined: Joined, values: Mapping[str, Any], *, submission_id: uuid.UUID, at: datetime
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_formsubmission (id, form_id, lead_id, answers, proposals, at)
               VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO NOTHING""",
            [
                submission_id, form.pk, joined.lead_id, json.dumps(dict(values)),
                json.dumps(joined.proposals), at,
            ],
        )  # fmt: skip
        if cursor.rowcount == 0:
            raise _AlreadyTaken


def _store_visit(
    joined: Joined, form: Form, *, at: datetime, anonymous_id: str, path: str, campaign: str
) -> None:
    look = Look("form", form.slug, path, campaign)
    signature, kind = numbers([look])[look]
    visitor = visitors([anonymous_id], at=at).get(anonymous_id) if anonymous_id else None
    if visitor is not None:
        stitch({visitor: joined.lead_id}, at=at)
    events.insert(
        [(visitor, joined.lead_id, at, at, kind, signature, 0, Jsonb({"form": form.name}))]
    )


def _tell(joined: Joined, *, at: datetime) -> None:
    kind = "lead.captured" if joined.result is Result.CREATED else "lead.active"
    if kind == "lead.captured":
        journal.write(kind, [joined.lead_id], at=at)
    else:
        journal.wake(kind, [joined.lead_id], at=at)
    if joined.proposals:
        journal.write(
            "lead.proposed", [joined.lead_id], at=at, data={"proposals": joined.proposals}
        )


def add(
    values: Mapping[str, Any],
    *,
    source: str,
    at: datetime,
    by: User | None = None,
    external: tuple[str, str] | None = None,
    policy: Policy = Policy.OVERWRITE,
) -> tuple[Lead, Result]:
    """Adds a lead by hand or API, or updates the one with the same e-mail or external id."""
    keys = [(f"{ContactKey.EXTERNAL}:{external[0]}", external[1])] if external else []
    person = Person(values=values, keys=keys, external_id=external[1] if external else "")
    with transaction.atomic():
        joined = joining.join([person], policy=policy, source=source, at=at, by=by)[0]
        kinds = {Result.CREATED: "lead.captured", Result.UPDATED: "lead.edited"}
        if joined.result in kinds:
            journal.write(kinds[joined.result], [joined.lead_id], at=at, by=by)
    return Lead.objects.get(pk=joined.lead_id), joined.result
