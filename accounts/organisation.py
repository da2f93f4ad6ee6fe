"""The organisation: founded once by the first administrator, and named."""

from django.db import transaction

from accounts.models import Organisation, Role, User


class AlreadyFounded(Exception):
    """There are people here already; new ones are invited."""


def is_founded() -> bool:
    """Whether anybody can log in at all."""
    return User.objects.exists()


def found(*, name: str, time_zone: str, email: str, person: str, password: str) -> User:
    """Makes the organisation and its first administrator. Raises AlreadyFounded."""
    with transaction.atomic():
        Organisation.objects.get_or_create(defaults={"name": name}, singleton=True)
        # The one row is the lock: of two strangers at the first page only one succeeds.
        Organisation.objects.select_for_update().get()
        if is_founded():
            raise AlreadyFounded
        rename(name=name, time_zone=time_zone)
        return User.objects.create_user(
            email=email,
            name=person,
            role=Role.ADMINISTRATOR,
            time_zone=time_zone,
            password=password,
        )


def rename(*, name: str, time_zone: str) -> None:
    Organisation.objects.update_or_create(
        singleton=True, defaults={"name": name, "time_zone": time_zone}
    )


def current() -> Organisation | None:
    return Organisation.objects.first()
