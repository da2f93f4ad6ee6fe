"""What is proposed for the columns of well-known exports, and how their dates are read."""

from datetime import UTC, datetime

import pytest

from leads.fields import BUILT_IN, LeadField
from leads.importing import dates, guessing
from leads.importing.mapping import key_kind

HUBSPOT = "Record ID,First Name,Last Name,Email,Phone Number,Mobile Phone Number,Job Title,Lifecycle Stage,Create Date,Original Source,Country/Region,Company name"  # noqa: E501
SALESFORCE = "Lead ID,First Name,Last Name,Title,Company / Account,Email,Phone,Mobile,Lead Source,Create Date,Country"
SALESFORCE_API = (
    "Id,FirstName,LastName,Title,Company,Email,Phone,MobilePhone,LeadSource,CreatedDate,Country"
)
ZOHO = "LEADID,Last Name,Company,Lead Owner,Email,Mobile,Website,Industry,Lead Source,Created Time"
PIPEDRIVE = "Person - Name,Person - Email - Work,Person - Phone - Work,Person - Organization,Person - Person created,Person - Job title"  # noqa: E501
BY_HAND = "Name;E-mail;Company;Position;Telephone"


def targets(header: str, delimiter: str = ",") -> dict[str, str]:
    names = header.split(delimiter)
    plan = guessing.guess(names, [["x"] * len(names)], BUILT_IN)
    return dict(zip(names, plan.columns, strict=True))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (HUBSPOT, {"Email": "email", "Phone Number": "phone", "Mobile Phone Number": "keep", "Job Title": "title",
                   "Create Date": "created_at", "Original Source": "source", "Country/Region": "country",
                   "Company name": "company_name", "Lifecycle Stage": "keep"}),
        (SALESFORCE, {"Company / Account": "company_name", "Lead Source": "source", "Phone": "phone",
                      "Mobile": "keep", "Last Name": "last_name"}),
        (SALESFORCE_API, {"FirstName": "first_name", "LeadSource": "source", "CreatedDate": "created_at"}),
        (ZOHO, {"Last Name": "last_name", "Mobile": "phone", "Created Time": "created_at"}),
        (PIPEDRIVE, {"Person - Name": "full_name", "Person - Email - Work": "email",
                     "Person - Phone - Work": "phone", "Person - Organization": "company_name",
                     "Person - Person created": "created_at", "Person - Job title": "title"}),
    ],
)  # fmt: skip
def test_columns_of_other_systems_are_known(header: str, expected: dict[str, str]) -> None:
    found = targets(header)
    assert {name: found[name] for name in expected} == expected


def test_a_sheet_made_by_hand_is_known_too() -> None:
    assert list(targets(BY_HAND, ";").values()) == [
        "full_name", "email", "company_name", "title", "phone",
    ]  # fmt: skip


def test_an_own_field_is_found_again_by_name_or_key() -> None:
    own = {"custom.plan": LeadField("custom.plan", "Current plan", 200, str)}
    fields = BUILT_IN | own
    for name in ("Current Plan", "plan"):
        assert guessing.guess([name], [["x"]], fields).columns == ["custom.plan"]


def test_rows_are_recognised_by_email_if_nearly_all_have_one() -> None:
    header = ["Prospect ID", "Email"]
    full = [[str(n), f"p{n}@firm.example"] for n in range(10)]
    assert guessing.guess(header, full, BUILT_IN).match_by == ""
    half = [[number, email if int(number) % 2 else ""] for number, email in full]
    plan = guessing.guess(header, half, BUILT_IN)
    assert (plan.match_by, plan.columns) == ("Prospect ID", ["", "email"])


def test_a_column_that_repeats_itself_is_no_id() -> None:
    assert guessing.guess(["Campaign ID"], [["7"], ["7"]], BUILT_IN).match_by == ""
    assert guessing.guess(["Status Id"], [["open"]], BUILT_IN).match_by == ""


def test_words_for_nothing_are_found() -> None:
    assert guessing.guess(["City"], [["select"], ["N/A"], ["Rome"]], BUILT_IN).missing == [
        "Select",
        "N/A",
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-31", (2026, 3, 31)),
        ("2026-03-31T10:20:30Z", (2026, 3, 31, 10, 20, 30)),
        ("2026-03-31 10:20", (2026, 3, 31, 10, 20)),
        ("2026/03/31", (2026, 3, 31)),
        ("31.03.2026", (2026, 3, 31)),
        ("31/03/2026 22:05", (2026, 3, 31, 22, 5)),
        ("15 Apr, 2021 00:03:00", (2021, 4, 15, 0, 3)),
        ("April 15, 2021", (2021, 4, 15)),
        ("Apr 5, 2021 12:03 AM", (2021, 4, 5, 0, 3)),
        ("5-Apr-21 1:03pm", (2021, 4, 5, 13, 3)),
    ],
)
def test_dates_are_read_as_other_systems_write_them(text: str, expected: tuple[int, ...]) -> None:
    found = dates.moment(text, day_first=True, zone=UTC)
    assert found == datetime(*expected, tzinfo=UTC)  # type: ignore[misc]


@pytest.mark.parametrize(
    "text",
    [
        "soon",
        "31/31/2026",
        "2026",
        "12:30",
        "31 Foo 2026",
        "01/01/0001",
        "1/2/2026 25:00",
        "²/1/2026",
    ],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        dates.moment(text, day_first=True, zone=UTC)


def test_month_first_where_asked_or_seen() -> None:
    found = dates.moment("03/04/2026", day_first=False, zone=UTC)
    assert (found.month, found.day) == (3, 4)
    assert dates.day_comes_first(["03/04/2026", "03/31/2026"]) is False
    assert dates.day_comes_first(["03/04/2026"]) is True


def test_kinds_of_long_columns_stay_different() -> None:
    long = "The number by which the old system knows a person, "
    kinds = {key_kind(long + end) for end in ("first", "second")}
    assert len(kinds) == 2
    assert all(len(kind) <= 60 for kind in kinds)
