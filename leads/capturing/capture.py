"""A person tells us something by a form, by hand or through the API: the lead is made or joined, the event
is stored, and the pipeline is told. The answer never says whether the address was known."""

import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.models import User
from leads import journal
from leads.activity import events
from leads.activity.signatures import Look, numbers
from leads.capturing import proposals, spam
from leads.identity import joining, phones
from leads.identity.joining import Joined, Person, Policy, Result
from leads.identity.stitching import stitch, visitors
from leads.models import ContactKey, Form, FormSubmission, Lead
from leads.privacy import consents
from leads.privacy.consents import Given

# The same answers to the same form within this time are one submission, whatever page they came from.
AGAIN = timedelta(seconds=60)
State = FormSubmission.State


@dataclass(frozen=True)
class Visit:
    """What else a submission came with: the browser's id, the page and the campaign, none of it proved; the
    consents that were ticked, with the id of the text that was read; and consents.proof() of who ticked them."""

    anonymous_id: str = ""
    path: str = ""
    campaign: str = ""
    consents: Mapping[str, int] = field(default_factory=dict)
    proof: Mapping[str, Any] = field(default_factory=dict)


def submit(
    form: Form,
    values: Mapping[str, Any],
    *,
    submission_id: uuid.UUID,
    at: datetime,
    visit: Visit | None = None,
    marks: Sequence[str] = (),
) -> bool:
    """Takes the cleaned `values` of one submission of a form; false if it was taken already: the same page sent
    the same answers before, or anybody did within a minute. `marks` are keys of spam.MARKS; what is suspected
    makes no lead and waits in quarantine."""
    visit = visit or Visit()
    digest = _digest([dict(values), dict(visit.consents)])
    key = uuid.uuid5(submission_id, digest.hex())
    suspected = spam.suspected(marks)
    with transaction.atomic():
        if _was_here(form, key, digest, at=at):
            return False
        lead_id = None if suspected else take(form, values, visit, said_at=at, at=at)
        state = State.SUSPECTED if suspected else State.TAKEN
        _keep([key, form.pk, lead_id, dict(values), asdict(visit), digest, state, list(marks), at])
    return True


def _digest(said: Any) -> bytes:
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).digest()


def _was_here(form: Form, key: uuid.UUID, digest: bytes, *, at: datetime) -> bool:
    """Whoever sends the same at the same moment waits here until the first one is through."""
    with connection.cursor() as cursor:
        lock = int.from_bytes(digest[:8], signed=True) ^ form.pk
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [lock])
        cursor.execute(
            """SELECT EXISTS (SELECT FROM leads_formsubmission WHERE id = %s)
                   OR EXISTS (SELECT FROM leads_formsubmission
                               WHERE form_id = %s AND digest = %s AND at > %s)""",
            [key, form.pk, digest, at - AGAIN],
        )
        return bool(cursor.fetchone()[0])


def _keep(row: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_formsubmission
                      (id, form_id, lead_id, answers, came, digest, state, marks, at)
               VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)""",
            [json.dumps(cell) if isinstance(cell, dict | list) else cell for cell in row],
        )


def take(
    form: Form, values: Mapping[str, Any], visit: Visit, *, said_at: datetime, at: datetime
) -> int:
    """Makes or joins the lead of a submission that was `said_at`, in the caller's transaction; its id."""
    person = Person(values=values, campaign=visit.campaign, created_at=said_at)
    joined = joining.join([person], policy=Policy.FILL, source=form.source, at=at)[0]
    _store_visit(joined, form, visit, said_at=said_at, at=at)
    _tell(joined, at=at)
    proposals.keep([joined], source=form.name, at=at)
    _agree(joined.lead_id, form, visit, said_at=said_at)
    return joined.lead_id


def _agree(lead_id: int, form: Form, visit: Visit, *, said_at: datetime) -> None:
    """Only a tick says something: whoever leaves a box empty takes nothing back."""
    given = [
        Given(lead_id, purpose, True, text, source=form.name[:80], proof=visit.proof)
        for purpose, text in sorted(visit.consents.items())
    ]
    consents.record(given, at=said_at)


def _store_visit(
    joined: Joined, form: Form, visit: Visit, *, said_at: datetime, at: datetime
) -> None:
    look = Look("form", form.slug, visit.path, visit.campaign)
    signature, kind = numbers([look])[look]
    browser = visit.anonymous_id
    visitor = visitors([browser], at=at)[browser] if browser else None
    if visitor is not None:
        stitch({visitor: joined.lead_id}, at=at)
    said = {"form": form.name}
    events.insert([(visitor, joined.lead_id, said_at, at, kind, signature, 0, said)])


def _tell(joined: Joined, *, at: datetime) -> None:
    if joined.result is Result.CREATED:
        journal.write("lead.captured", [joined.lead_id], at=at)
    else:
        journal.wake("lead.active", [joined.lead_id], at=at)


@dataclass(frozen=True)
class New:
    """A lead to be added: cleaned values, where it comes from, its id in another system ("" for none), and
    whether the sender verified that the phone is this person's."""

    values: Mapping[str, Any]
    source: str
    external: tuple[str, str] | None = None
    phone_verified: bool = False

    def person(self) -> Person:
        keys = phones.keys(self.values) if self.phone_verified else []
        if self.external is None:
            return Person(self.values, keys, source=self.source)
        keys.append((f"{ContactKey.EXTERNAL}:{self.external[0]}", self.external[1]))
        return Person(self.values, keys, external_id=self.external[1], source=self.source)


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
    new = New(values, source, external)
    joined = add_all([new], source=source, at=at, by=by, policy=policy)[0]
    return Lead.objects.get(pk=joined.lead_id), joined.result


def add_all(
    people: Sequence[New], *, source: str, at: datetime, by: User | None, policy: Policy
) -> list[Joined]:
    """Adds or updates a set of leads in a fixed number of statements; one Joined each, in order."""
    with transaction.atomic():
        joined = joining.join(
            [one.person() for one in people], policy=policy, source=source, at=at, by=by
        )
        created = {one.lead_id for one in joined if one.result is Result.CREATED}
        updated = {one.lead_id for one in joined if one.result is Result.UPDATED} - created
        journal.write("lead.captured", sorted(created), at=at, by=by)
        journal.write("lead.edited", sorted(updated), at=at, by=by)
    return joined
