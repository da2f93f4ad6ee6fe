"""A lead added by a person or a machine. Whoever works in a team goes on seeing what they added."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts import policy
from accounts.models import ApiKey, User
from leads import editing
from leads.capturing import capture
from leads.capturing.capture import New
from leads.identity.joining import Joined, Policy, Result
from leads.models import Lead


def add(
    values: Mapping[str, Any],
    *,
    source: str,
    by: User | ApiKey | None,
    at: datetime,
    external: tuple[str, str] | None = None,
) -> tuple[Lead, Result]:
    """Adds a lead of cleaned values, or joins the one with the same e-mail or external id.

    People fill empty fields of a lead that exists already, machines overwrite. Somebody who sees only the
    leads of their teams becomes the owner of a lead they made."""
    person = by if isinstance(by, User) else None
    with transaction.atomic():
        lead, result = capture.add(
            values, source=source, at=at, by=person, external=external,
            policy=Policy.FILL if person else Policy.OVERWRITE,
        )  # fmt: skip
        if result is Result.CREATED and person and _sees_teams_only(person):
            editing.assign([lead.pk], owner=person, team=person.teams.first())
    return lead, result


def add_all(people: Sequence[New], *, by: User | ApiKey | None, at: datetime) -> list[Joined]:
    """As add() does, for a set, in a fixed number of statements; one Joined each, in order."""
    person = by if isinstance(by, User) else None
    policy = Policy.FILL if person else Policy.OVERWRITE
    with transaction.atomic():
        joined = capture.add_all(people, source="API", at=at, by=person, policy=policy)
        if person and _sees_teams_only(person):
            made = {one.lead_id for one in joined if one.result is Result.CREATED}
            editing.assign(sorted(made), owner=person, team=person.teams.first())
    return joined


def add_by_hand(values: Mapping[str, Any], *, source: str, by: User, at: datetime) -> Lead:
    """A new lead of cleaned values. Raises AddressTaken when the e-mail belongs to a lead already."""
    with transaction.atomic():
        lead, result = add(values, source=source, by=by, at=at)
        if result is not Result.CREATED:
            raise editing.AddressTaken(lead)
    return lead


def _sees_teams_only(person: User) -> bool:
    return policy.scope(person, "lead.view") in (policy.Scope.TEAM, policy.Scope.OWN)
