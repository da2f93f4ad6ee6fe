"""What is kept of rows is made again when one of them changes, and not before."""

import pytest

from accounts.kept import Kept
from accounts.models import Team
from tests import factories

pytestmark = pytest.mark.django_db


def test_it_is_made_again_only_when_a_row_is_another() -> None:
    team = factories.make_team("North")
    made: list[list[str]] = []

    def make() -> list[str]:
        made.append(list(Team.objects.values_list("name", flat=True)))
        return made[-1]

    kept = Kept(make, "accounts_team WHERE name NOT LIKE 'Left out%'")
    assert kept.read() is kept.read() == ["North"]
    # Twice in one transaction, and back to what it was.
    for name in ("South", "North"):
        Team.objects.filter(pk=team.pk).update(name=name)
        assert kept.read() == [name]
    factories.make_team("Left out")
    assert kept.read() == ["North"] and len(made) == 3
    # A row that goes is a change, too.
    Team.objects.filter(pk=team.pk).update(name="Left out too")
    assert "North" not in kept.read()
