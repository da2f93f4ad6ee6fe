"""One fact for every parameter of every URL, for the walk through all of them."""

import uuid
from dataclasses import dataclass
from typing import Any

from accounts import invitations, keys
from accounts.models import Role, Team, User
from handoff.models import Handoff
from leads import editing
from leads.activity import trust
from leads.hygiene import clean_up, fixes
from leads.mailbox import boxes
from leads.models import Company, Drawer, Fix, Import, Lead, MachineBurst, TrustRule
from leads.privacy import erasing, preferences
from qualification import catalogue
from qualification.asking import links
from qualification.models import Conversation, Disposition, FactVerdict
from tests import factories
from tests.leadhub.facts_of_deals import FOREIGN_OF_QUALIFICATION, of_deals
from tests.leadhub.facts_of_handoff import channel_of, of_handoff
from tests.qualification.chatting import making

# Who belongs to another team must not even learn that these exist.
FOREIGN = {
    "leads:merge",
    "leads:not_the_same",
    "leads:unmerge",
    "leads:duplicates_of",
    "leads:lead",
    "leads:edit",
    "leads:timeline",
    "leads:proposals",
    "leads:consents",
    "leads:told",
    "leads:told_file",
    "leads:erase",
    "api:lead_proposals",
    "scoring:panel",
    "scoring:account",
    "leads:company",
    "scoring:why",
    "scoring:replay",
    "scoring:receipt",
    "scoring:receipt_file",
    "scoring:override",
    "scoring:end_override",
    "handoff:panel",
    "handoff:why",
    "handoff:chain",
    "handoff:skip",
    "handoff:snooze",
    "handoff:wake",
    "handoff:task",
    "handoff:task_done",
    "handoff:looked_at",
    "handoff:claim",
    "handoff:release",
    "handoff:pause",
    "handoff:resume",
    "handoff:touch",
    "handoff:open_held",
    "api:lead",
    "api:lead_touches",
    "api:lead_receipt",
    "api:lead_override",
    "api:handoff_claim",
    "api:handoff_pause",
    "api:handoff_resume",
    "api:handoff_skip",
    "api:handoff_snooze",
    "api:handoff_wake",
    "api:handoff_tasks",
    "api:handoff_task_done",
    *FOREIGN_OF_QUALIFICATION,
}
OF_NO_LEAD = {
    "accounts:person",
    "accounts:set_password",
    "leads:import",
    "leads:import_open_handoffs",
    "leads:import_progress",
    "leads:import_rejected",
    "leads:import_undo",
    "leads:erasure",
}
OF_A_KEY = {"accounts:revoke_key", "leads:website", "leads:tracker_demo"}
OF_AN_IMPORT = {
    "leads:import",
    "leads:import_progress",
    "leads:import_rejected",
    "leads:import_open_handoffs",
    "leads:import_undo",
}


# What every installation has from its first day.
ALWAYS: dict[str, dict[str, Any]] = {
    "handoff:remove_view": {"pk": 1},
    "leads:event_kind": {"key": "webinar"},
    "qualification:framework_edit": {"key": "bant"},
    "scoring:band": {"key": "mql"},
    "scoring:remove_band": {"key": "mql"},
    "leads:value_list": {"key": "free_mail"},
    "sla:panel": {"name": "matrix"},
    "sla:table": {"name": "people"},
}

QUERY = {
    "insights:leads": "?show=standing",
    "insights:gap_leads": "?framework=bant&element=need",
}


@dataclass(frozen=True)
class Facts:
    """`by_url` goes before `by_parameter`; `gone` are URLs that are open and answer 404 by now."""

    team: Team
    by_url: dict[str, dict[str, Any]]
    by_parameter: dict[str, Any]
    query: dict[str, str]
    gone: frozenset[tuple[str, str]] = frozenset(
        {("accounts:first_run", "GET"), ("accounts:first_run", "POST"), ("styleguide", "GET")}
    )

    def arguments(self, name: str, parameters: set[str]) -> dict[str, Any]:
        """The arguments of a URL; a parameter without a fact fails the test that asks."""
        known = self.by_parameter | self.by_url.get(name, {})
        return {parameter: known[parameter] for parameter in parameters}


def facts() -> Facts:
    """A lead of a team with an open handoff, and one of everything else that has a page."""
    version = factories.publish_model()
    team = factories.make_team()
    handoff = factories.make_mql()
    company = _company_of(handoff.lead)
    somebody = factories.make_user(Role.ADMINISTRATOR)
    factories.set_score(handoff.lead, 70, by=somebody)
    form = factories.make_form("talk")
    imported = _import(team)
    key, _text = keys.make(kind="public", name="Site", by=somebody)
    token = invitations.path_for(somebody).rstrip("/").rsplit("/", 1)[1]
    by_url = ALWAYS | {
        "accounts:set_password": {"public_id": somebody.public_id, "token": token},
        "accounts:person": {"public_id": somebody.public_id},
        "accounts:team": {"pk": team.pk},
        **{name: {"pk": key.pk} for name in OF_A_KEY},
        "leads:burst_overrule": {"pk": _burst(handoff.lead)},
        "leads:form": {"slug": form.slug},
        "api:model_draft": {"name": version.model.name},
        "leads:company": {"public_id": company.public_id},
        "scoring:account": {"public_id": company.public_id},
        **_of_scoring(version.model_id),
        **_of_privacy(handoff.lead),
        **_of_asking(handoff.lead, by=somebody),
        **of_handoff(handoff, team, by=somebody),
        **of_deals(team),
    }
    by_url |= {name: {"public_id": imported.public_id} for name in OF_AN_IMPORT}
    by_parameter = {
        "public_id": handoff.lead.public_id,
        "other": _another(team).public_id,
        "slug": form.slug,
        "kind": "page",
        "element": "need",
        "key": "c_level",
        "name": "fit",
        "run": version.runs.latest("id").pk,
        "number": version.number,
        "rule": _rule(somebody),
        "mailbox": _mailbox(somebody),
        "conversation": _conversation(form.slug),
        "team_id": team.pk,
        "review": "data",
    }
    return _with_hook(Facts(team, by_url, by_parameter, QUERY))


def _import(team: Team) -> Import:
    """Of touches, by somebody of the team, so that its managers see it."""
    by = factories.make_user(Role.MANAGER, teams=[team])
    return Import.objects.create(
        file_name="calls.csv", by=by, created_at=factories.now(), state=Import.State.DONE,
        what="touches",
    )  # fmt: skip


def _list_of_the_quarter() -> str:
    made = clean_up.make_due(factories.now())
    assert made is not None
    return made.quarter


def _fix() -> int:
    by = factories.make_user(Role.MARKETER)
    return fixes.start(Fix(kind="spaces"), by=by, at=factories.now()).pk


def _of_privacy(lead: Lead) -> dict[str, dict[str, Any]]:
    gone = erasing.erase([factories.make_lead()], cause="request", at=factories.now())[0]
    link = {"token": preferences.token(lead)}
    return {
        "leads:purpose": {"key": "email"},
        "leads:value_list": {"key": "free_mail"},
        "leads:erasure": {"public_id": gone.public_id},
        "leads:clean_up_of": {"quarter": _list_of_the_quarter()},
        "leads:fix_undo": {"pk": _fix()},
        "preferences": link,
        "preferences_stop": link,
    }


def _of_asking(lead: Lead, *, by: User) -> dict[str, dict[str, Any]]:
    asked = links.make([lead.pk], catalogue.frameworks()[0], by=by, at=factories.now())[0]
    link = {"token": links.url_of(asked).rstrip("/").rsplit("/", 1)[1]}
    revoked = {"public_id": lead.public_id, "number": asked.pk}
    return {"asked": link, "asked_thanks": link, "qualification:ask_revoke": revoked}


def _of_scoring(model_id: int) -> dict[str, dict[str, Any]]:
    return {
        "scoring:band": {"key": "mql"},
        "scoring:remove_band": {"key": "mql"},
        "scoring:model_arrange": {"pk": model_id},
        "scoring:model_file": {"pk": model_id},
    }


def _with_hook(known: Facts) -> Facts:
    hook = factories.make_hook()
    known.by_parameter["hook_id"] = hook.public_id
    known.by_parameter["drawer"] = Drawer.objects.create(kind="http", name="Provider of facts").pk
    channel = channel_of(known.team)
    known.by_parameter["channel_id"] = channel.public_id
    known.by_parameter["delivery"] = channel.deliveries.get().pk
    known.by_url["qualification:dispute"] = {"number": _dispute(known.team), "deed": "disagree"}
    known.by_url["leads:hook_delivery"] = {"number": hook.deliveries.get().pk}
    return known


def _dispute(team: Team) -> int:
    """What a rep of the team said of a fact that made another lead an MQL."""
    at, by = factories.now(), factories.make_user(Role.SDR, teams=[team])
    handoff = factories.make_mql()
    Handoff.objects.filter(pk=handoff.pk).update(state="disqualified", disposed_at=at)
    decided = Disposition.objects.create(handoff=handoff, result="disqualified", by=by, at=at)
    return FactVerdict.objects.create(
        disposition=decided,
        criterion="c_level",
        label="C-level title",
        points=20,
        fact="COO",
        verdict="wrong",
        by=by,
        at=at,
    ).pk


def _company_of(lead: Lead) -> Company:
    company = Company.objects.create(
        name="Acme", identity="name:acme of facts", created_at=factories.now()
    )
    Lead.objects.filter(pk=lead.pk).update(company=company)
    return company


def _conversation(slug: str) -> uuid.UUID:
    chat = making.chat(slug)
    return Conversation.objects.create(chat=chat, state="suspected", at=factories.now()).pk


def _mailbox(by: User) -> int:
    values = {
        "name": "Sales", "host": "192.0.2.1", "port": 993, "user": "sales", "folder": "INBOX",
        "source": "E-mail", "becomes": "leads", "is_on": False,
    }  # fmt: skip
    return boxes.save(None, values, password="x", by=by, at=factories.now()).pk


def _another(team: Team) -> Lead:
    lead = factories.make_lead()
    editing.assign([lead.pk], owner=None, team=team)
    return lead


def _burst(lead: Lead) -> int:
    at = factories.now()
    burst = MachineBurst(lead=lead, reason="speed", events=20, since=at, until=at, found_at=at)
    burst.save()
    return burst.pk


def _rule(by: User) -> int:
    rule = TrustRule(trust=4, domain="ours.example")
    return trust.make(rule, by=by, at=factories.now()).pk
