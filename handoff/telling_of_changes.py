"""One note for a whole change of promises, instead of a storm."""

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Role, User
from handoff import notifications
from handoff.models import PromiseChange
from handoff.notifications import Note


def tell(change: PromiseChange, *, at: datetime) -> None:
    """Managers, and whoever asked for it, hear what became of the clocks that ran."""
    policy, hours = change.policy_version, change.calendar_version
    version = policy or hours
    assert version is not None
    name = policy.policy.name if policy else str(hours.calendar if hours else "")
    said = {"name": name, "n": version.number, "moved": change.moved, "broken": change.broken}
    text = _(
        "%(name)s, version %(n)d, holds for clocks that run: %(moved)d moved, %(broken)d of them"
        " are past their new deadline and count in no report."
    ) % said  # fmt: skip
    people = {user.pk: user for user in User.objects.filter(role=Role.MANAGER, is_active=True)}
    if change.by is not None:
        people[change.by.pk] = change.by
    notes = [Note(user, "moved", f"change:{change.pk}", text) for user in people.values()]
    notifications.tell(notes, at=at)
