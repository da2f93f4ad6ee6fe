"""Facts for the URLs of deals and of sequences."""

from typing import Any

from accounts.models import Team
from leads import editing, lifecycle
from leads.models import Lead
from leads.stages import Stage
from qualification.closing import deals
from qualification.models import PassedSql, SequenceMail
from qualification.nurturing import composing, enrolling, sending
from qualification.nurturing import editing as editing_sequences
from tests import factories

# Who belongs to another team must not even learn that these exist.
FOREIGN_OF_QUALIFICATION = {
    "api:accept",
    "api:card",
    "api:card_answer",
    "api:disqualify",
    "api:opportunity",
    "api:opportunity_state",
    "api:recycle",
    "api:reopen",
    "api:undo",
    "qualification:accept",
    "qualification:answer",
    "qualification:ask",
    "qualification:ask_revoke",
    "qualification:beside",
    "qualification:card",
    "qualification:coach",
    "qualification:deal",
    "qualification:deal_back",
    "qualification:deal_end",
    "qualification:deal_open",
    "qualification:deal_panel",
    "qualification:deal_reopen",
    "qualification:deal_review",
    "qualification:deal_stage",
    "qualification:disqualify",
    "qualification:enrol",
    "qualification:framework",
    "qualification:nurture_panel",
    "qualification:panel",
    "qualification:person_add",
    "qualification:person_remove",
    "qualification:presence",
    "qualification:recycle",
    "qualification:reopen",
    "qualification:supposed",
    "qualification:undo",
    "qualification:worth",
}
OF_A_DEAL = {
    "qualification:deal",
    "qualification:deal_stage",
    "qualification:deal_end",
    "qualification:deal_reopen",
    "qualification:deal_review",
    "api:opportunity",
    "api:opportunity_state",
}
OF_AN_SQL = {"qualification:deal_open", "qualification:deal_back"}


def an_sql(team: Team) -> Lead:
    """A lead that the team has in hand as an SQL."""
    lead, at = factories.make_lead(), factories.now()
    editing.assign([lead.pk], owner=None, team=team)
    lifecycle.bring(lead.pk, Stage.SQL, at=at, by=None, reason="")
    PassedSql.objects.create(lead=lead, team=team, passed_at=at)
    return lead


def of_deals(team: Team) -> dict[str, dict[str, Any]]:
    deal = deals.open_with(an_sql(team), by=None, at=factories.now())
    waiting = an_sql(team)
    return {name: {"public_id": deal.public_id, "state": "won"} for name in OF_A_DEAL} | {
        **{name: {"public_id": waiting.public_id} for name in OF_AN_SQL},
        **of_nurture(),
    }


def of_nurture() -> dict[str, dict[str, Any]]:
    """A sequence with an e-mail that was sent and has a link."""
    at = factories.now()
    sequence = editing_sequences.make({"name": "Walk", "audience": "nobody"}, by=None, at=at)
    text = {"wait_days": 0, "subject": "Hello", "body": "Look: https://firm.example/", "asks": ""}
    step = editing_sequences.add_step(sequence, text)
    editing_sequences.change(sequence, {"is_on": True})
    enrolling.enrol(sequence, [factories.make_lead().pk], at=at)
    sending.advance(at)
    mail = SequenceMail.objects.get(step=step)
    return {
        "qualification:sequence": {"pk": sequence.pk},
        "qualification:sequence_members": {"pk": sequence.pk},
        "qualification:sequence_step": {"pk": step.pk},
        "followed": {"token": composing.link(mail, 0).rstrip("/").rsplit("/", 1)[1]},
    }
