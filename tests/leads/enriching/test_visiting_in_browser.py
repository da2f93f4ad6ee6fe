"""The page of visiting companies in a real browser: no known barrier, and nothing sticks out on a phone."""

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from accounts import clock
from accounts.models import Role
from leads.models import VisitingCompany
from tests import factories
from tests.browser import log_in, look

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_page_is_for_everybody(page: Page, live_server: LiveServer) -> None:
    log_in(page.context, live_server, factories.make_user(Role.MARKETER))
    look(page, live_server, "/leads/visiting/", "visiting-off")
    factories.make_lead(email="ann@quay.example")
    at = clock.now()
    for name in ("quay", "tideline"):
        VisitingCompany.objects.create(
            day=at.date(), identity=f"domain:{name}.example", name=name.title(), domain=f"{name}.example",
            industry="Machines", employees=1200, country="PT", visitors=2, visits=3, pages=14, last_seen=at,
        )  # fmt: skip
    look(page, live_server, "/leads/visiting/", "visiting")
    look(page, live_server, "/leads/enrichment/", "enrichment-visits")
