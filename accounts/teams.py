"""Teams: named, with a time zone of their own."""

from django.db import IntegrityError, transaction

from accounts.models import Team


class NameTaken(Exception):
    """Another team has this name."""


def make(*, name: str, time_zone: str, closes: bool = False, closed_by: Team | None = None) -> Team:
    """A new team. Raises NameTaken."""
    told = {"name": name, "time_zone": time_zone, "closes": closes, "closed_by": closed_by}
    try:
        with transaction.atomic():
            return Team.objects.create(**told)
    except IntegrityError as error:
        raise NameTaken from error


def change(
    team: Team, *, name: str, time_zone: str, closes: bool = False, closed_by: Team | None = None
) -> None:
    """`closes`: its people close deals; `closed_by`: who closes what it accepts. Raises NameTaken."""
    told = {"name": name, "time_zone": time_zone, "closes": closes, "closed_by": closed_by}
    try:
        with transaction.atomic():
            Team.objects.filter(pk=team.pk).update(**told)
    except IntegrityError as error:
        raise NameTaken from error
