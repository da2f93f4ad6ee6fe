from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import RequestFactory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import TokenBucket
from accounts.rate_limit import Verdict, client_key, forget_unused, take

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def take_at(seconds: float, *, rate: int = 60, burst: int = 3) -> Verdict:
    return take("form:ana", rate_per_minute=rate, burst=burst, at=after(seconds))


@pytest.mark.django_db
def test_the_burst_is_given_at_once_and_then_refused() -> None:
    assert [take_at(0).allowed for _deed in range(5)] == [True, True, True, False, False]


@pytest.mark.django_db
def test_tokens_come_back_with_time_and_never_above_the_burst() -> None:
    for _deed in range(3):
        take_at(0)
    assert not take_at(0.999_999).allowed
    assert take_at(1).allowed
    assert not take_at(1.5).allowed
    assert [take_at(3600).allowed for _deed in range(4)] == [True, True, True, False]


@pytest.mark.django_db
def test_the_refused_hear_when_to_come_back_and_then_are_let_in() -> None:
    for _deed in range(3):
        take_at(0, rate=2)
    refused = take_at(1, rate=2)
    assert refused == Verdict(False, 29)
    assert not take_at(29.9, rate=2).allowed
    assert take_at(1 + refused.retry_after_s, rate=2).allowed


@pytest.mark.django_db
def test_asking_again_and_again_does_not_delay_the_next_token() -> None:
    for _deed in range(3):
        take_at(0)
    assert not any(take_at(number / 100).allowed for number in range(100))
    assert take_at(1).allowed


@pytest.mark.django_db
def test_a_clock_that_lags_behind_gives_nothing_away() -> None:
    for _deed in range(3):
        take_at(10)
    assert not take_at(0).allowed
    assert not take_at(10.5).allowed
    assert take_at(11).allowed


@pytest.mark.django_db
def test_each_key_has_its_own_bucket() -> None:
    long = "x" * 300
    for key in ("ana", "rui", long + "1", long + "2"):
        assert take(key, rate_per_minute=1, burst=1, at=NOON).allowed
        assert not take(key, rate_per_minute=1, burst=1, at=NOON).allowed


@pytest.mark.django_db
def test_large_buckets_are_counted_too() -> None:
    for _deed in range(2):
        assert take_at(0, rate=100_000, burst=5_000_000).allowed
    assert TokenBucket.objects.get().micro_tokens == 4_999_998_000_000


@pytest.mark.django_db
def test_without_a_moment_the_clock_of_the_database_counts() -> None:
    assert take("ana", rate_per_minute=1, burst=1) == Verdict(True)
    assert take("ana", rate_per_minute=1, burst=1) == Verdict(False, 60)


@pytest.mark.django_db
def test_it_is_one_statement(django_assert_num_queries: Any) -> None:
    for _deed in range(5):
        with django_assert_num_queries(1):
            take_at(0)


@pytest.mark.parametrize(("rate", "burst"), [(0, 1), (1, 0), (-1, 5)])
def test_a_bucket_that_could_never_fill_is_a_mistake_of_ours(rate: int, burst: int) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        take("ana", rate_per_minute=rate, burst=burst)


@pytest.mark.django_db
@given(
    st.integers(1, 600),
    st.integers(1, 20),
    st.lists(st.integers(0, 3_000_000), min_size=1, max_size=40),
)
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_more_is_given_than_burst_and_rate_allow(
    rate: int, burst: int, pauses: list[int]
) -> None:
    TokenBucket.objects.all().delete()
    elapsed = given_out = 0
    for pause in pauses:
        elapsed += pause
        given_out += take_at(elapsed / 1_000_000, rate=rate, burst=burst).allowed
        assert given_out <= burst + elapsed * rate / 60_000_000


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_get_exactly_the_burst() -> None:
    def one(_number: int) -> bool:
        try:
            return take("form:all", rate_per_minute=60, burst=50, at=NOON).allowed
        finally:
            connection.close()

    # Twenty connections at a time: a server allows no more to all its clients than a hundred.
    with ThreadPoolExecutor(20) as people:
        assert sum(people.map(one, range(200))) == 50


@pytest.mark.django_db
def test_buckets_that_nobody_uses_are_forgotten() -> None:
    take("old", rate_per_minute=1, burst=1, at=NOON - timedelta(days=2))
    take("new", rate_per_minute=1, burst=1, at=NOON)
    assert forget_unused(at=NOON) == 1
    assert list(TokenBucket.objects.values_list("key", flat=True)) == ["new"]


# --- who asks -----------------------------------------------------------------------------


def key_of(remote: str, forwarded: str | None = None) -> str:
    headers = {"X-Forwarded-For": forwarded} if forwarded is not None else {}
    return client_key(RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers))


def test_a_forged_header_has_no_effect_without_proxies(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 0
    assert key_of("192.0.2.1", "198.51.100.7") == "192.0.2.1"


@pytest.mark.parametrize(
    ("hops", "forwarded", "key"),
    [
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "forged, 198.51.100.7, 203.0.113.9", "203.0.113.9"),
        (2, "198.51.100.7, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        (2, "203.0.113.9", "203.0.113.9"),
        (1, "203.0.113.9:4711", "203.0.113.9"),
        (1, "[2001:db8::1]:4711", "2001:db8::/64"),
        (1, "198.51.100.7, nonsense", "192.0.2.1"),
        (1, "198.51.100.7, ", "192.0.2.1"),
        (1, "", "192.0.2.1"),
        (1, None, "192.0.2.1"),
    ],
)
def test_the_header_counts_for_our_own_proxies_only(
    settings: Any, hops: int, forwarded: str | None, key: str
) -> None:
    settings.TRUSTED_PROXIES = hops
    assert key_of("192.0.2.1", forwarded) == key


def test_an_ipv6_customer_is_one_whatever_address_of_his_he_uses(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 0
    assert key_of("2001:db8:1:2::1") == key_of("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert key_of("2001:db8:1:3::1") != key_of("2001:db8:1:2::1")
    assert key_of("::ffff:192.0.2.1") == "192.0.2.1"


def test_a_client_without_an_address_is_unknown(settings: Any) -> None:
    settings.TRUSTED_PROXIES = 0
    assert key_of("") == "unknown"
