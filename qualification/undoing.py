"""A decision undone within seconds: everything is as it was, and the story says so."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from handoff import handoffs, ledger, reopening
from handoff.models import Handoff
from leads import editing, journal, lifecycle
from leads.models import JournalEntry, Lead, LeadScore, Outcome
from qualification.closing import passing
from qualification.models import Disposition, Scorecard, Undo
from qualification.saying_no import judging

SECONDS = 10
# What was pressed in the last second may still be on its way.
GRACE = timedelta(seconds=3)
FORGOTTEN = timedelta(hours=1)

# What may befall a lead meanwhile without saying anything of the decision, and what it brings about itself.
QUIET = (
    "lead.active", "lead.relabelled", "lead.rebanded", "lead.warmed", "lead.enriched", "lead.looked_at",
    "timer.rang", "sql.passed", "lead.enrolled",
)  # fmt: skip


class CannotUndo(Exception):
    """The text says why, for whoever wants to undo."""


def before(handoff: Handoff) -> dict[str, Any]:
    """What a decision is about to replace. The caller holds the lead."""
    held = Handoff.objects.get(pk=handoff.pk)
    score = LeadScore.objects.get(lead=held.lead_id)
    return {
        **reopening.keep(held),
        "stage": score.stage,
        "armed": score.armed,
        "armed_from": score.armed_from.isoformat() if score.armed_from else None,
        "owner": score.owner_id,
        "team": score.team_id,
    }


def keep(disposition: Disposition, kept: dict[str, Any], *, at: datetime) -> None:
    """Keeps it with the decision, whose journal entry was just written, and throws away what nobody can undo."""
    lead_id = disposition.handoff.lead_id
    entry = JournalEntry.objects.filter(lead=lead_id).order_by("-id").values_list("id", flat=True)
    Undo.objects.create(disposition=disposition, entry=entry[0], kept=kept, at=at)
    Undo.objects.filter(at__lt=at - FORGOTTEN).delete()


def undo(handoff: Handoff, *, by: User, at: datetime) -> None:
    """Takes the decision on this handoff back. Raises CannotUndo after SECONDS, for anybody but who decided, and
    when something else happened to the lead since."""
    with transaction.atomic():
        handoffs.hold(handoff)
        decided = _decided(handoff, by=by, at=at)
        kept, lead = decided.undo.kept, Lead.objects.get(pk=handoff.lead_id)
        if not passing.take_back(handoff, at=at):
            raise CannotUndo(_("An opportunity was opened with it. Deal with that first."))
        judging.take_back(decided.verdicts.order_by("-pk"), lead, by=by, at=at)
        if reopening.reopen(kept, ended_as=decided.result, at=at) is None:
            raise CannotUndo(_("Somebody else has this lead in hand by now."))
        ledger.undecided(handoff.pk, at=at)
        _put_back(lead, kept, by=by, at=at)
        _forget(decided, lead)
        data = {"handoff": handoff.pk, "result": decided.result}
        journal.write("handoff.undone", [lead.pk], at=at, by=by, data=data)


def _decided(handoff: Handoff, *, by: User, at: datetime) -> Disposition:
    decided = Disposition.objects.select_related("undo").filter(handoff=handoff).first()
    if decided is None:
        raise CannotUndo(_("There is no decision to undo."))
    if decided.by_id != by.pk:
        raise CannotUndo(_("Only who decided can undo it."))
    kept = Undo.objects.filter(disposition=decided).first()
    if kept is None or at - decided.at > timedelta(seconds=SECONDS) + GRACE:
        text = _("Too late: a decision can be undone for %(n)d seconds. Reopen the lead instead.")
        raise CannotUndo(text % {"n": SECONDS})
    later = JournalEntry.objects.filter(lead=handoff.lead_id, id__gt=kept.entry)
    if later.exclude(kind__in=QUIET).exists():
        raise CannotUndo(_("Something else happened to this lead since. Look at its story."))
    return decided


def _put_back(lead: Lead, kept: dict[str, Any], *, by: User, at: datetime) -> None:
    if lead.stage != kept["stage"]:
        lifecycle.bring(lead.pk, kept["stage"], at=at, by=by, reason=_("Decision undone"))
    LeadScore.objects.filter(lead=lead).update(armed=kept["armed"], armed_from=kept["armed_from"])
    if (lead.owner_id, lead.team_id) != (kept["owner"], kept["team"]):
        owner = User.objects.filter(pk=kept["owner"]).first()
        team = Team.objects.filter(pk=kept["team"]).first()
        editing.assign([lead.pk], owner=owner, team=team)


def _forget(decided: Disposition, lead: Lead) -> None:
    Outcome.objects.filter(
        lead=lead, crossing=decided.handoff.crossing_id, result=decided.result, at=decided.at
    ).delete()
    Scorecard.objects.filter(handoff=decided.handoff_id, completed_at=decided.at).update(
        completed_at=None
    )
    decided.delete()
