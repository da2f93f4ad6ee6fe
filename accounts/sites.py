"""Hosts of web sites: of those that may show a form in a frame, and where a form may send a visitor."""

import re
from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# What a Content-Security-Policy takes as a host: *.example.com, example.com or localhost:8080.
HOST = re.compile(
    r"(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*(:\d{1,5})?"
)
LINE_END = re.compile(r"[\n,]")
LONGEST_HOST, MOST_HOSTS = 253, 50


class SitesField(forms.CharField):
    """Hosts, one a line; cleaned it gives hosts()."""

    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        try:
            return hosts(super().clean(value))
        except SiteError as error:
            raise ValidationError(str(error)) from None


class SiteError(ValueError):
    """A site that cannot be meant; the message says why, for the person who wrote it."""


def hosts(text: str) -> list[str]:
    """The hosts out of a text with one a line, each once: www.example.com out of https://www.Example.com/path.
    Raises SiteError."""
    found = list(
        dict.fromkeys(_host(line.strip()) for line in LINE_END.split(text) if line.strip())
    )
    if len(found) > MOST_HOSTS:
        raise SiteError(_("At most %d sites.") % MOST_HOSTS)
    return found


def _host(line: str) -> str:
    host = line.partition("://")[2] or line
    host = host.split("/")[0].casefold()
    if not host.isascii():
        host = _ascii(host)
    if not HOST.fullmatch(host) or len(host) > LONGEST_HOST:
        raise SiteError(_("“%s” is not a site. Write it like www.example.com.") % line[:80])
    return host


def _ascii(host: str) -> str:
    """bücher.example as browsers know it; what cannot be written so is no host either."""
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return ""


def allowed(url: str, sites: Collection[str]) -> bool:
    """Whether this is a web address on one of the sites, with a host as browsers know it: see in_ascii()."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    host = f"{parts.hostname}:{port}" if port else parts.hostname or ""
    # What browsers and we might read differently, such as a backslash, is no host.
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not HOST.fullmatch(host):
        return False
    return any(_matches(host, site) for site in sites)


def in_ascii(url: str) -> str:
    """The address with its host as browsers know it: xn--bcher-kva.example for bücher.example."""
    start, sign, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return url if host.isascii() else f"{start}{sign}{_ascii(host)}{slash}{path}"


def _matches(host: str, site: str) -> bool:
    return host.endswith(site[1:]) if site.startswith("*.") else host == site
