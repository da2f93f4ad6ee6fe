import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.text import TextError, clean_text, flaw_of

OVERRIDE, END = "\u202e", "\u202c"
ISOLATE, END_ISOLATE = "\u2067", "\u2069"


def clean(text: str) -> str:
    return clean_text(text, limit=1000)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "\udfff tail"])
def test_it_refuses_what_the_database_cannot_hold(text: str) -> None:
    with pytest.raises(TextError):
        clean(text)
    assert flaw_of(text) is not None


def test_it_refuses_text_beyond_the_limit() -> None:
    assert clean_text("a" * 10, limit=10) == "a" * 10
    with pytest.raises(TextError, match="at most 10 characters"):
        clean_text("a" * 11, limit=10)


def test_twins_of_one_text_become_equal() -> None:
    assert clean("Jo\u0308rg") == clean("Jörg") == "Jörg"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_line_end_becomes_a_newline(end: str) -> None:
    assert clean(f"a{end}b\tc") == "a\nb\tc"


def test_control_characters_are_dropped_and_letters_of_all_kinds_kept() -> None:
    assert clean("a\x01\x1b[31mb\x7f\x9b") == "a[31mb"
    assert clean("名前 😀 \u200fשלום\u200f 👩\u200d👧") == "名前 😀 \u200fשלום\u200f 👩\u200d👧"


def test_a_change_of_direction_ends_with_its_line() -> None:
    assert clean(f"a{OVERRIDE}b") == f"a{OVERRIDE}b{END}"
    assert clean(f"{ISOLATE}a\nb") == f"{ISOLATE}a{END_ISOLATE}\nb"
    assert clean(f"{OVERRIDE}{ISOLATE}a") == f"{OVERRIDE}{ISOLATE}a{END_ISOLATE}{END}"
    assert clean(f"{OVERRIDE}a{END}b") == f"{OVERRIDE}a{END}b"
    assert clean(f"a{END}b{END_ISOLATE}") == "ab"


@given(st.text(alphabet="a\n\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
def test_directions_are_balanced_on_every_line(text: str) -> None:
    for line in clean_text(text, limit=10_000).split("\n"):
        opened = [char for char in line if char in "\u202a\u202b\u202d\u202e"]
        isolated = [char for char in line if char in "\u2066\u2067\u2068"]
        assert line.count(END) == len(opened)
        assert line.count(END_ISOLATE) == len(isolated)


@given(st.text())
def test_clean_text_is_clean(text: str) -> None:
    try:
        once = clean_text(text, limit=10_000)
    except TextError:
        return
    assert clean_text(once, limit=10_000) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()
