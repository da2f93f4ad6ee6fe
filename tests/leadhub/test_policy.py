"""Every URL as every role, both kinds of key and a stranger: the table says what happens."""

from collections.abc import Iterator
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts import keys, policy
from accounts.models import ApiKey, Role, User
from leadhub.routes import OPEN, ROUTES
from tests import factories
from tests.leadhub.facts_of_urls import FOREIGN, OF_NO_LEAD, facts

pytestmark = pytest.mark.django_db

# Only while DEBUG is on.
SOMETIMES = {"styleguide"}
PEOPLE = [str(role) for role in Role]
KEYS = [policy.PUBLIC, policy.SECRET]
STRANGER = ""
METHODS = ["GET", "POST"]
REFUSED = {401, 403, 404}


def names(
    patterns: list[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, set[str]]]:
    """The name of every URL with the names of its parameters."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from names(pattern.url_patterns, space)
        else:
            yield f"{prefix}{pattern.name}", set(pattern.pattern.regex.groupindex)


URLS = dict(names(get_resolver().url_patterns))


@dataclass
class Asker:
    """Somebody who asks: a role, a kind of key, or a stranger, with the browser of theirs."""

    column: str
    principal: User | ApiKey | None
    client: Client

    def ask(self, method: str, name: str, arguments: dict[str, Any], query: str = "") -> int:
        """The status of the answer; whatever the request did is undone."""
        cookies = SimpleCookie(self.client.cookies.output(header="", sep=";"))
        self.client.raise_request_exception = False
        with transaction.atomic():
            response = self.client.generic(method, reverse(name, kwargs=arguments) + query)
            if response.streaming:
                response.getvalue()
            transaction.set_rollback(True)
        self.client.cookies = cookies
        if response.status_code == 302 and response["Location"].startswith("/login/?next="):
            return 401
        return int(response.status_code)


def asker(column: str, **of_user: Any) -> Asker:
    if column in KEYS:
        kind = ApiKey.Kind.PUBLIC if column == policy.PUBLIC else ApiKey.Kind.SECRET
        key, text = keys.make(kind=kind, name="Test", by=None)
        return Asker(column, key, Client(headers={"Authorization": f"Bearer {text}"}))
    if column == STRANGER:
        return Asker(column, None, Client())
    user = factories.make_user(column, **of_user)
    client = Client()
    client.force_login(user)
    return Asker(column, user, client)


def expected(column: str, name: str, method: str) -> str:
    """What the table says: open, allowed, denied, or who are you."""
    action = ROUTES[name].action(method)
    if action == OPEN:
        return "allowed"
    if column == STRANGER or (column in KEYS and not name.startswith(("api:", "ingest:"))):
        return "unknown"
    return "allowed" if action and policy.POLICY[action].get(column) else "denied"


def seen(status: int) -> str:
    if status >= 500:
        return f"broken ({status})"
    return {401: "unknown", 403: "denied", 404: "not found"}.get(status, "allowed")


def test_every_url_has_a_row() -> None:
    assert sorted(set(URLS) - set(ROUTES)) == []


def test_every_row_has_a_url() -> None:
    assert sorted(set(ROUTES) - set(URLS) - SOMETIMES) == []


def test_every_row_names_an_action_of_the_table() -> None:
    named = {action for row in ROUTES.values() for action in (row.read, row.write) if action}
    assert sorted(named - set(policy.POLICY) - {OPEN}) == []


def test_every_action_is_needed_by_a_row() -> None:
    named = {action for row in ROUTES.values() for action in (row.read, row.write)}
    assert sorted(set(policy.POLICY) - named) == []


@pytest.mark.parametrize("column", [*PEOPLE, *KEYS, STRANGER])
def test_what_the_table_says_is_what_happens(column: str) -> None:
    known = facts()
    who = asker(column, teams=[known.team])
    wrong = []
    for name, parameters in URLS.items():
        arguments = known.arguments(name, parameters)
        for method in METHODS:
            said, status = (
                expected(column, name, method),
                who.ask(method, name, arguments, known.query.get(name, "")),
            )
            if seen(status) != said and (name, method) not in known.gone:
                wrong.append(f"{method} {name}: {said}, but {status}")
    assert wrong == []


def test_every_url_of_a_lead_is_asked_for_by_another_team() -> None:
    with_an_id = {name for name, parameters in URLS.items() if "public_id" in parameters}
    assert sorted(with_an_id - FOREIGN - OF_NO_LEAD) == []


@pytest.mark.parametrize("column", [Role.SDR, Role.MANAGER])
def test_leads_of_other_teams_are_not_there(column: str) -> None:
    known = facts()
    outsider = asker(column, teams=[factories.make_team("Elsewhere")])
    wrong = []
    for name in sorted(FOREIGN & set(URLS)):
        arguments = known.arguments(name, URLS[name])
        for method in METHODS:
            if expected(column, name, method) == "allowed":
                status = outsider.ask(method, name, arguments)
                if status not in (404, 405):
                    wrong.append(f"{method} {name}: {status}")
    assert wrong == []


def test_a_deactivated_person_is_a_stranger_at_the_next_request() -> None:
    who = asker(Role.ADMINISTRATOR)
    assert who.ask("GET", "accounts:me", {}) == 200
    User.objects.update(is_active=False)
    assert who.ask("GET", "accounts:me", {}) == 401


def test_a_revoked_key_opens_nothing() -> None:
    who = asker(policy.SECRET)
    assert who.ask("GET", "api:leads", {}) == 200
    ApiKey.objects.update(revoked_at=factories.now())
    assert who.ask("GET", "api:leads", {}) == 401
