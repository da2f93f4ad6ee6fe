"""The policy table: what each role may do, and with whose rows. What is not here is denied."""

from enum import StrEnum

from accounts.models import ApiKey, Role, User


class Scope(StrEnum):
    """Whose leads an action reaches: nobody's, one's own, the teams', everybody's."""

    NONE = "none"
    OWN = "own"
    TEAM = "team"
    ALL = "all"


M, S, G, A = Role.MARKETER, Role.SDR, Role.MANAGER, Role.ADMINISTRATOR
PUBLIC, SECRET = "public_key", "secret_key"
NONE, OWN, TEAM, ALL = Scope.NONE, Scope.OWN, Scope.TEAM, Scope.ALL

POLICY: dict[str, dict[str, Scope]] = {
    # leads
    "lead.view": {M: ALL, S: TEAM, G: TEAM, A: ALL, SECRET: ALL},
    "lead.add": {M: ALL, S: ALL, G: ALL, A: ALL, SECRET: ALL},
    "lead.edit": {M: ALL, S: TEAM, G: TEAM, A: ALL, SECRET: ALL},
    "lead.merge": {M: ALL, S: TEAM, G: TEAM, A: ALL, SECRET: ALL},
    "company.edit": {M: ALL, A: ALL},
    "lead.export": {M: ALL, G: TEAM, A: ALL, SECRET: ALL},
    "lead.import": {M: ALL, A: ALL},
    # The pages of imports; managers bring touches along, and nothing else.
    "import.work": {M: ALL, G: TEAM, A: ALL},
    "lead.tell": {A: ALL},
    "lead.erase": {A: ALL},
    "privacy.edit": {M: ALL, A: ALL},
    "hygiene.edit": {M: ALL, A: ALL},
    "privacy.keep": {A: ALL},
    "form.edit": {M: ALL, A: ALL},
    "mailbox.edit": {A: ALL},
    "visit.view": {M: ALL, S: ALL, G: ALL, A: ALL},
    "drawer.edit": {M: ALL, A: ALL},
    "hook.edit": {M: ALL, A: ALL},
    "list.edit": {M: ALL, A: ALL},
    "tracking.edit": {M: ALL, A: ALL},
    "event.append": {PUBLIC: ALL, SECRET: ALL},
    # scoring
    "lead.override": {M: ALL, G: TEAM, A: ALL, SECRET: ALL},
    "model.view": {M: ALL, S: ALL, G: ALL, A: ALL, SECRET: ALL},
    "model.edit": {M: ALL, A: ALL},
    "model.draft": {M: ALL, A: ALL, SECRET: ALL},
    "model.approve": {M: ALL, G: ALL, A: ALL},
    "trust.edit": {M: ALL, A: ALL},
    # handoff
    "handoff.view": {M: ALL, S: TEAM, G: TEAM, A: ALL, SECRET: ALL},
    "handoff.open": {M: ALL, G: TEAM, A: ALL},
    "handoff.work": {S: TEAM, G: TEAM, A: ALL},
    "handoff.reassign": {G: TEAM, A: ALL},
    "handoff.touch": {S: TEAM, G: TEAM, A: ALL, SECRET: ALL},
    "sla.view": {G: TEAM, A: ALL, M: ALL},
    "sla.edit": {G: ALL, A: ALL},
    "channel.edit": {G: TEAM, A: ALL, SECRET: ALL},
    "delivery.edit": {A: ALL},
    "routing.view": {M: ALL, S: ALL, G: ALL, A: ALL, SECRET: ALL},
    "routing.edit": {G: ALL, A: ALL, SECRET: ALL},
    # qualification
    "card.view": {M: ALL, S: TEAM, G: TEAM, A: ALL, SECRET: ALL},
    # A key works a card in the name of who holds the lead (qualification/api/acting.py).
    "card.work": {S: TEAM, G: TEAM, A: ALL, SECRET: ALL},
    "card.coach": {G: TEAM, A: ALL},
    "framework.view": {M: ALL, S: ALL, G: ALL, A: ALL},
    "framework.edit": {M: ALL, G: ALL, A: ALL},
    "lead.ask": {M: ALL, S: TEAM, G: TEAM, A: ALL},
    "reason.edit": {M: ALL, A: ALL},
    "dispute.settle": {M: ALL, A: ALL},
    "deal.view": {M: ALL, S: TEAM, G: TEAM, A: ALL, SECRET: ALL},
    "deal.work": {S: TEAM, G: TEAM, A: ALL, SECRET: ALL},
    "deal.edit": {G: ALL, A: ALL},
    "nurture.view": {M: ALL, S: TEAM, G: TEAM, A: ALL},
    "nurture.enrol": {M: ALL, S: TEAM, G: TEAM, A: ALL},
    "nurture.edit": {M: ALL, A: ALL},
    "agreement.view": {M: ALL, S: ALL, G: ALL, A: ALL},
    "agreement.sign": {M: ALL, G: ALL},
    "agreement.edit": {M: ALL, G: ALL, A: ALL},
    # insights
    "report.view": {M: ALL, G: TEAM, A: ALL},
    # the house itself
    "home.view": {M: ALL, S: ALL, G: ALL, A: ALL},
    "self.edit": {M: OWN, S: OWN, G: OWN, A: OWN},
    "people.edit": {A: ALL},
    "trouble.view": {A: ALL, M: ALL},
    "api.read": {M: ALL, S: ALL, G: ALL, A: ALL, SECRET: ALL},
}


def role_of(principal: object) -> str:
    """The column of the table for a person or a key; an empty string for a stranger."""
    if isinstance(principal, ApiKey):
        return PUBLIC if principal.kind == ApiKey.Kind.PUBLIC else SECRET
    if isinstance(principal, User) and principal.is_active:
        return principal.role
    return ""


def scope(principal: object, action: str) -> Scope:
    """How far `principal` may go with `action`. An unknown action is denied."""
    return POLICY.get(action, {}).get(role_of(principal), Scope.NONE)


def allows(principal: object, action: str) -> bool:
    return scope(principal, action) is not Scope.NONE
