"""A version that waits for a second person: who may approve is told, and then who proposed it."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policy import POLICY
from handoff.notifications import Note, tell
from leads.journal import Entry
from scoring.models import ModelVersion


def tell_of(entries: Sequence[Entry], at: datetime) -> None:
    """Follows model.proposed, model.approved and model.sent_back (version, proposer)."""
    versions = ModelVersion.objects.select_related("model").in_bulk(
        [entry.data["version"] for entry in entries]
    )
    approvers = list(User.objects.filter(role__in=POLICY["model.approve"], is_active=True))
    notes: list[Note] = []
    for entry in entries:
        version = versions.get(entry.data["version"])
        if version is not None:
            notes += _notes(entry, version, approvers)
    tell(notes, at=at)


def _notes(entry: Entry, version: ModelVersion, approvers: list[User]) -> list[Note]:
    kind, proposer = entry.kind.partition(".")[2], entry.data["proposer"]
    # The entry is named too: what was sent back may be proposed again.
    about = f"proposal:{version.model_id}:{version.number}:{entry.id}"
    if kind == "proposed":
        if version.state != ModelVersion.State.PROPOSED:
            return []
        told = [user for user in approvers if user.pk != proposer]
    else:
        told = list(
            User.objects.filter(pk=proposer, is_active=True).exclude(pk=entry.actor_id or 0)
        )
    return [Note(user, kind, about, _text(kind, version)) for user in told]


def _text(kind: str, version: ModelVersion) -> str:
    said = {"version": str(version), "comment": version.comment}
    if kind == "proposed":
        return _("%(version)s waits for somebody to approve it.") % said
    if kind == "approved":
        return _("%(version)s was approved.") % said
    return _("%(version)s was sent back: %(comment)s") % said
