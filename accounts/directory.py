"""The list of people, a page at a time."""

import re
from dataclasses import dataclass

from django.db.models import Q

from accounts.models import User

PAGE = 50


@dataclass(frozen=True)
class Page:
    """`after` is what to ask the next page with; empty on the last one."""

    people: list[User]
    after: str


def page(*, text: str = "", active: bool = True, after: str = "") -> Page:
    """People by name, with their teams, those whose name or e-mail contains `text`."""
    people = User.objects.filter(is_active=active).prefetch_related("teams").order_by("name", "id")
    if text.strip():
        people = people.filter(Q(name__icontains=text.strip()) | Q(email__icontains=text.strip()))
    last = _person(after)
    if last is not None:
        people = people.filter(Q(name__gt=last.name) | Q(name=last.name, id__gt=last.pk))
    found = list(people[: PAGE + 1])
    return Page(found[:PAGE], str(found[PAGE - 1].pk) if len(found) > PAGE else "")


def _person(key: str) -> User | None:
    """The last person of the page before; who was renamed since goes on from the new name."""
    return User.objects.filter(pk=int(key)).first() if re.fullmatch(r"[0-9]{1,18}", key) else None
