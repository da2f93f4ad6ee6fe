"""The pages of duplicates: a list to work through, two leads side by side, and the way back."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import clock
from accounts.models import Team, User
from leadhub import pipeline
from leads import editing
from leads.identity import finding, merged, merging
from leads.models import DuplicatePair, Lead
from tests import factories

pytestmark = pytest.mark.django_db
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def web(client: Client, marketer: User) -> Client:
    client.force_login(marketer)
    return client


def twins(number: int = 0, **more: str) -> tuple[Lead, Lead]:
    name = {"first_name": f"Maya{number}", "last_name": "Petrova", **more}
    made = [factories.make_lead(email=f"{n}{number}@firm.example", **name) for n in ("maya", "mp")]
    pipeline.drain()
    while finding.advance(clock.now()):
        pass
    return made[0], made[1]


def compare_url(one: Lead, other: Lead) -> str:
    return f"/leads/{one.public_id}/merge/{other.public_id}/"


def test_a_pair_waits_in_the_list_with_its_reasons(web: Client) -> None:
    one, other = twins()
    page = web.get("/leads/duplicates/").content.decode()
    assert compare_url(one, other) in page
    assert "Same name" in page
    assert "Same company" in page


def test_two_leads_are_merged_by_the_values_chosen(web: Client) -> None:
    one, other = twins()
    editing.edit(one, {"title": "Assistant"}, by=None, at=clock.now())
    editing.edit(other, {"title": "Director", "phone": "+49 30 1234567"}, by=None, at=clock.now())
    page = web.get(compare_url(one, other)).content.decode()
    assert "Assistant" in page
    assert "Director" in page
    chosen = {
        "stays": "left",
        "value.title": "right",
        "value.email": "left",
        "value.phone": "right",
    }
    answer = web.post(compare_url(one, other), chosen, follow=True)
    assert answer.redirect_chain[-1][0] == f"/leads/{one.public_id}/"
    one.refresh_from_db()
    assert (one.title, one.email, one.phone) == ("Director", "maya0@firm.example", "+49 30 1234567")
    assert DuplicatePair.objects.get().state == "merged"


def test_the_other_lead_can_stay(web: Client) -> None:
    one, other = twins()
    web.post(compare_url(one, other), {"stays": "right", "value.email": "right"})
    one.refresh_from_db()
    other.refresh_from_db()
    assert one.merged_into == other
    assert other.email == "mp0@firm.example"


def test_a_merged_lead_leads_to_the_one_it_is_by_now(web: Client) -> None:
    one, other = twins()
    merging.merge(one, other, by=None, at=clock.now())
    for path in ("", "edit/"):
        assert web.get(f"/leads/{other.public_id}/{path}", follow=True).status_code == 200
    assert web.get(f"/leads/{other.public_id}/").headers["Location"] == f"/leads/{one.public_id}/"
    assert "/leads/duplicates/" not in web.get(compare_url(one, other)).headers["Location"]


def test_a_merge_is_taken_back_on_the_page_of_the_lead(web: Client) -> None:
    one, other = twins()
    merging.merge(one, other, by=None, at=clock.now())
    panel = web.get(f"/leads/{one.public_id}/duplicates/").content.decode()
    last = merged.latest(one)
    assert last is not None
    assert str(last.public_id) in panel
    for _twice in range(2):
        web.post(f"/leads/{one.public_id}/unmerge/", {"merge": str(last.public_id)})
    other.refresh_from_db()
    assert other.merged_into is None
    assert DuplicatePair.objects.get().state == "dismissed"


def test_two_people_are_told_apart(web: Client) -> None:
    one, other = twins()
    web.post(f"/leads/{one.public_id}/apart/{other.public_id}/")
    assert compare_url(one, other) not in web.get("/leads/duplicates/").content.decode()


def test_somebody_of_a_team_sees_pairs_of_which_both_are_theirs(
    client: Client, sdr: User, team: object
) -> None:
    one, other = twins()
    editing.assign([one.pk], owner=sdr, team=sdr.teams.get())
    client.force_login(sdr)
    assert compare_url(one, other) not in client.get("/leads/duplicates/").content.decode()
    assert client.get(compare_url(one, other)).status_code == 404
    editing.assign([other.pk], owner=sdr, team=sdr.teams.get())
    assert compare_url(one, other) in client.get("/leads/duplicates/").content.decode()


def test_what_leads_wrote_stays_text(web: Client) -> None:
    one, other = twins(last_name=HOSTILE, title=HOSTILE)
    editing.edit(other, {"title": f"{HOSTILE} too"}, by=None, at=clock.now())
    for path in (
        "/leads/duplicates/",
        compare_url(one, other),
        f"/leads/{one.public_id}/duplicates/",
    ):
        page = web.get(path).content.decode()
        assert "&lt;img src=x" in page
        assert "<img src=x" not in page


def test_the_list_is_paged_by_key_and_costs_the_same_for_many(web: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            web.get("/leads/duplicates/")
        return len(caught)

    twins(1)
    few = queries()
    for number in range(2, 8):
        twins(number)
    assert queries() == few
    assert web.get("/leads/duplicates/?after=99-99999999999999999999").status_code == 200
    assert web.get("/leads/duplicates/?after=x").status_code == 200


def test_the_page_says_with_which_lead_sales_goes_on(
    web: Client, team: Team, live_model: object
) -> None:
    left = factories.make_lead(email="maya@other.example", first_name="Mia")
    handed = factories.make_mql(email="m.petrova@firm.example", first_name="Maya").lead
    page = web.get(compare_url(left, handed)).content.decode()
    assert "<b>Maya</b> (m.petrova@firm.example): its owner, stage and clocks stay" in page


def test_of_leads_that_sales_never_had_nothing_is_said(web: Client) -> None:
    assert "Sales goes on with" not in web.get(compare_url(*twins())).content.decode()
