"""Links that the tests of asking share."""

from leads.models import Lead
from qualification import catalogue
from qualification.asking import links
from qualification.models import Ask, Framework
from tests import factories


def bant() -> Framework:
    return next(one for one in catalogue.frameworks() if one.key == "bant")


def ask_of(lead: Lead) -> Ask:
    return links.make([lead.pk], bant(), by=None, at=factories.now())[0]


def path_of(ask: Ask) -> str:
    """The path that the lead opens."""
    return "/q/" + links.url_of(ask).split("/q/")[1]
