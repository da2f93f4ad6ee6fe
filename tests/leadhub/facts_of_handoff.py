"""Facts for the URLs of handoffs, routing, promises and channels."""

from datetime import timedelta
from typing import Any

from accounts.models import Role, Team, User
from handoff import to_do
from handoff.channels import editing as editing_channels
from handoff.models import Absence, Channel, Handoff, RoutingRule, SlaPolicy
from handoff.notifications import choices
from qualification.models import FrameworkRule, Stakeholder
from tests import factories

OF_A_HANDOFF = {
    "handoff:why",
    "handoff:chain",
    "handoff:skip",
    "handoff:snooze",
    "handoff:wake",
    "handoff:task",
    "handoff:claim",
    "handoff:release",
    "handoff:pause",
    "handoff:resume",
    "api:handoff_claim",
    "api:handoff_pause",
    "api:handoff_resume",
    "api:handoff_skip",
    "api:handoff_snooze",
    "api:handoff_wake",
    "api:handoff_tasks",
    "api:card",
    "api:card_answer",
    "api:accept",
    "api:recycle",
    "api:disqualify",
    "api:undo",
    "api:reopen",
    "qualification:card",
    "qualification:answer",
    "qualification:accept",
    "qualification:framework",
    "qualification:beside",
    "qualification:worth",
    "qualification:presence",
    "qualification:person_add",
    "qualification:coach",
    "qualification:recycle",
    "qualification:disqualify",
    "qualification:supposed",
    "qualification:undo",
    "qualification:reopen",
}


def of_handoff(handoff: Handoff, team: Team, *, by: User) -> dict[str, dict[str, Any]]:
    """What the URLs of this open handoff and of its team's rules take."""
    task = {"public_id": handoff.public_id, "number": _task(handoff, by)}
    return {name: {"public_id": handoff.public_id} for name in OF_A_HANDOFF} | {
        "handoff:task_done": task,
        "api:handoff_task_done": task,
        "qualification:person_remove": {
            "public_id": handoff.public_id,
            "number": _somebody(handoff),
        },
        "qualification:framework_rule": {"pk": _of_framework()},
        "handoff:escalation_edit": {"pk": SlaPolicy.objects.get(team=team).pk},
        "handoff:routing_rule": {"pk": _routed(team)},
        "handoff:routing_team": {"pk": team.pk},
        "api:absence": {"pk": _away(by)},
        "unsubscribe": {"token": choices.token(by, ["breach"])},
    }


def _routed(team: Team) -> int:
    return RoutingRule.objects.create(order=1, name="All", team=team).pk


def _away(user: User) -> int:
    today = factories.now().date()
    return Absence.objects.create(user=user, first_day=today, last_day=today).pk


def _task(handoff: Handoff, by: User) -> int:
    at = factories.now()
    return to_do.add(handoff, text="Call", due_at=at + timedelta(hours=1), by=by, at=at).pk


def channel_of(team: Team) -> Channel:
    """With one message; of this team, since managers see only those of their own."""
    values = {"name": "Facts", "kind": "webhook", "url": "https://192.0.2.1/", "kinds": ["handoff.opened"],
              "team": team}  # fmt: skip
    by = factories.make_user(Role.ADMINISTRATOR)
    channel = editing_channels.save(None, values, by=by, at=factories.now())
    editing_channels.test(channel, at=factories.now())
    return channel


def _somebody(handoff: Handoff) -> int:
    return Stakeholder.objects.create(
        lead=handoff.lead, name="Ada Byron", role="decides", at=factories.now()
    ).pk


def _of_framework() -> int:
    return FrameworkRule.objects.create(order=1, name="Everybody", framework="bant").pk
