"""What the domain of an address says: a company, mail for anybody, or mail that is thrown away. The lists come
with the libraries; nothing is looked up."""

from enum import StrEnum
from functools import cache, lru_cache

from disposable_email_domains import blocklist
from publicsuffixlist import PublicSuffixList

from leads.identity.contact_keys import FREE_MAIL_DOMAINS

# About 10,000 names, renewed with the library.
THROWN_AWAY: frozenset[str] = frozenset(blocklist)


class Kind(StrEnum):
    COMPANY = "company"
    FREE = "free"
    DISPOSABLE = "disposable"


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@lru_cache(maxsize=10_000)
def registrable(domain: str) -> str:
    """What somebody registered: “acme.co.uk” of “mail.acme.co.uk”. The domain itself where it is a suffix."""
    return _suffixes().privatesuffix(domain) or domain


def kind(domain: str) -> Kind:
    """Disposable goes first: lists of free providers name the disposable ones as well."""
    names = {domain, registrable(domain)}
    if names & THROWN_AWAY:
        return Kind.DISPOSABLE
    return Kind.FREE if names & FREE_MAIL_DOMAINS else Kind.COMPANY


def company_domain(email: str) -> str:
    """The domain of the company that an address is of; empty if it is of none."""
    domain = email.rpartition("@")[2]
    return registrable(domain) if domain and kind(domain) is Kind.COMPANY else ""
