"""Who was behind an event, as far as it shows when it comes in: a person, a machine, a colleague, a test.

What shows only later (every link within seconds) is found in leads/activity/bursts.py; what people know better is a
rule (leads/activity/trust.py)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any

from leads.models import Event, OwnVisits

Trust = Event.Trust
Network = IPv4Network | IPv6Network

# Words in the user agents of machines that say so: crawlers, previews of links, scanners of mail, scripts.
MACHINES = re.compile(
    # Cubot makes telephones.
    r"""(?<!cu)bots?\b|crawl|spider|slurp|scanner|headless|phantomjs|puppeteer|playwright|selenium
      |lighthouse|pagespeed|gtmetrix|pingdom|uptime|statuscake|site24x7|monitor(?:ing)?[/\s;]
      |facebookexternalhit|facebot|whatsapp|telegram|skypeuripreview|embedly|quora\ link|outbrain|preview
      |barracuda|mimecast|proofpoint|safelinks|symantec|trendmicro|fortiguard|zscaler|forcepoint|sophos
      |bingpreview|google-?(?:safety|read-aloud|inspection|site-verification)|mediapartners|feedfetcher|adsbot
      |ahrefs|semrush|mj12|dotbot|petalbot|bytespider|gptbot|claudebot|ccbot|perplexity
      |^curl/|^wget/|^python-|^python/|aiohttp|^httpx|okhttp|^java/|apache-httpclient|^go-http|libwww|^ruby|^php/
      |node-fetch|^axios|^postman|insomnia|guzzle|scrapy|httpclient""",
    re.IGNORECASE | re.VERBOSE,
)
# Mail providers that fetch pictures for their readers: an open, but of whom and when nobody knows.
PROXIES = re.compile(r"googleimageproxy|yahoomailproxy|ggpht\.com", re.IGNORECASE)
PREFETCH = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


@dataclass(frozen=True)
class Sending:
    """What the request says: its user agent, whether it was made ahead of need, where it came from. All empty
    for a server that passes on what it saw itself."""

    user_agent: str = ""
    prefetch: bool = False
    address: str = ""


@dataclass(frozen=True)
class Own:
    """Networks and addresses of our own; `colleagues` and `testers` are addresses or "@domain"."""

    networks: tuple[Network, ...] = ()
    colleagues: frozenset[str] = frozenset()
    testers: frozenset[str] = frozenset()


def own() -> Own:
    """What is set; one query."""
    row = OwnVisits.objects.first()
    if row is None:
        return Own()
    return Own(
        networks=tuple(ip_network(text) for text in row.networks),
        colleagues=frozenset(row.colleagues),
        testers=frozenset(row.testers),
    )


def sending_of(meta: Mapping[str, Any], address: str) -> Sending:
    """Of a request's headers (request.META)."""
    purpose = " ".join(str(meta.get(name, "")) for name in PREFETCH).lower()
    ahead = any(word in purpose for word in ("prefetch", "prerender", "preview"))
    return Sending(str(meta.get("HTTP_USER_AGENT", "")), ahead, address)


def trust_of(data: Mapping[str, Any], sending: Sending, own: Own, email: str = "") -> Trust:
    """The class of one item: the strongest thing that speaks against a person first."""
    context = _mapping(data.get("context"))
    agent = _text(context.get("userAgent") or context.get("user_agent")) or sending.user_agent
    if _is_one_of(email, own.testers):
        return Trust.TEST
    if _is_one_of(email, own.colleagues) or _is_inside(context.get("ip"), sending, own):
        return Trust.INTERNAL
    if context.get("webdriver") is True or MACHINES.search(agent):
        return Trust.BOT
    if sending.prefetch or _text(context.get("purpose")).lower() in ("prefetch", "prerender"):
        return Trust.PREFETCH
    return Trust.PREFETCH if PROXIES.search(agent) else Trust.HUMAN


def _is_one_of(email: str, known: frozenset[str]) -> bool:
    return bool(email) and (email in known or f"@{email.rpartition('@')[2]}" in known)


def _is_inside(told: Any, sending: Sending, own: Own) -> bool:
    if not own.networks:
        return False
    try:
        address = ip_address(_text(told) or sending.address)
    except ValueError:
        return False
    return any(address in network for network in own.networks)


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return value.strip()[:1000] if isinstance(value, str) else ""
