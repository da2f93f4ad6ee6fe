"""Rooms of people: who may go, who must stay, and what a link opens."""

import threading

import pytest
from django.contrib.auth import authenticate
from django.db import connection, transaction

from accounts import directory, invitations, organisation, people, teams
from accounts.models import Organisation, Role, Team, User
from tests import factories


def token_of(user: User) -> str:
    return invitations.path_for(user).rstrip("/").rsplit("/", 1)[1]


def test_an_invited_person_cannot_log_in_before_the_link_is_used(db: None, team: Team) -> None:
    user = people.invite(
        email="New@Firm.example", name="Nia New", role=Role.SDR, teams=[team], time_zone="UTC"
    )
    assert user.email == "new@firm.example"
    assert list(user.teams.all()) == [team]
    assert not user.has_usable_password()
    token = token_of(user)
    assert invitations.accept(user.public_id, token, password="a good long one") == user
    assert authenticate(username="NEW@firm.example", password="a good long one") == user


def test_a_link_serves_once(administrator: User) -> None:
    token = token_of(administrator)
    assert invitations.holder(administrator.public_id, token) == administrator
    invitations.accept(administrator.public_id, token, password="a good long one")
    assert invitations.accept(administrator.public_id, token, password="another long one") is None


def test_a_link_of_one_person_opens_nobody_else(administrator: User, sdr: User) -> None:
    assert invitations.holder(sdr.public_id, token_of(administrator)) is None


def test_a_deactivated_person_has_no_link(sdr: User) -> None:
    token = token_of(sdr)
    people.deactivate(sdr)
    assert invitations.holder(sdr.public_id, token) is None


def test_two_people_cannot_have_one_address(sdr: User) -> None:
    with pytest.raises(people.EmailTaken):
        people.invite(
            email=sdr.email.upper(), name="Twin", role=Role.SDR, teams=[], time_zone="UTC"
        )


@pytest.mark.parametrize("deed", ["demote", "deactivate"])
def test_the_last_active_administrator_stays(administrator: User, deed: str) -> None:
    gone = factories.make_user(Role.ADMINISTRATOR, is_active=False)
    with pytest.raises(people.LastAdministrator):
        if deed == "demote":
            people.change(administrator, name="A", role=Role.SDR, teams=[])
        else:
            people.deactivate(administrator)
    people.reactivate(gone)
    people.deactivate(administrator)
    assert not User.objects.get(pk=administrator.pk).is_active


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_demote_each_other_at_once() -> None:
    first, second = (factories.make_user(Role.ADMINISTRATOR) for _ in range(2))
    refused = []

    def demote_the_second() -> None:
        try:
            people.change(second, name="B", role=Role.SDR, teams=[])
        except people.LastAdministrator:
            refused.append(second)
        finally:
            connection.close()

    other = threading.Thread(target=demote_the_second)
    with transaction.atomic():
        people.change(first, name="A", role=Role.SDR, teams=[])
        other.start()
        other.join(timeout=0.3)
        assert other.is_alive(), "it waits until it is known whether the first one stays"
    other.join()
    assert refused == [second]


def test_the_first_administrator_founds_the_organisation_once(db: None) -> None:
    who = {"name": "Acme", "time_zone": "Europe/Berlin", "person": "Ada", "password": "so long"}
    user = organisation.found(email="Ada@acme.example", **who)
    assert (user.role, user.email) == (Role.ADMINISTRATOR, "ada@acme.example")
    assert Organisation.objects.get().time_zone == "Europe/Berlin"
    with pytest.raises(organisation.AlreadyFounded):
        organisation.found(email="eve@acme.example", **who)


def test_two_teams_cannot_have_one_name(team: Team) -> None:
    other = teams.make(name="West", time_zone="UTC")
    with pytest.raises(teams.NameTaken):
        teams.make(name=team.name, time_zone="UTC")
    with pytest.raises(teams.NameTaken):
        teams.change(other, name=team.name, time_zone="UTC")


def test_the_list_of_people_goes_on_where_it_ended(db: None) -> None:
    for number in range(directory.PAGE + 3):
        factories.make_user(name=f"Same {number % 2}")
    first = directory.page()
    second = directory.page(after=first.after)
    assert (len(first.people), len(second.people), second.after) == (directory.PAGE, 3, "")
    assert not set(first.people) & set(second.people)
    assert len(directory.page(after="99999999999999999999").people) == directory.PAGE
