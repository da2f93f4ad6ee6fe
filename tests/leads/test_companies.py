"""Companies as accounts: who they are and what their people did together."""

import pytest
from django.test import Client

from accounts.models import User
from leads.models import Company, Lead, LeadScore
from scoring import engine
from tests import factories
from tests.scoring.models import fit, model

pytestmark = pytest.mark.django_db
TOGETHER = {
    "key": "together", "label": "Two read the report", "group": "account", "points": 15,
    "within_days": 30,
    "people": {"people": 2, "deeds": [{"kind": "white_paper", "name": "", "path": ""}]},
}  # fmt: skip


@pytest.fixture
def marketing(client: Client) -> Client:
    client.force_login(factories.make_user("marketer"))
    return client


def of(company: Company, **values: object) -> Lead:
    lead = factories.make_lead(**values)
    Lead.objects.filter(pk=lead.pk).update(company=company)
    return lead


def make(name: str) -> Company:
    return Company.objects.create(
        name=name, identity=f"name:{name}", domain=f"{name}.example", created_at=factories.now()
    )


def test_two_who_read_the_report_score_the_account_and_everybody_of_it(marketing: Client) -> None:
    factories.publish_model(model(fit("title", 1), TOGETHER))
    acme, other = make("acme"), make("initech")
    one, two, three = of(acme), of(acme), of(acme)
    alone = of(other)
    for lead in (one, alone):
        factories.make_event(lead, "white_paper")
    engine.rescore([one.pk, alone.pk], at=factories.now(), cause="activity")
    assert not LeadScore.objects.exclude(account=0).exists()
    factories.make_event(two, "white_paper")
    engine.rescore([two.pk], at=factories.now(), cause="activity")
    scored = LeadScore.objects.filter(account=15).values_list("lead_id", flat=True)
    assert set(scored) == {one.pk, two.pk, three.pk}
    page = marketing.get("/leads/companies/").content.decode()
    assert "acme" in page and "initech" not in page
    account = marketing.get(f"/scoring/company/{acme.public_id}/").content.decode()
    assert "Two read the report" in account


def test_a_search_finds_companies_without_a_score(marketing: Client) -> None:
    of(make("acme"))
    of(make("initech"))
    page = marketing.get("/leads/companies/", {"q": "INIT"}).content.decode()
    assert "initech" in page and "acme" not in page


def test_a_rep_sees_companies_of_own_leads_only(client: Client, sdr: User) -> None:
    acme = make("acme")
    of(acme)
    client.force_login(sdr)
    assert client.get(f"/leads/companies/{acme.public_id}/").status_code == 404
    Lead.objects.update(owner=sdr)
    assert client.get(f"/leads/companies/{acme.public_id}/").status_code == 200


def test_companies_are_paged_by_their_score(marketing: Client) -> None:
    for n in range(60):
        lead = of(make(f"c{n:02}"))
        LeadScore.objects.filter(lead=lead).update(account=n + 1)
    first = marketing.get("/leads/companies/")
    assert [row.score for row in first.context["accounts"]] == list(range(60, 10, -1))
    second = marketing.get("/leads/companies/" + first.context["next_url"])
    assert [row.score for row in second.context["accounts"]] == list(range(10, 0, -1))
    assert marketing.get("/leads/companies/?after=nonsense").status_code == 200


def test_a_page_of_companies_asks_no_more_for_more_rows(
    marketing: Client, django_assert_max_num_queries: object
) -> None:
    for n in range(20):
        lead = of(make(f"c{n:02}"))
        LeadScore.objects.filter(lead=lead).update(account=1)
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        marketing.get("/leads/companies/")
    with django_assert_max_num_queries(13):  # type: ignore[operator]
        marketing.get(f"/leads/companies/{Company.objects.latest('id').public_id}/")
