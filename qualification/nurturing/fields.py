"""The text of an e-mail with fields: “Hello {first_name|there}”. Pure.

What a lead typed about itself stands in a mail of ours, which a stranger can have sent to somebody else's address:
so a value that looks like an address of a page, or is no short line, is left out for what stands behind the bar."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

FIELD = re.compile(r"\{([a-z_]+)(?:\|([^{}|]*))?\}")
LINK = re.compile(r"https?://[^\s<>\"'{}]+[^\s<>\"'{}.,;:!?)]")
SUSPICIOUS = re.compile(r"://|www\.|@|\.[a-z]{2,}(?:/|$)|[<>{}\[\]]", re.IGNORECASE)
LONGEST = 60
QUESTIONS = "questions"
NAMES: dict[str, Any] = {
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "company": gettext_lazy("Company"),
    "title": gettext_lazy("Job title"),
    "owner": gettext_lazy("Name of the lead's owner"),
    "organisation": gettext_lazy("Name of our organisation"),
    QUESTIONS: gettext_lazy("Link to the questions"),
}
# These are ours and are not looked at with suspicion.
OURS = {"owner", "organisation", QUESTIONS}


@dataclass(frozen=True)
class Filled:
    """A subject and a body as they are sent, and the addresses of the links that were replaced."""

    subject: str
    body: str
    links: list[str]


def wrong(text: str) -> list[str]:
    """What cannot be meant, in words; empty for a text that can be filled in."""
    names = {match[1] for match in FIELD.finditer(text)}
    problems = [
        _("There is no field {%(name)s}.") % {"name": name} for name in sorted(names - NAMES.keys())
    ]
    rest = FIELD.sub("", text)
    if "{" in rest or "}" in rest:
        problems.append(_("A brace stands alone. Fields are written like {first_name|there}."))
    return problems


def fill(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields; one without a value becomes what stands behind its bar, or nothing."""
    return FIELD.sub(lambda match: _value(match[1], values) or (match[2] or ""), text)


def _value(name: str, values: Mapping[str, str]) -> str:
    value = " ".join("".join(c if c.isprintable() else " " for c in values.get(name, "")).split())
    if name in OURS:
        return value
    return "" if len(value) > LONGEST or SUSPICIOUS.search(value) else value


def follow_links(text: str, link: Any) -> tuple[str, list[str]]:
    """The text of a step with each address of a page replaced by `link(n)`, and those addresses. Do this before
    fields are filled in: what a lead typed is never a link."""
    found: list[str] = []

    def replaced(match: re.Match[str]) -> str:
        found.append(match[0])
        return str(link(len(found) - 1))

    return LINK.sub(replaced, text), found
