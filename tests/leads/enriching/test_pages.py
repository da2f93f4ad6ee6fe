"""The pages of drawers."""

import pytest
from django.test import Client

from accounts.models import Role
from leadhub import pipeline
from leads.enriching import editing
from leads.models import Drawer, Lead
from tests import factories
from tests.leads.enriching.fake import Fake

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client: Client) -> Client:
    client.force_login(factories.make_user(Role.MARKETER))
    return client


def test_a_drawer_is_switched_on_and_its_value_is_told_with_source_and_confidence(
    page: Client,
) -> None:
    title = Drawer.objects.get(kind="title")
    assert "What the title says" in page.get("/leads/enrichment/").content.decode()
    page.post(f"/leads/enrichment/{title.pk}/do/", {"deed": "on"})
    lead = factories.make_lead(title="VP of Marketing")
    pipeline.drain()
    shown = page.get(f"/leads/{lead.public_id}/").content.decode()
    assert "Vice president" in shown
    assert "85 % sure" in shown


def test_drawers_change_places(page: Client) -> None:
    before = list(editing.listed().values_list("kind", flat=True))
    domain = Drawer.objects.get(kind="domain")
    page.post(f"/leads/enrichment/{domain.pk}/do/", {"deed": "up"})
    after = list(editing.listed().values_list("kind", flat=True))
    assert (before, after) == (
        ["email", "phone", "domain", "title", "company"], ["email", "domain", "phone", "title", "company"],
    )  # fmt: skip


def test_a_provider_is_made_tried_mapped_and_used(page: Client, fake: Fake) -> None:
    fake.says = (200, {}, b'{"place": {"land": "PT"}}')
    values = {
        "name": "Mine", "asks": "domain", "url": fake.url, "header": "X-Api-Key", "key": "secret-k",
        "confidence": "55", "calls_a_day": "10", "days_kept": "5",
    }  # fmt: skip
    made = page.post("/leads/enrichment/add/", values, follow=True)
    drawer = Drawer.objects.get(name="Mine")
    assert "secret-k" not in made.content.decode() + drawer.key
    tried = page.post(f"/leads/enrichment/{drawer.pk}/try/", {"asked": "quay.example"})
    assert "place.land" in tried.content.decode()
    mapped = {
        **values,
        "key": "",
        "path": ['["place","land"]'],
        "example": ["PT"],
        "target_0": "country",
    }
    assert page.post(f"/leads/enrichment/{drawer.pk}/", mapped).status_code == 302
    again = page.post(
        f"/leads/enrichment/{drawer.pk}/try/", {"asked": "quay.example"}
    ).content.decode()
    assert "<dd>PT</dd>" in again
    assert [key for _path, key in fake.asked] == ["secret-k", "secret-k"]


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("url", "https://api.example.com/", "Say where the address belongs"),
        ("url", "http://169.254.169.254/{domain}", "does not call"),
        ("url", "file:///etc/{domain}", "begins with https"),
        ("header", "X Key: a\r\nB", "letters, digits and hyphens"),
        ("key", "a\nb", "plain letters"),
        ("confidence", "0", "greater than or equal to 1"),
        ("calls_a_day", "-1", "greater than or equal to 0"),
        ("name", "Class of the e-mail", "Another drawer has this name"),
    ],
)
def test_what_cannot_be_is_told_beside_the_field(
    page: Client, field: str, value: str, told: str
) -> None:
    values = {
        "name": "Mine", "asks": "domain", "url": "https://93.184.215.14/{domain}", "header": "X-Key", "key": "k",
        "confidence": "55", "calls_a_day": "10", "days_kept": "5", field: value,
    }  # fmt: skip
    answer = page.post("/leads/enrichment/add/", values)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Drawer.objects.filter(kind="http").exists()


def test_a_budget_that_is_used_up_is_told(page: Client, fake: Fake) -> None:
    drawer = Drawer.objects.create(kind="http", name="Poor", url=fake.url, calls_a_day=0)
    answer = page.post(f"/leads/enrichment/{drawer.pk}/try/", {"asked": "quay.example"})
    assert answer.status_code == 422
    assert "used up" in answer.content.decode()
    assert not fake.asked


def test_what_a_provider_says_stays_text(page: Client, fake: Fake) -> None:
    fake.says = (200, {}, b'{"<b>x": "<script>alert(1)</script>"}')
    drawer = Drawer.objects.create(
        kind="http", name="Evil", url=fake.url, is_on=True, fills=[[["<b>x"], "title"]]
    )
    shown = page.post(
        f"/leads/enrichment/{drawer.pk}/try/", {"asked": "quay.example"}
    ).content.decode()
    assert "<script>alert" not in shown
    assert "<b>x" not in shown


def test_a_provider_can_be_removed_and_a_drawer_of_the_product_cannot(page: Client) -> None:
    mine = Drawer.objects.create(kind="http", name="Mine")
    for drawer in (mine, Drawer.objects.get(kind="email")):
        page.post(f"/leads/enrichment/{drawer.pk}/do/", {"deed": "remove"})
    assert not Drawer.objects.filter(pk=mine.pk).exists()
    assert Drawer.objects.filter(kind="email").exists()


def test_a_walk_is_begun_from_the_page(page: Client) -> None:
    factories.make_lead(title="CEO")
    title = Drawer.objects.get(kind="title")
    page.post(f"/leads/enrichment/{title.pk}/do/", {"deed": "on"})
    page.post(f"/leads/enrichment/{title.pk}/do/", {"deed": "walk"})
    title.refresh_from_db()
    assert (title.walk_next, title.walk_last) == (1, Lead.objects.get().pk)
