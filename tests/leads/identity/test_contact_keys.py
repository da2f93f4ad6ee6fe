import pytest
from hypothesis import given
from hypothesis import strategies as st

from leads.identity.contact_keys import (
    FREE_MAIL_DOMAINS,
    company_name_key,
    email_domain,
    is_email,
    is_free_mail,
    normal_domain,
    normal_email,
    normal_phone,
)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Ana@Example.COM", "ana@example.com"),
        ("  ana@example.com\u200b\n", "ana@example.com"),
        ("ａｎａ＠example．com", "ana@example.com"),
        ("ana+news@example.com", "ana+news@example.com"),
        ("JÖRG@example.com", "jörg@example.com"),
        ("jo\u0308rg@example.com", "jörg@example.com"),
        ("ana@xn--mller-kva.example", "ana@müller.example"),
        ("o'neil@example.com", "o'neil@example.com"),
    ],
)
def test_spellings_of_one_address_have_one_key(written: str, key: str) -> None:
    assert normal_email(written) == key


@pytest.mark.parametrize(
    "written",
    [
        "",
        "ana",
        "ana@",
        "@example.com",
        "ana@localhost",
        "ana@example",
        "ana@@example.com",
        "ana@example..com",
        "ana@[127.0.0.1]",
        '"ana b"@example.com',
        "Ana <ana@example.com>",
        "ana@example.com, rui@example.com",
        "ana@example.com\r\nBcc: rui@example.com",
        "ana\x00@example.com",
        "ana\u202e@example.com",
        "\ud800@example.com",
        "a" * 65 + "@example.com",
        "ana@" + "a" * 64 + ".com",
        "ana@" + "a." * 130 + "com",
        "x" * 1_000_000,
    ],
)
def test_what_is_not_an_address_has_no_key(written: str) -> None:
    assert normal_email(written) is None
    assert not is_email(written)
    assert email_domain(written) is None


@given(st.from_regex(r"\A[\w.+-]{1,30}@[\w-]{1,20}\.[a-z]{2,5}\Z") | st.emails())
def test_the_key_of_a_key_is_the_key(written: str) -> None:
    key = normal_email(written)
    if key is not None:
        assert normal_email(key) == key
        assert len(key) <= 254


@given(st.text())
def test_no_text_breaks_a_key(text: str) -> None:
    normal_email(text)
    normal_phone(text, "DE")
    normal_domain(text)
    assert len(company_name_key(text * 50)) <= 200


def test_free_mail_is_told_from_business_mail() -> None:
    assert is_free_mail("Ana@GMail.com")
    assert not is_free_mail("ana@acme.example")
    assert not is_free_mail("no address")
    assert all(normal_domain(domain) == domain for domain in FREE_MAIL_DOMAINS)


@pytest.mark.parametrize(
    ("written", "region", "key"),
    [
        ("+49 30 1234567", None, "+49301234567"),
        ("+49 (0)30 / 123 45 67", None, "+49301234567"),
        ("030 1234567", "DE", "+49301234567"),
        ("030 1234567", "de", "+49301234567"),
        ("(415) 555-0132 ext. 9", "US", "+14155550132"),
        ("+٤٩ 30 1234567", None, "+49301234567"),
        ("030 1234567", None, None),
        ("555-0132", "US", None),
        ("123", "DE", None),
        ("abcdefg", "US", None),
        ("+1-INVALID-NUM", None, None),
        ("030 1234567", "XX", None),
        ("", None, None),
        ("\x00", "DE", None),
        ("1" * 100_000, "DE", None),
    ],
)
def test_a_phone_number_is_kept_as_e164(written: str, region: str | None, key: str | None) -> None:
    assert normal_phone(written, region) == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("acme.example", "acme.example"),
        ("https://www.Acme.example/about?x=1#y", "acme.example"),
        ("http://user:secret@acme.example:8080/", "acme.example"),
        ("//acme.example", "acme.example"),
        ("acme.example.", "acme.example"),
        ("www.acme.co.uk", "acme.co.uk"),
        ("https://müller.example", "müller.example"),
        ("xn--mller-kva.example", "müller.example"),
        ("localhost", None),
        ("127.0.0.1", None),
        ("http://[::1]/", None),
        ("javascript:alert(1)", None),
        ("not a domain", None),
        ("", None),
    ],
)
def test_a_domain_is_read_from_addresses_and_host_names(written: str, key: str | None) -> None:
    assert normal_domain(written) == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Acme GmbH", "acme"),
        ("ACME, Inc.", "acme"),
        ("Acme S.A.", "acme"),
        ("Acme A/S", "acme"),
        ("Acme GmbH & Co. KG", "acme"),
        ("Acme S.A. de C.V.", "acme"),
        ("Acme Private Limited", "acme"),
        ("Acme Sp. z o.o.", "acme"),
        ("Acme UG (haftungsbeschränkt)", "acme"),
        ("ООО Acme", "ооо acme"),
        ("OOO Acme", "acme"),
        ("Müller & Söhne Ltd", "muller and sohne"),
        ("Smith and Company", "smith"),
        ("O'Brien LLC", "obrien"),
        ("Vitamin B", "vitamin b"),
        ("Limited", "limited"),
        ("株式会社アクメ", "株式会社アクメ"),
        ("  ", ""),
        ("---", ""),
    ],
)
def test_a_company_name_is_known_without_its_legal_form(written: str, key: str) -> None:
    assert company_name_key(written) == key
