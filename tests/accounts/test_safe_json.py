import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.safe_json import BadJson, Limits, TooLarge, loads, loads_batch

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**60), 10**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")),
    lambda below: (
        st.lists(below, max_size=5)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00")), below
        )
    ),
    max_leaves=20,
)


def nested(depth: int) -> bytes:
    return b"[" * depth + b"]" * depth


def refused(raw: bytes, limits: Limits | None = None) -> BadJson:
    with pytest.raises(BadJson) as caught:
        loads(raw, limits=limits or Limits())
    return caught.value


@given(PLAIN)
def test_ordinary_json_is_read_as_it_is(value: object) -> None:
    assert loads(json.dumps(value).encode()) == value
    assert loads(json.dumps(value, ensure_ascii=False).encode()) == value


@given(st.binary(max_size=300) | st.text(alphabet='[]{}",:\\ u0d8e1.-N\n').map(str.encode))
def test_no_bytes_raise_anything_else(raw: bytes) -> None:
    for read in (loads, lambda given: loads_batch(given, within="batch")):
        try:
            read(raw)
        except (BadJson, TooLarge) as error:
            assert str(error)


def test_a_byte_order_mark_does_no_harm() -> None:
    assert loads("\ufeff[1]".encode()) == [1]


def test_bodies_over_the_limit_are_not_parsed() -> None:
    assert loads(b'"' + b"x" * 8 + b'"', limits=Limits(bytes=10)) == "x" * 8
    with pytest.raises(TooLarge, match="10 bytes"):
        loads(b'"' + b"x" * 9 + b'"', limits=Limits(bytes=10))


def test_nesting_is_limited_to_the_level() -> None:
    loads(nested(20))
    for depth in (21, 200, 201, 5_000, 100_000):
        assert "deep" in refused(nested(depth)).reason


def test_values_are_limited_to_the_one() -> None:
    loads(json.dumps([0] * 4_999).encode())
    loads(json.dumps([[], {}, "a,b", [1, 2]]).encode(), limits=Limits(values=7))
    assert "5000 values" in refused(json.dumps([0] * 5_000).encode()).reason
    assert "6 values" in refused(b'[[], {}, "a,b", [1, 2]]', Limits(values=6)).reason


def test_brackets_within_texts_do_not_count() -> None:
    loads(json.dumps({"a": "[" * 500 + '\\"' + "{," * 9_000}).encode())


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("9" * 65, "64 digits"),
        ("-" + "9" * 65, "64 digits"),
        ("0." + "1" * 63, "64 digits"),
        ("9" * 5_000, "64 digits"),
        ("1e400", "too large"),
        ("-1e400", "too large"),
        ("NaN", "NaN is not a number"),
        ("Infinity", "Infinity is not a number"),
        ("-Infinity", "-Infinity is not a number"),
    ],
)
def test_numbers_that_nobody_can_keep_are_refused(number: str, reason: str) -> None:
    error = refused(b'{"lead": {"age": %s}}' % number.encode())
    assert reason in error.reason
    assert error.where == "lead.age"


def test_long_numbers_within_the_limit_are_exact() -> None:
    assert loads(b"9" * 64) == int("9" * 64)
    assert loads(b"-" + b"9" * 64) == -int("9" * 64)


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (rb'{"lead": [{"name": "a\u0000b"}]}', "lead[0].name"),
        (rb'{"lead": {"name": "\ud800"}}', "lead.name"),
        (rb'{"lead": {"name": "\udfff\ud800"}}', "lead.name"),
        (rb'{"a\u0000": 1}', r"'a\x00'"),
        (rb'{"lead": {"\ud800": 1}}', r"lead.'\ud800'"),
        (rb'"\u0000"', ""),
    ],
)
def test_nul_and_half_characters_are_refused_with_their_path(raw: bytes, where: str) -> None:
    assert refused(raw).where == where


def test_a_pair_of_surrogates_is_one_character() -> None:
    assert loads(rb'"\ud83d\ude00"') == "😀"


def test_a_name_given_twice_is_refused() -> None:
    assert "“email” occurs twice" in refused(b'{"lead": {"email": 1, "email": 2}}').reason


@pytest.mark.parametrize(
    ("raw", "where"),
    [
        (b"", ""),
        (b" \n", ""),
        (b'{"a": 1', "line 1, column 8"),
        (b'{"a":\n 1,}', "line 2"),
        (b"[1]]", "line 1"),
        (b"{\"a\": 'b'}", "line 1"),
        (b'"a\nb"', "line 1"),
        (b'"\xff\xfe"', "byte 2"),
        (b'"\xc0\xaf"', "byte 2"),
        (b'"\xed\xa0\x80"', "byte 2"),
        ('{"a": 1}'.encode("utf-16"), "byte 1"),
        (b"+AHsAIg-name+ACI:+ACI-+AH0-", "line 1"),
    ],
)
def test_what_is_not_json_in_utf8_is_refused_with_its_place(raw: bytes, where: str) -> None:
    assert refused(raw).where.startswith(where)


def test_a_bad_item_does_not_spoil_its_neighbours() -> None:
    raw = rb"""{"sentAt": "now", "batch": [
        {"event": "good"}, {"event": "a\u0000b"}, {"event": "\ud800"}, {"n": 1e400},
        {"a": 1, "a": 2}, DEEP, 7, {"event": "also good"}
    ]}""".replace(b"DEEP", nested(30))
    batch = loads_batch(raw, within="batch")
    assert batch.rest == {"sentAt": "now"}
    assert [item.value for item in batch.items] == [
        {"event": "good"}, None, None, None, None, None, 7, {"event": "also good"}
    ]  # fmt: skip
    where = [item.error.where for item in batch.items if item.error]
    assert where[:4] == ["batch[1].event", "batch[2].event", "batch[3].n", "batch[4]"]


def test_a_bare_list_is_a_batch() -> None:
    assert [item.value for item in loads_batch(b"[1, 2]", within="batch").items] == [1, 2]


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b'{"batch": {}}',
        b"7",
        b"null",
        b'{"batch": [], "batch": []}',
        b'{"batch": {"a": 1, "a": 2}}',
        rb'{"batch": [], "sentAt": "\u0000"}',
        b'{"batch": [',
    ],
)
def test_a_batch_that_cannot_be_read_as_a_whole_is_refused(raw: bytes) -> None:
    with pytest.raises(BadJson):
        loads_batch(raw, within="batch")
