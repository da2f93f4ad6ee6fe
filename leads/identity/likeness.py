"""How much two leads look like one person, in points out of what agrees and what does not. Pure.

The points were set on the two sets of docs/duplicates.md, which says what they find there. Nothing here decides:
it only says which pairs a person should look at, and why."""

from dataclasses import dataclass, field

from rapidfuzz import fuzz
from rapidfuzz.distance import JaroWinkler

from leads.identity.profiles import Profile

# From here on a pair is worth a look.
ENOUGH = 60
MOST = 99

POINTS = {
    "mailbox": 90,
    "address": 50,
    "birthday": 40,
    "name": 35,
    "phone": 35,
    "company": 30,
    "local": 30,
    "name_part": 20,
    "name_some": 10,
    "zip": 20,
}
AGAINST = {
    "other_name": -50,
    "other_birthday": -30,
    "other_phone": -30,
    "other_address": -25,
    "other_zip": -25,
}
SAME_NAME, PART_OF_NAME, SOME_OF_NAME = 0.9, 0.6, 0.4
LIKE_FIRST_NAME = 0.8
# Digits at the end of a number that tell desks of one house apart.
EXTENSION = 4


@dataclass(frozen=True)
class Likeness:
    """`reasons` are keys of POINTS and AGAINST, what counts most first."""

    score: int
    reasons: list[str] = field(default_factory=list)

    @property
    def is_enough(self) -> bool:
        return self.score >= ENOUGH


def compare(one: Profile, other: Profile) -> Likeness:
    """The points of two profiles, at most MOST and at least 0."""
    found = [
        reason
        for reason in (
            _mailbox(one, other), _place(one, other), _zip(one, other), _birthday(one, other),
            _names(one, other), _phone(one, other), _company(one, other), _local(one, other),
        )
        if reason
    ]  # fmt: skip
    points = {reason: POINTS.get(reason, AGAINST.get(reason, 0)) for reason in found}
    total = min(MOST, max(0, sum(points.values())))
    return Likeness(total, sorted(found, key=lambda reason: -abs(points[reason])))


def _mailbox(one: Profile, other: Profile) -> str:
    return "mailbox" if one.mailbox and one.mailbox == other.mailbox else ""


def _local(one: Profile, other: Profile) -> str:
    """The same name before the @ of different providers."""
    same = one.local and one.local == other.local and one.mailbox != other.mailbox
    return "local" if same else ""


def _phone(one: Profile, other: Profile) -> str:
    if not one.phone or not other.phone:
        return ""
    short, long = sorted((one.phone, other.phone), key=len)
    if long.endswith(short):
        return "phone"
    # Another extension of one house says nothing for and nothing against.
    return "" if long[:-EXTENSION].endswith(short[:-EXTENSION]) else "other_phone"


def _place(one: Profile, other: Profile) -> str:
    a, b = one.address, other.address
    if a is None or b is None:
        return ""
    # 12 North Main Street is not 12 South Main Street, but may be 12 Main Street.
    same_side = not a.side or not b.side or a.side == b.side
    same = (a.number, a.street) == (b.number, b.street) and same_side
    if same:
        return "address"
    # People move; of two houses of one name each is a customer of its own.
    return "" if one.is_person and other.is_person else "other_address"


def _zip(one: Profile, other: Profile) -> str:
    if _place(one, other) != "address" or not one.zip or not other.zip:
        return ""
    return "zip" if one.zip == other.zip else "other_zip"


def _birthday(one: Profile, other: Profile) -> str:
    if not one.birthday or not other.birthday:
        return ""
    return "birthday" if one.birthday == other.birthday else "other_birthday"


def _company(one: Profile, other: Profile) -> str:
    """Where both work; what has no person's name is the company itself, and its name was compared."""
    if not (one.is_person or other.is_person):
        return ""
    known = one.company_id is not None and one.company_id == other.company_id
    alike = one.company and other.company and _alike(one.company, other.company) >= SAME_NAME
    return "company" if known or alike else ""


def _names(one: Profile, other: Profile) -> str:
    if one.is_person and other.is_person:
        return _people(one, other)
    if one.is_person or other.is_person or not one.company or not other.company:
        return ""
    if _alike(one.company, other.company) >= SAME_NAME:
        return "name"
    some = fuzz.token_set_ratio(one.company, other.company) / 100
    if some >= PART_OF_NAME:
        return "name_part"
    return "name_some" if some >= SOME_OF_NAME else "other_name"


def _people(one: Profile, other: Profile) -> str:
    """First and last names in either order, a typing error, an initial for a name."""
    straight = _both(one.first, one.last, other.first, other.last)
    crossed = _both(one.first, one.last, other.last, other.first)
    best = max(straight, crossed)
    if best >= SAME_NAME:
        return "name"
    return "name_part" if best >= LIKE_FIRST_NAME else "other_name"


def _both(first: str, last: str, other_first: str, other_last: str) -> float:
    """The worse of the two likenesses, since brothers share a last name. What one of them left out says
    little: the pair is then as alike as the other half, less a tenth."""
    halves = [(first, other_first), (last, other_last)]
    known = [_name(a, b) for a, b in halves if a and b]
    return (min(known) - 0.1 * (len(halves) - len(known))) if known else 0.0


def _name(one: str, other: str) -> float:
    if (len(one) == 1 or len(other) == 1) and one[0] == other[0]:
        return 0.92
    return JaroWinkler.similarity(one, other)


def _alike(one: str, other: str) -> float:
    return fuzz.token_sort_ratio(one, other) / 100
