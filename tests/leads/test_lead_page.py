"""The page of one lead: what it shows, to whom, and that what leads wrote stays text."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Team, User
from leads import editing
from leads.capturing import capture
from leads.models import AttributeField, Lead
from tests import factories

pytestmark = pytest.mark.django_db
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def page_of(web: Client, lead: Lead) -> str:
    return web.get(f"/leads/{lead.public_id}/").content.decode()


def test_it_shows_who_it_is_and_what_can_be_done(web: Client, live_model: object) -> None:
    lead = factories.make_lead(
        email="maya@northwind.example", first_name="Maya", phone="+49 30 901820", title="COO"
    )
    page = page_of(web, lead)
    assert "tel:+4930901820" in page
    assert "mailto:maya@northwind.example" in page
    assert f"/leads/{lead.public_id}/edit/" in page


def test_a_lead_without_a_name_shows_its_external_id(web: Client) -> None:
    lead = factories.make_lead(email=None, external=("crm", "ext-77"))
    assert '<h1 class="subject__name" id="lead-name">ext-77</h1>' in page_of(web, lead)


def test_facts_say_who_told_us(web: Client, sdr: User) -> None:
    lead = factories.make_lead(first_name="Maya", source="Trade fair")
    editing.edit(lead, {"title": "COO"}, by=sdr, at=factories.now())
    page = page_of(web, lead)
    assert '<span class="source">Trade fair</span>' in page
    assert '<span class="source">Rui Rep</span>' in page


def test_what_a_form_said_otherwise_waits_until_somebody_decides(web: Client, sdr: User) -> None:
    form = factories.make_form()
    lead = factories.make_lead(email="maya@northwind.example", title="COO")
    answers = {"email": "maya@northwind.example", "title": "CEO"}
    capture.submit(form, answers, submission_id=uuid.uuid4(), at=factories.now())
    assert "A value waits" in page_of(web, lead)
    editing.edit(lead, {"title": "Chair"}, by=sdr, at=factories.now())
    assert "A value waits" not in page_of(web, lead)


def test_outsiders_are_told_that_there_is_no_such_lead(
    client: Client, sdr: User, outsider: User, team: Team
) -> None:
    lead = factories.make_lead()
    editing.assign([lead.pk], owner=sdr, team=team)
    for user, status in ((sdr, 200), (outsider, 404)):
        client.force_login(user)
        for part in ("", "timeline/", "edit/"):
            assert client.get(f"/leads/{lead.public_id}/{part}").status_code == status
    assert client.post(f"/leads/{lead.public_id}/edit/", {"title": "Mine"}).status_code == 404
    lead.refresh_from_db()
    assert lead.title == ""


def test_hostile_text_is_inert(web: Client) -> None:
    AttributeField.objects.create(key="note", label=HOSTILE)
    lead = factories.make_lead(
        first_name=HOSTILE, company_name="\" hx-get=\"/x", title="{{ 7|add:1 }}",
        source="<script>1</script>",
    )  # fmt: skip
    editing.edit(lead, {"custom.note": HOSTILE, "title": HOSTILE}, by=None, at=factories.now())
    factories.make_event(lead, "page", path="/<b>x")
    for path in ("", "edit/", "timeline/"):
        page = web.get(f"/leads/{lead.public_id}/{path}").content.decode()
        assert "<img src=x" not in page
        assert '" hx-get="/x' not in page
        assert "<script>1" not in page
        assert "<b>x" not in page


def test_the_number_of_queries_does_not_grow_with_the_story(web: Client, sdr: User) -> None:
    def queries_of(lead: Lead) -> int:
        with CaptureQueriesContext(connection) as caught:
            page_of(web, lead)
        return len(caught)

    short, long = factories.make_lead(), factories.make_lead()
    for lead, times in ((short, 1), (long, 12)):
        for number in range(times):
            factories.make_event(lead, path=f"/page-{number}")
            by = sdr if number == 0 else factories.make_user()
            editing.edit(lead, {"title": f"Title {number}"}, by=by, at=factories.now())
    assert queries_of(short) == queries_of(long)
