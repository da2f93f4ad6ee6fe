"""People: invited, changed, sent away and taken back. One administrator always stays."""

from collections.abc import Callable, Iterable

from django.db import IntegrityError, transaction

from accounts.models import Role, Team, User


class LastAdministrator(Exception):
    """Nobody would be left who could manage people and keys."""


class EmailTaken(Exception):
    """Somebody with this e-mail address is here already, perhaps deactivated."""


def invite(*, email: str, name: str, role: str, teams: Iterable[Team], time_zone: str) -> User:
    """A person without a password, who sets one through a link. Raises EmailTaken."""
    try:
        with transaction.atomic():
            user = User.objects.create_user(email=email, name=name, role=role, time_zone=time_zone)
            user.teams.set(teams)
    except IntegrityError as error:
        raise EmailTaken from error
    return user


def change(user: User, *, name: str, role: str, teams: Iterable[Team]) -> None:
    """Gives a person another name, role or teams. Raises LastAdministrator."""
    with transaction.atomic():
        if role != Role.ADMINISTRATOR:
            _keep_one_administrator(user)
        User.objects.filter(pk=user.pk).update(name=name, role=role)
        user.teams.set(teams)


Leaving = Callable[[User], object]
_leavings: list[Leaving] = []


def followed_when_leaving(deed: Leaving) -> None:
    """Names what upper floors do in the same transaction when a person is deactivated."""
    _leavings.append(deed)


def deactivate(user: User) -> None:
    """From the next request on the person is a stranger, and what they held is given back. Raises
    LastAdministrator."""
    with transaction.atomic():
        _keep_one_administrator(user)
        User.objects.filter(pk=user.pk).update(is_active=False)
        for deed in _leavings:
            deed(user)


def reactivate(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=True)


def change_self(user: User, *, name: str, time_zone: str) -> None:
    User.objects.filter(pk=user.pk).update(name=name, time_zone=time_zone)


def set_password(user: User, *, password: str) -> None:
    """Sets the password; every session of this person that was open elsewhere ends by it."""
    user.set_password(password)
    user.save(update_fields=["password"])


def _keep_one_administrator(leaving: User) -> None:
    # Locked, so that two administrators cannot demote each other in the same moment.
    active = User.objects.select_for_update().filter(role=Role.ADMINISTRATOR, is_active=True)
    if [user.pk for user in active.order_by("pk")] == [leaving.pk]:
        raise LastAdministrator
