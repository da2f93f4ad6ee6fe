"""What makes two addresses, numbers, domains or company names the same. Pure; no network."""

import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email
from phonenumbers import (
    NumberParseException,
    PhoneNumberFormat,
    ValidationResult,
    format_number,
    is_possible_number_with_reason,
    parse,
)

LONGEST_EMAIL = 254
LONGEST_LOCAL_PART = 64
LONGEST_PHONE = 60
LONGEST_URL = 2_000
LONGEST_KEY = 200
# What copying from a web page leaves at the ends; strip() alone does not know these.
BLANKS = " \t\r\n\v\f\xa0\u200b\u200c\u200d\u2060\ufeff"

# Mail for anyone: such a domain says nothing about the company.
_FREE_MAIL = """
    gmail.com googlemail.com outlook.com outlook.de outlook.fr hotmail.com hotmail.co.uk hotmail.de
    hotmail.es hotmail.fr hotmail.it live.com live.co.uk live.de live.fr live.nl msn.com
    yahoo.com yahoo.co.in yahoo.co.jp yahoo.co.uk yahoo.com.br yahoo.de yahoo.es yahoo.fr yahoo.it
    ymail.com rocketmail.com aol.com icloud.com me.com mac.com
    proton.me protonmail.com pm.me tuta.io tutanota.com hey.com fastmail.com hushmail.com
    zoho.com mail.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de posteo.de
    mailbox.org orange.fr wanadoo.fr free.fr laposte.net sfr.fr libero.it virgilio.it tiscali.it
    seznam.cz centrum.cz wp.pl o2.pl onet.pl interia.pl mail.ru yandex.ru yandex.com bk.ru inbox.ru
    list.ru ukr.net rediffmail.com qq.com 163.com 126.com sina.com foxmail.com naver.com daum.net
    uol.com.br bol.com.br terra.com.br comcast.net verizon.net att.net sbcglobal.net cox.net
    btinternet.com sky.com bigpond.com shaw.ca rogers.com telenet.be ziggo.nl bluewin.ch
"""
FREE_MAIL_DOMAINS = frozenset(_FREE_MAIL.split())

# Legal forms, written as company_name_key() leaves them: lower case, no accents, no dots.
_LEGAL_FORMS = """
    gmbh mbh aktiengesellschaft ag kg kgaa ohg gbr ug ev eg se haftungsbeschrankt
    ltd limited plc llp llc lp inc incorporated corp corporation co company cic
    sa sas sasu sarl sprl srl spa snc bv nv cv vof ab as asa aps oy oyj ou
    sl slu sau lda ltda cia sapi sab spzoo zoo sp spj sro doo dd ad ood eood kft zrt nyrt
    ooo oao zao pao tov uab sia pty pte pvt private sdn bhd kk fze fzco fzc psc
"""
LEGAL_FORMS = frozenset(_LEGAL_FORMS.split())
LEGAL_PREFIXES = frozenset({"ooo", "oao", "zao", "pao", "uab", "pt"})

# Names and domains that need no table of all scripts to be judged; most addresses are made of them.
PLAIN_NAME = re.compile(r"[a-z0-9_]+(?:[.+-][a-z0-9_]+)*", re.ASCII)
PLAIN_DOMAIN = re.compile(r"(?!xn--)(?!.*\.xn--)[A-Za-z0-9.-]+", re.ASCII | re.IGNORECASE)

SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*://|^//", re.IGNORECASE)
WORDS = re.compile(r"[^\W_]+")


def normal_email(text: str) -> str | None:
    """The address as a key (NFKC, case-folded, domain in Unicode), or None if it is not one."""
    text = text.strip(BLANKS)
    if len(text) > LONGEST_EMAIL:
        return None
    local, _at, domain = _nfkc(text).rpartition("@")
    local = _nfkc(local.casefold())
    address = f"{local}@{domain}"
    is_plain = PLAIN_NAME.fullmatch(local) and PLAIN_DOMAIN.fullmatch(domain)
    if is_plain and len(local) <= LONGEST_LOCAL_PART and len(address) <= LONGEST_EMAIL:
        known = _plain_domain(domain.lower())
        return f"{local}@{known}" if known else None
    return _validated(address)


def _validated(address: str) -> str | None:
    try:
        return validate_email(address, check_deliverability=False, strict=True).normalized
    except EmailNotValidError:
        return None


@lru_cache(maxsize=10_000)
def _plain_domain(domain: str) -> str | None:
    """The domain as it is kept, or None. Many addresses share few domains, and checking one is dear."""
    address = _validated(f"x@{domain}")
    return address.removeprefix("x@") if address else None


def is_email(text: str) -> bool:
    return normal_email(text) is not None


def email_domain(text: str) -> str | None:
    """The domain of an address, or None if it is not an address."""
    email = normal_email(text)
    return email.rpartition("@")[2] if email else None


def is_free_mail(text: str) -> bool:
    """Whether the address is at a provider where anybody gets one."""
    return email_domain(text) in FREE_MAIL_DOMAINS


def normal_phone(text: str, region: str | None = None) -> str | None:
    """The number as E.164, without extension; None if it cannot be one.

    A number without country code is read as one of `region`, such as "DE".
    """
    text = _nfkc(text).strip(BLANKS)
    if len(text) > LONGEST_PHONE:
        return None
    try:
        number = parse(text, region.upper() if region else None)
    except NumberParseException:
        return None
    # A local number without its area code is many people's number.
    if is_possible_number_with_reason(number) != ValidationResult.IS_POSSIBLE:
        return None
    return format_number(number, PhoneNumberFormat.E164)


def normal_domain(text: str) -> str | None:
    """The domain of a web address or host name without "www.", or None if there is none."""
    text = _nfkc(text.strip(BLANKS))
    if len(text) > LONGEST_URL:
        return None
    host = re.split(r"[/?#\\]", SCHEME.sub("", text), maxsplit=1)[0]
    host = host.rpartition("@")[2].partition(":")[0].rstrip(".")
    # What an e-mail may have after its @ is exactly a domain: no bare word, no IP address.
    domain = email_domain(f"x@{host}")
    return domain.removeprefix("www.") if domain else None


def company_name_key(text: str) -> str:
    """The name without case, accents, punctuation and legal form; empty if that leaves nothing."""
    plain = "".join(
        char
        for char in unicodedata.normalize("NFKD", text[:LONGEST_URL].casefold())
        if not unicodedata.combining(char)
    )
    words = WORDS.findall(plain.replace("&", " and ").replace("'", ""))
    return " ".join(_without_legal_form(words))[:LONGEST_KEY]


def _without_legal_form(words: list[str]) -> list[str]:
    kept = _join_initials(words)
    stripped = False
    # "and" and "de" only lead to the legal form after them: "& Co", "S.A. de C.V.".
    while len(kept) > 1 and (kept[-1] in LEGAL_FORMS or (stripped and kept[-1] in ("and", "de"))):
        kept = _join_initials(kept[:-1])
        stripped = True
    return kept[1:] if len(kept) > 1 and kept[0] in LEGAL_PREFIXES else kept


def _join_initials(words: list[str]) -> list[str]:
    """Make one word of single letters at the end, so that "S.A." and "A/S" are known."""
    first = len(words)
    while first and len(words[first - 1]) == 1:
        first -= 1
    return [*words[:first], "".join(words[first:])] if first < len(words) else words


def _nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)
