"""A draft becomes a proposal, a second person says yes where the organisation wants one, and it goes live now
or on its day. Every step is a move between states under the model's lock."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from leads import journal
from scoring.definition.reading import DefinitionError
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import forecast, versions
from scoring.publishing.versions import NO_REASON, DraftChanged

State = ModelVersion.State
OPEN: set[str] = {State.PROPOSED, State.APPROVED, State.SCHEDULED}


class OwnProposal(Exception):
    """Who proposes does not approve."""


class AnotherProposal(Exception):
    """One is under way already; `version` is it."""

    def __init__(self, version: ModelVersion) -> None:
        super().__init__(str(version))
        self.version = version


class AnotherDraft(Exception):
    """There is a newer draft, and a model has only one."""


@dataclass(frozen=True)
class Plan:
    """Why, what is expected of it, and from when (None: as soon as it may). Of leads that cross only because
    the rules changed: whether handoffs are opened, whether sales is told, and if in slices, how many a day."""

    reason: str
    expectation: str
    opens_handoffs: bool = False
    notifies: bool = True
    slice_size: int | None = None
    slice_order: str = ModelVersion.SliceOrder.HIGHEST
    goes_live_at: datetime | None = None

    def problems(self, at: datetime) -> dict[str, list[str]]:
        """What is wrong, by field."""
        found: dict[str, list[str]] = {}
        if not self.reason.strip():
            found["reason"] = [str(NO_REASON)]
        if not self.expectation.strip():
            found["expectation"] = [_("Say what you expect of it: it is held against what comes.")]
        if self.goes_live_at is not None and self.goes_live_at <= at:
            found["goes_live_at"] = [_("Give a moment to come.")]
        return found

    def kept(self) -> dict[str, Any]:
        return {
            "reason": self.reason.strip(), "expectation": self.expectation.strip(),
            # Slices are opened out of crossings that are held.
            "opens_handoffs": self.opens_handoffs and not self.slice_size,
            "notifies": self.notifies, "goes_live_at": self.goes_live_at,
            "slice_size": self.slice_size if self.opens_handoffs else None,
            "slice_order": self.slice_order,
        }  # fmt: skip


def under_way(model: ScoringModel) -> ModelVersion | None:
    """The proposal that waits for somebody or for its day."""
    people = ("model", "proposed_by", "approved_by")
    return model.versions.filter(state__in=OPEN).select_related(*people).first()


def propose(draft: ModelVersion, plan: Plan, *, by: User, at: datetime) -> ModelVersion:
    """The draft becomes a proposal, or goes live or onto its day where nobody need approve. Raises
    DefinitionError, DraftChanged, AnotherProposal."""
    problems = plan.problems(at)
    if problems:
        raise DefinitionError(problems)
    expected = forecast.work_out(draft, at=at)
    with transaction.atomic():
        model = versions.hold(draft.model_id)
        other = under_way(model)
        if other is not None:
            raise AnotherProposal(other)
        kept = {**plan.kept(), "expected": expected, "comment": ""}
        _move(draft, {State.DRAFT}, State.PROPOSED, proposed_by=by, proposed_at=at, **kept)
        _note("model.proposed", draft, by, at)
        if not model.needs_approval:
            _settle(draft, by=by, at=at)
    return draft


def revert(version: ModelVersion, *, reason: str, by: User, at: datetime) -> ModelVersion:
    """What an earlier version said is live again, as a version of its own, or is proposed where a second
    person approves; it calls nobody. Raises DefinitionError, DraftChanged, AnotherProposal."""
    expected = forecast.forecast(version, at=at) if version.model.needs_approval else {}
    with transaction.atomic():
        model = versions.hold(version.model_id)
        if not model.needs_approval:
            made = versions.again(version, reason=reason, by=by, at=at, state=State.RETIRED)
            versions.go_live(made, {State.RETIRED}, by=by, at=at)
            return made
        other = under_way(model)
        if other is not None:
            raise AnotherProposal(other)
        proposed = {"state": State.PROPOSED, "proposed_by": by, "proposed_at": at}
        made = versions.again(version, reason=reason, by=by, at=at, expected=expected, **proposed)
        _note("model.proposed", made, by, at)
    return made


def approve(version: ModelVersion, *, by: User, at: datetime) -> ModelVersion:
    """A second person says yes. Raises OwnProposal, DraftChanged if it no longer waits for that."""
    with transaction.atomic():
        versions.hold(version.model_id)
        version.refresh_from_db()
        if version.state != State.PROPOSED:
            raise DraftChanged
        if version.proposed_by_id == by.pk:
            raise OwnProposal
        _move(version, {State.PROPOSED}, State.APPROVED, approved_by=by, approved_at=at)
        _note("model.approved", version, by, at)
        _settle(version, by=by, at=at)
    return version


def send_back(version: ModelVersion, *, comment: str, by: User, at: datetime) -> ModelVersion:
    """It is a draft again, with a word of why. Raises DraftChanged, AnotherDraft, DefinitionError."""
    if not comment.strip():
        raise DefinitionError({"comment": [_("Say what should change.")]})
    with transaction.atomic():
        versions.hold(version.model_id)
        version.refresh_from_db()
        proposer = version.proposed_by_id
        try:
            with transaction.atomic():
                gone: dict[str, Any] = {"proposed_by": None, "approved_by": None, "approved_at": None,
                                        "proposed_at": None, "goes_live_at": None, "reverts_to": None}  # fmt: skip
                _move(version, OPEN, State.DRAFT, comment=comment.strip(), **gone)
        except IntegrityError as error:
            raise AnotherDraft from error
        _note("model.sent_back", version, by, at, proposer)
    return version


def publish_due(at: datetime) -> bool:
    """Publishes a version whose moment has come; false when there is none. One transaction: killed at any
    moment it happened or did not."""
    due = ModelVersion.objects.filter(state=State.SCHEDULED, goes_live_at__lte=at)
    version = due.select_related("approved_by", "proposed_by").order_by("goes_live_at").first()
    if version is None:
        return False
    by = version.approved_by or version.proposed_by
    try:
        with transaction.atomic():
            versions.hold(version.model_id)
            versions.go_live(version, {State.SCHEDULED}, by=by, at=at)
    except DraftChanged:
        # Another worker was faster, or somebody sent it back.
        return False
    return True


def silent(version_ids: Collection[int]) -> set[int]:
    """Those of the versions whose handoffs are opened without telling anybody."""
    found = ModelVersion.objects.filter(pk__in=version_ids, notifies=False)
    return set(found.values_list("pk", flat=True))


def _settle(version: ModelVersion, *, by: User, at: datetime) -> None:
    if version.goes_live_at is not None and version.goes_live_at > at:
        _move(version, OPEN, State.SCHEDULED)
    else:
        versions.go_live(version, OPEN, by=by, at=at)


def _move(version: ModelVersion, states: set[str], to: str, **values: Any) -> None:
    """Raises DraftChanged if the version is not in `states`, or says something else, by now."""
    same = ModelVersion.objects.filter(pk=version.pk, digest=version.digest, state__in=states)
    if not same.update(state=to, **values):
        raise DraftChanged
    version.refresh_from_db()


def _note(
    kind: str, version: ModelVersion, by: User, at: datetime, proposer: int | None = None
) -> None:
    data = {"version": version.pk, "proposer": proposer or version.proposed_by_id}
    journal.write(kind, [None], at=at, by=by, data=data)
