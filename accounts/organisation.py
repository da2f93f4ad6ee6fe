"""The organisation: founded once by the first administrator, and named."""

from collections.abc import Sequence

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


def rename(*, name: str, time_zone: str, sites: Sequence[str] = ()) -> None:
    """Names the organisation; `sites` are the hosts of its web sites, as sites.hosts() makes them."""
    told = {"name": name, "time_zone": time_zone, "sites": list(sites)}
    Organisation.objects.update_or_create(singleton=True, defaults=told)


def current() -> Organisation | None:
    return Organisation.objects.first()


def sites() -> list[str]:
    """The hosts of our own web sites."""
    ours = current()
    return list(ours.sites) if ours else []
