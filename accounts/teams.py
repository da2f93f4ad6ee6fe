"""Teams: named, with a time zone of their own."""

from django.db import IntegrityError, transaction

from accounts.models import Team


class NameTaken(Exception):
    """Another team has this name."""


def make(*, name: str, time_zone: str) -> Team:
    """A new team. Raises NameTaken."""
    try:
        with transaction.atomic():
            return Team.objects.create(name=name, time_zone=time_zone)
    except IntegrityError as error:
        raise NameTaken from error


def change(team: Team, *, name: str, time_zone: str) -> None:
    """Raises NameTaken."""
    try:
        with transaction.atomic():
            Team.objects.filter(pk=team.pk).update(name=name, time_zone=time_zone)
    except IntegrityError as error:
        raise NameTaken from error
