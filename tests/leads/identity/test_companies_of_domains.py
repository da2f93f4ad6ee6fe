"""Which company an address is of, and which company belongs to which."""

import pytest
from django.test import Client

from accounts import clock
from accounts.models import User
from leads.identity import hierarchy, mail_domains
from leads.identity.mail_domains import Kind
from leads.models import Company, Lead
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("email", "domain"),
    [
        ("maya@acme.co.uk", "acme.co.uk"),
        ("maya@mail.acme.co.uk", "acme.co.uk"),
        ("maya@firm.example", "firm.example"),
        ("maya@x.münchen.de", "münchen.de"),
        ("maya@someone.github.io", "someone.github.io"),
        ("maya@gmail.com", ""),
        ("maya@mailinator.com", ""),
        ("maya@sub.mailinator.com", ""),
        ("", ""),
    ],
)
def test_an_address_is_of_the_company_that_registered_its_domain(email: str, domain: str) -> None:
    assert mail_domains.company_domain(email) == domain


def test_disposable_mail_is_told_apart_from_free_mail() -> None:
    kinds = [
        mail_domains.kind(domain) for domain in ("mailinator.com", "gmail.com", "firm.example")
    ]
    assert kinds == [Kind.DISPOSABLE, Kind.FREE, Kind.COMPANY]


def test_people_of_two_departments_work_at_one_company() -> None:
    one = factories.make_lead(email="a@sales.acme.co.uk")
    other = factories.make_lead(email="b@acme.co.uk")
    assert one.company_id == other.company_id
    assert Company.objects.get().domain == "acme.co.uk"


def company(email: str) -> Company:
    found = Lead.objects.get(pk=factories.make_lead(email=email).pk).company
    assert found is not None
    return found


def test_a_company_is_put_under_another_on_its_page(client: Client, marketer: User) -> None:
    child, parent = company("a@child.example"), company("a@parent.example")
    client.force_login(marketer)
    url = f"/leads/companies/{child.public_id}/"
    assert client.post(url, {"parent": "www.parent.example"}).status_code == 302
    child.refresh_from_db()
    assert child.parent == parent
    page = client.get(f"/leads/companies/{parent.public_id}/").content.decode()
    assert f"/leads/companies/{child.public_id}/" in page
    wrong = client.post(url, {"parent": "nobody.example"})
    assert wrong.status_code == 422
    assert "There is no such company" in wrong.content.decode()
    assert 'value="nobody.example"' in wrong.content.decode()
    client.post(url, {"parent": ""})
    child.refresh_from_db()
    assert child.parent is None
    kept = [(change.old, change.by) for change in child.changes.order_by("pk")]
    assert kept == [({"parent_id": None}, marketer), ({"parent_id": parent.pk}, marketer)]


def test_no_company_belongs_to_itself_not_even_by_way_of_others() -> None:
    a, b, c = (company(f"x@{name}.example") for name in ("aa", "bb", "cc"))
    hierarchy.put_under(a, b, by=None, at=clock.now())
    hierarchy.put_under(b, c, by=None, at=clock.now())
    for child in (a, b, c):
        with pytest.raises(hierarchy.Circle):
            hierarchy.put_under(c, child, by=None, at=clock.now())
