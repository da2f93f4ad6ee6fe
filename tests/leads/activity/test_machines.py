"""Machines are found in one walk, and are the same that a look at every pair of deeds finds."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from leads.activity import machines
from leads.activity.machines import LINKS, LINKS_S, PAGES, PAGES_S, Deed, Found

NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def view(number: int, *, after: float, page: str = "", visitor: int = 1, is_open: bool = True) -> Deed:  # fmt: skip
    at = NOON + seconds(after)
    return Deed(number, 7, visitor, at, "page", page or f"{number}", "", is_open, False)


def mail(number: int, *, after: float, link: str | None, at_once: bool = False) -> Deed:
    kind = "email_click" if link else "email_open"
    return Deed(number, 7, None, NOON + seconds(after), kind, link, "news", True, at_once)


def reasons(deeds: list[Deed]) -> dict[int, str]:
    return {one.event_id: one.reason for one in machines.found(deeds)}


def test_fifteen_different_pages_in_two_seconds_are_too_many() -> None:
    views = [view(n, after=n / 8) for n in range(PAGES)]
    assert set(reasons(views).values()) == {"speed"} and len(reasons(views)) == PAGES
    assert reasons(views[1:]) == {}
    assert reasons([view(n, after=n / 8, page="one") for n in range(99)]) == {}
    # By two browsers they are not too fast.
    assert reasons([view(n, after=n / 8, visitor=n % 2) for n in range(PAGES)]) == {}


def test_an_open_near_a_scan_is_the_scanners_too() -> None:
    scan = [mail(n, after=n, link=f"/{n}") for n in range(LINKS)]
    near, far = mail(8, after=-9, link=None), mail(9, after=25, link=None)
    assert reasons([*scan, near, far]) == dict.fromkeys([0, 1, 2, 8], "fan_out")


def test_a_scan_outweighs_the_moment_of_sending() -> None:
    scan = [mail(n, after=n, link=f"/{n}", at_once=True) for n in range(LINKS)]
    alone = mail(9, after=60, link=None, at_once=True)
    assert reasons([*scan, alone]) == {**dict.fromkeys(range(LINKS), "fan_out"), 9: "at_once"}


def test_what_a_rule_decided_on_counts_and_is_left_alone() -> None:
    views = [view(n, after=n / 8, is_open=n > 0) for n in range(PAGES)]
    assert 0 not in reasons(views) and len(reasons(views)) == PAGES - 1


MOMENTS = st.one_of(st.integers(0, 6), st.floats(0, 25)).map(seconds)
DEEDS = st.lists(
    st.tuples(
        MOMENTS, st.sampled_from(["page", "email_click", "email_open"]), st.integers(0, 19),
        st.integers(1, 2), st.booleans(),
    ),
    max_size=90,
).map(
    lambda rows: [
        Deed(
            number, who, who, NOON + after, kind, None if kind == "email_open" else f"{what}",
            "news" if kind != "page" else "", number % 5 > 0, at_once and kind != "page",
        )
        for number, (after, kind, what, who, at_once) in enumerate(rows)
    ]
)  # fmt: skip


def by_pairs(deeds: list[Deed]) -> list[Found]:
    made = []
    for deed in deeds:
        alike = [d for d in deeds if (d.lead_id, d.message) == (deed.lead_id, deed.message)]
        scans = [
            one.at for one in alike if one.kind == "email_click"
            and len({d.what for d in alike if d.kind == "email_click"
                     and one.at <= d.at <= one.at + seconds(LINKS_S)}) >= LINKS
        ]  # fmt: skip
        bursts = [
            one.at
            for one in alike
            if len({d.what for d in alike if one.at <= d.at <= one.at + seconds(PAGES_S)}) >= PAGES
        ]
        reason = ""
        if deed.message and any(abs(deed.at - at) <= seconds(LINKS_S) for at in scans):
            reason = "fan_out"
        elif not deed.message and any(at <= deed.at <= at + seconds(PAGES_S) for at in bursts):
            reason = "speed"
        elif deed.is_at_once:
            reason = "at_once"
        if reason and deed.is_open:
            made.append(Found(*deed[:4], reason))
    return made


@given(DEEDS)
def test_it_finds_what_a_look_at_every_pair_finds(deeds: list[Deed]) -> None:
    assert machines.found(deeds) == by_pairs(deeds)
