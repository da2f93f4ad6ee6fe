"""Whose leads a person may see, asked for one lead and for a list."""

import pytest

from accounts.models import Role, Team, User
from leads import access, editing
from leads.models import Lead
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("action", ["lead.view", "lead.edit", "lead.export"])
def test_a_list_holds_exactly_the_leads_that_open(team: Team, role: str, action: str) -> None:
    user = factories.make_user(role, teams=[team, factories.make_team()])
    other = factories.make_user(teams=[factories.make_team("South")])
    owned, handed, foreign, merged, both = (factories.make_lead() for _ in range(5))
    editing.assign([owned.pk], owner=user, team=None)
    editing.assign([handed.pk], owner=other, team=team)
    editing.assign([foreign.pk], owner=other, team=other.teams.get())
    editing.assign([both.pk], owner=user, team=team)
    Lead.objects.filter(pk=merged.pk).update(merged_into=owned)
    shown = set(access.listed(user, action))
    assert shown == set(access.visible(user, action))
    assert merged not in shown
    if role == Role.SDR and action == "lead.view":
        assert shown == {owned, handed, both}


def test_nobody_is_shown_nothing(db: None) -> None:
    factories.make_lead()
    gone: User = factories.make_user(is_active=False)
    assert not access.listed(gone).exists()
