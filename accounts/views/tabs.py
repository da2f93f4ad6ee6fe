"""The tabs over the pages of people and keys."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

TABS = [
    (_("People"), "accounts:people"),
    (_("Teams"), "accounts:teams"),
    (_("Keys"), "accounts:keys"),
    (_("Organisation"), "accounts:organisation"),
]


def tabs(current: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": reverse(name), "current": name == current} for label, name in TABS
    ]
