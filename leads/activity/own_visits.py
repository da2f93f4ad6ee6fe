"""Whose visits are our own or tests: said once, it holds for what comes in from then on."""

from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_network

from accounts.models import User
from leads.identity import contact_keys
from leads.models import OwnVisits


class BadLine(ValueError):
    """A line that is no network, or no address; the text is that line."""


def stored() -> OwnVisits:
    return OwnVisits.objects.select_related("changed_by").first() or OwnVisits()


def keep(
    *, networks: Sequence[str], colleagues: Sequence[str], testers: Sequence[str], by: User, at: datetime
) -> None:  # fmt: skip
    OwnVisits.objects.update_or_create(
        singleton=True,
        defaults={
            "networks": list(networks), "colleagues": list(colleagues), "testers": list(testers),
            "changed_by": by, "changed_at": at,
        },
    )  # fmt: skip


def read_networks(text: str) -> list[str]:
    """One network a line, as 192.0.2.0/24 or a single address. Raises BadLine."""
    return [_network(line) for line in _lines(text)]


def _network(line: str) -> str:
    try:
        return str(ip_network(line, strict=False))
    except ValueError:
        raise BadLine(line) from None


def read_people(text: str) -> list[str]:
    """One address or "@domain" a line, as they are kept. Raises BadLine."""
    return [_person(line) for line in _lines(text)]


def _person(line: str) -> str:
    email = contact_keys.normal_email(f"x{line}" if line.startswith("@") else line)
    if email is None:
        raise BadLine(line)
    return email.removeprefix("x") if line.startswith("@") else email


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
