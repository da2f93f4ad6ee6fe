"""How fast leads are found: duplicates of one, pages of the list, the page of data health."""

from collections.abc import Sequence
from itertools import cycle

from django.conf import settings
from django.db import connection
from django.db.models.functions import Mod
from django.test import Client

from accounts.models import Role, User
from leadhub.bench.pairs import Spread, timed
from leads import queries
from leads.identity import finding
from leads.models import AttributeField, Lead, MatchKey

PIECE = 5_000
INDEXED = (
    "", "?stage=lead", "?source=Website", "?owner=nobody", "?score_from=40", "?stage=lead&source=Website",
    "?sort=newest", "?sort=activity", "?sort=name", "?sort=newest&stage=lead", "?score_from=10&score_to=30",
)  # fmt: skip
PLAN = "plan"


def duplicates(number: int, *, names: bool) -> Spread:
    """Leads that look like one of those that are there: by e-mail and company alone, or by all that is known."""
    _make_findable()
    step = max(1, Lead.objects.count() // number)
    asked = list(Lead.objects.select_related("company").order_by("id")[::step][: number + 1])
    if not names:
        known = ("email", "company", "company_name")
        asked = [Lead(**{name: getattr(lead, name) for name in known}) for lead in asked]
    times = [1000 * timed(lambda lead=lead: finding.candidates(lead)) for lead in asked]  # type: ignore[misc]
    what = "with names" if names else "by e-mail and company"
    return Spread(f"duplicates of a lead, {what}", times[1:], 50.0 if names else 5.0)


def _make_findable() -> None:
    """The keys of all leads, as the search that follows a lead would have left them."""
    if MatchKey.objects.exists():
        return
    ids = list(Lead.objects.order_by("id").values_list("id", flat=True))
    for start in range(0, len(ids), PIECE):
        finding.learn(ids[start : start + PIECE])
    _vacuum("leads_matchkey")


def _vacuum(*tables: str) -> None:
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"VACUUM (ANALYZE) {table}")


def _marketer() -> Client:
    user = User.objects.filter(role=Role.MARKETER).first() or User.objects.create_user(
        email="marketer@bench.example", name="Marketer", role=Role.MARKETER
    )
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])
    client.force_login(user)
    return client


def _pages(name: str, addresses: Sequence[str], number: int, limit: float | None) -> Spread:
    client, times = _marketer(), []
    # The first round fills caches, as everybody's first page of the day does.
    for turn, address in zip(range(number + len(addresses)), cycle(addresses), strict=False):
        spent = timed(lambda address=address: client.get(address))  # type: ignore[misc]
        times += [1000 * spent] if turn >= len(addresses) else []
    return Spread(name, times, limit)


def lead_list(number: int) -> Spread:
    """Server time of the lead list by filters and orders that have an index, through all middleware."""
    return _pages("lead list, indexed filters", [f"/leads/{q}" for q in INDEXED], number, 150.0)


def custom_field(number: int) -> Spread:
    """The lead list by a custom field that one lead in a thousand has, and by one that none has: the page, or the
    refusal that says what to narrow."""
    if not AttributeField.objects.filter(key=PLAN).exists():
        AttributeField.objects.create(key=PLAN, label="Plan")
        rare = Lead.objects.alias(rest=Mod("id", 1000)).filter(rest=7)
        rare.update(attributes={PLAN: "Premium"})
    addresses = [
        "/leads/?custom.plan=premium",
        "/leads/?custom.plan=none",
        "/leads/?custom.plan=none&sort=name",
    ]
    # What stands around the list takes its time, too.
    return _pages("lead list, custom field", addresses, number, 1000.0 * queries.PATIENCE_S + 300)


def health(number: int) -> Spread:
    """The page of data health: every issue of every lead, counted when it is opened."""
    return _pages("data health", ["/leads/health/"], number, None)
