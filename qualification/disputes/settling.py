"""How marketing settles a dispute: the fact is fixed, the criterion adjusted in a draft, or it says why not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from accounts.models import User
from leads import fields, journal, locks
from leads.editing import AddressTaken
from leads.fields import LeadField
from leads.models import Lead
from qualification.models import FactVerdict
from qualification.saying_no import judging
from qualification.saying_no.facts import OF_COMPANY
from qualification.saying_no.told import NotReady
from scoring.definition import Definition
from scoring.definition.reading import DefinitionError
from scoring.live import read
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import drafts

Settled = FactVerdict.Settled
Verdict = FactVerdict.Verdict
EVIDENCE = timedelta(days=90)


class AlreadySettled(Exception):
    """Somebody else settled it meanwhile."""


@dataclass(frozen=True)
class Proposal:
    """What the criterion gives in the draft or live, what it might give instead, and the verdicts that speak for
    that: so many of all said right in 90 days."""

    model: ScoringModel
    points: int
    proposed: int
    right: int
    verdicts: int


def model_of(dispute: FactVerdict) -> ScoringModel | None:
    """The model by which the lead crossed."""
    version = dispute.disposition.handoff.crossing.version
    found = ModelVersion.objects.select_related("model").filter(pk=version).first()
    return found.model if found else None


def proposal(dispute: FactVerdict, *, at: datetime) -> Proposal | None:
    """None where the criterion stands in no draft and no live version any more."""
    model = model_of(dispute)
    definition = _definition(model) if model else None
    criterion = definition.by_key.get(dispute.criterion) if definition else None
    if model is None or criterion is None:
        return None
    said = FactVerdict.objects.filter(criterion=dispute.criterion, at__gte=at - EVIDENCE).aggregate(
        right=Count("pk", filter=Q(verdict=Verdict.RIGHT)), all=Count("pk")
    )
    # One more on either side, so that a single verdict is not taken for the whole truth.
    proposed = round(criterion.points * (said["right"] + 1) / (said["all"] + 2))
    return Proposal(model, criterion.points, proposed, said["right"], said["all"])


def _definition(model: ScoringModel) -> Definition | None:
    draft, live = drafts.draft_and_live(model)
    base = draft or live
    return read(base) if base else None


def field_of(dispute: FactVerdict) -> LeadField | None:
    """The field that can be fixed, if there is one still."""
    return OF_COMPANY.get(dispute.field) or fields.catalogue().get(dispute.field)


def fix(dispute: FactVerdict, value: str, *, word: str, by: User, at: datetime) -> None:
    """The fact reads `value` from now on, which may be what stands there. Raises NotReady or AlreadySettled."""
    field = field_of(dispute)
    if field is None:
        raise NotReady({"value": _("There is no such field any more.")})
    kept, errors = fields.clean({field.key: value}, fields={field.key: field})
    if errors:
        raise NotReady({"value": errors[field.key]})
    if field.key not in kept and field.key.startswith(judging.KEPT):
        raise NotReady({"value": _("Say what is right.")})
    with transaction.atomic():
        lead = _hold(dispute)
        _settle(dispute, Settled.FIXED, word=word, by=by, at=at)
        try:
            judging.correct(lead, {field.key: kept.get(field.key)}, by=by, at=at, source="By hand")
        except AddressTaken as taken:
            raise NotReady({"value": _("Another lead has this e-mail address.")}) from taken


def adjust(
    dispute: FactVerdict, points: int, *, alike: bool, word: str, by: User, at: datetime
) -> ModelVersion:
    """Puts other points of the criterion into the draft of its model; with `alike` this answers every open dispute
    about it. Raises NotReady or AlreadySettled."""
    model = model_of(dispute)
    if model is None:
        raise NotReady({"points": _("The model is gone.")})
    with transaction.atomic():
        _hold(dispute)
        _settle(dispute, Settled.ADJUSTED, word=word, by=by, at=at)
        try:
            draft = drafts.edit(model, drafts.points(dispute.criterion, points), by=by, at=at)
        except drafts.Gone as gone:
            raise NotReady({"points": _("The criterion is gone from the draft.")}) from gone
        except DefinitionError as error:
            raise NotReady(
                {"points": " ".join(t for ts in error.problems.values() for t in ts)}
            ) from error
        if draft.state != ModelVersion.State.DRAFT:
            raise NotReady({"points": _("That is what it gives already.")})
        FactVerdict.objects.filter(pk=dispute.pk).update(draft=draft)
        if alike:
            _settle_alike(dispute, draft, word=word, by=by, at=at)
    return draft


def disagree(dispute: FactVerdict, *, word: str, by: User, at: datetime) -> None:
    """It stays as it is, and the rep hears why. Raises NotReady without a word, or AlreadySettled."""
    if not word.strip():
        raise NotReady({"word": _("Say why, for the rep who reads it.")})
    with transaction.atomic():
        _hold(dispute)
        _settle(dispute, Settled.DISAGREED, word=word, by=by, at=at)


def _hold(dispute: FactVerdict) -> Lead:
    lead_id = dispute.disposition.handoff.lead_id
    locks.hold([lead_id])
    return Lead.objects.get(pk=lead_id)


def _settle(dispute: FactVerdict, how: str, *, word: str, by: User, at: datetime) -> None:
    settled = FactVerdict.objects.filter(pk=dispute.pk, settled_at=None).update(
        settled_as=how, settled_by=by, settled_at=at, word=word.strip()[:1000]
    )
    if not settled:
        raise AlreadySettled
    data = _told(dispute.pk, dispute.label, how, word)
    journal.write("fact.settled", [dispute.disposition.handoff.lead_id], at=at, by=by, data=data)


def _settle_alike(
    dispute: FactVerdict, draft: ModelVersion, *, word: str, by: User, at: datetime
) -> None:
    alike = FactVerdict.objects.filter(criterion=dispute.criterion, settled_at=None)
    open_ones = alike.exclude(verdict=Verdict.RIGHT).select_for_update(of=("self",)).order_by("pk")
    rows = list(open_ones.values_list("pk", "label", "disposition__handoff__lead"))
    FactVerdict.objects.filter(pk__in=[row[0] for row in rows]).update(
        settled_as=Settled.ADJUSTED, settled_by=by, settled_at=at, word=word.strip()[:1000],
        draft=draft,
    )  # fmt: skip
    told = [(lead_id, _told(pk, label, Settled.ADJUSTED, word)) for pk, label, lead_id in rows]
    journal.write_each("fact.settled", told, at=at, by=by)


def _told(pk: int, label: str, how: str, word: str) -> dict[str, Any]:
    return {"verdict": pk, "label": label, "kind": how, "note": word.strip()[:500]}
