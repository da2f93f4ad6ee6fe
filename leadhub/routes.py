"""The route table: every URL name, and which action of the policy table reading and writing it needs.

A URL without a row is denied, and a test fails for it."""

from dataclasses import dataclass

OPEN = "open"
READING = {"GET", "HEAD", "OPTIONS"}


@dataclass(frozen=True)
class Row:
    """`read` for GET, `write` for everything else; None denies."""

    read: str | None
    write: str | None = None

    def action(self, method: str) -> str | None:
        return self.read if method in READING else self.write


ROUTES: dict[str, Row] = {
    # the house
    "home": Row("home.view"),
    "styleguide": Row(OPEN),
    "livez": Row(OPEN),
    "readyz": Row(OPEN),
    "trouble": Row("trouble.view", "people.edit"),
    # accounts
    "accounts:first_run": Row(OPEN, OPEN),
    "accounts:login": Row(OPEN, OPEN),
    "accounts:logout": Row(None, "self.edit"),
    "accounts:set_password": Row(OPEN, OPEN),
    "accounts:me": Row("self.edit", "self.edit"),
    "accounts:people": Row("people.edit", "people.edit"),
    "accounts:person": Row("people.edit", "people.edit"),
    "accounts:invite": Row("people.edit", "people.edit"),
    "accounts:teams": Row("people.edit", "people.edit"),
    "accounts:team": Row("people.edit", "people.edit"),
    "accounts:keys": Row("people.edit", "people.edit"),
    "accounts:revoke_key": Row(None, "people.edit"),
    "accounts:organisation": Row("people.edit", "people.edit"),
    # leads
    "leads:list": Row("lead.view"),
    "leads:add": Row("lead.add", "lead.add"),
    "leads:lead": Row("lead.view"),
    "leads:edit": Row("lead.edit", "lead.edit"),
    "leads:timeline": Row("lead.view"),
    "leads:proposals": Row(None, "lead.edit"),
    "leads:export": Row("lead.export"),
    "leads:forms": Row("form.edit", "form.edit"),
    "leads:form_add": Row("form.edit", "form.edit"),
    "leads:form_preview": Row(None, "form.edit"),
    "leads:quarantine": Row("form.edit", "form.edit"),
    "leads:form": Row("form.edit", "form.edit"),
    "leads:fields": Row("form.edit", "form.edit"),
    "leads:companies": Row("lead.view"),
    "leads:company": Row("lead.view"),
    "leads:value_lists": Row("list.edit", "list.edit"),
    "leads:value_list": Row("list.edit", "list.edit"),
    "leads:imports": Row("lead.import"),
    "leads:import_upload": Row("lead.import", "lead.import"),
    "leads:import": Row("lead.import", "lead.import"),
    "leads:import_progress": Row("lead.import"),
    "leads:import_rejected": Row("lead.import"),
    "leads:import_open_handoffs": Row(None, "lead.import"),
    "hosted_form": Row(OPEN, OPEN),
    "hosted_form_thanks": Row(OPEN),
    "hosted_form_look": Row(OPEN),
    # scoring
    "scoring:model": Row("model.view"),
    "scoring:impact": Row("model.edit"),
    "scoring:impact_leads": Row("model.edit"),
    "scoring:try": Row("model.edit"),
    "scoring:capacity": Row(None, "model.edit"),
    "scoring:points": Row(None, "model.edit"),
    "scoring:limits": Row(None, "model.edit"),
    "scoring:bands": Row("model.view", "model.edit"),
    "scoring:settings": Row("model.view", "model.edit"),
    "scoring:disqualifiers": Row("model.view"),
    "scoring:channels": Row("model.view"),
    "scoring:matrix": Row(None, "model.edit"),
    "scoring:order": Row(None, "model.edit"),
    "scoring:presence": Row("model.edit"),
    "scoring:add_band": Row("model.edit", "model.edit"),
    "scoring:band": Row("model.edit", "model.edit"),
    "scoring:remove_band": Row(None, "model.edit"),
    "scoring:add_disqualifier": Row("model.edit", "model.edit"),
    "scoring:disqualifier": Row("model.edit", "model.edit"),
    "scoring:remove_disqualifier": Row(None, "model.edit"),
    "scoring:add_variant": Row("model.edit", "model.edit"),
    "scoring:variant": Row("model.edit", "model.edit"),
    "scoring:remove_variant": Row(None, "model.edit"),
    "scoring:add_criterion": Row("model.edit", "model.edit"),
    "scoring:criterion": Row("model.edit", "model.edit"),
    "scoring:remove_criterion": Row(None, "model.edit"),
    "scoring:publish": Row("model.edit", "model.edit"),
    "scoring:publish_numbers": Row("model.edit"),
    "scoring:proposal": Row("model.view"),
    "scoring:approve": Row(None, "model.approve"),
    "scoring:send_back": Row(None, "model.approve"),
    "scoring:revert": Row("model.edit", "model.edit"),
    "scoring:redraft": Row(None, "model.edit"),
    "event_trust": Row("trust.edit", "trust.edit"),
    "event_trust_undo": Row(None, "trust.edit"),
    "scoring:discard": Row(None, "model.edit"),
    "scoring:progress": Row("model.view"),
    "scoring:versions": Row("model.view"),
    "scoring:version": Row("model.view"),
    "scoring:start": Row("model.edit", "model.edit"),
    "scoring:account": Row("lead.view"),
    "scoring:models": Row("model.view"),
    "scoring:model_new": Row("model.edit", "model.edit"),
    "scoring:model_arrange": Row("model.edit", "model.edit"),
    "scoring:model_file": Row("model.view"),
    "scoring:panel": Row("lead.view"),
    "scoring:why": Row("lead.view"),
    "scoring:replay": Row("lead.view"),
    "scoring:receipt": Row("lead.view"),
    "scoring:receipt_file": Row("lead.view"),
    "scoring:override": Row("lead.override", "lead.override"),
    "scoring:end_override": Row(None, "lead.override"),
    # handoff
    "handoff:queue": Row("handoff.view"),
    "handoff:queue_poll": Row("handoff.view"),
    "handoff:claim": Row(None, "handoff.work"),
    "handoff:release": Row(None, "handoff.work"),
    "handoff:touch": Row("handoff.touch", "handoff.touch"),
    "handoff:open_held": Row(None, "handoff.open"),
    "handoff:panel": Row("lead.view"),
    "handoff:sla": Row("sla.view"),
    "handoff:breaches": Row("sla.view"),
    "handoff:notifications": Row("self.edit", "self.edit"),
    "handoff:promises": Row("sla.edit", "sla.edit"),
    # qualification
    "qualification:card": Row("card.view"),
    "qualification:answer": Row(None, "card.work"),
    "qualification:accept": Row(None, "card.work"),
    "qualification:recycle": Row("card.work", "card.work"),
    "qualification:disqualify": Row("card.work", "card.work"),
    "qualification:panel": Row("lead.view"),
    "qualification:ask": Row(None, "lead.ask"),
    "qualification:ask_revoke": Row(None, "lead.ask"),
    "qualification:ask_listed": Row("lead.ask", "lead.ask"),
    "asked": Row(OPEN, OPEN),
    "asked_thanks": Row(OPEN),
    "qualification:reasons": Row("reason.edit", "reason.edit"),
    # insights
    "insights:stages": Row("report.view"),
    "insights:compliance": Row("report.view"),
    "insights:reasons": Row("report.view"),
    "insights:leads": Row("report.view"),
    # API
    "api:schema": Row("api.read"),
    "api:docs": Row("api.read"),
    "api:events": Row(None, "event.append"),
    "api:event": Row(None, "event.append"),
    "ingest:segment_batch": Row(None, "event.append"),
    "ingest:segment_event": Row(None, "event.append"),
    "ingest:posthog": Row(None, "event.append"),
    "ingest:posthog_flags": Row(OPEN, OPEN),
    "api:leads": Row("lead.view", "lead.add"),
    "api:lead": Row("lead.view", "lead.edit"),
    "api:handoffs": Row("handoff.view"),
    "api:handoff_claim": Row(None, "handoff.work"),
    "api:lead_touches": Row("handoff.view", "handoff.touch"),
    "api:model": Row("model.view"),
    "api:model_draft": Row(None, "model.draft"),
    "api:lead_receipt": Row("lead.view"),
    "api:lead_override": Row("lead.view", "lead.override"),
}


def row_of(view_name: str) -> Row | None:
    return ROUTES.get(view_name)
