"""What somebody wants to see first, by role: numbers and short lists, in a few queries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts import policy
from accounts.models import ApiKey, Role, Team, User
from handoff import queue, sla
from handoff.queue import SOON, Ask
from insights import facts, periods, stages, two_sides
from insights.numbers import Number, Show, behind
from leads.bands import bands
from leads.models import Crossing, Form, Import, JournalEntry, Lead, Outcome
from qualification.agreement import reviews
from qualification.disputes import listing
from qualification.models import Review
from scoring.models import ModelVersion

WEEK = 7
MINE, NEXT, IMPORTS = 10, 3, 3


@dataclass(frozen=True)
class Step:
    """A part of setting up; `url` is empty for whoever may not do it."""

    done: bool
    label: str
    text: str
    url: str


@dataclass(frozen=True)
class Reminder:
    """A promise of either side that was missed, or a meeting that is late."""

    text: str
    url: str


def page(user: User, *, at: datetime) -> dict[str, Any]:
    """The template and the facts of this person's first page."""
    parts = {
        Role.SDR: sdr,
        Role.MANAGER: manager,
        Role.MARKETER: marketer,
        Role.ADMINISTRATOR: administrator,
    }
    said = {"steps": checklist(user), "reminders": reminders(user, at=at)}
    return {**said, **parts[Role(user.role)](user, at)}


def checklist(user: User) -> list[Step]:
    """What a new installation needs, as long as any of it is missing; SDRs are spared it."""
    if user.role == Role.SDR:
        return []
    steps = [
        _step(
            user, "accounts:people", "people.edit", User.objects.exclude(pk=user.pk).exists(),
            _("Invite your people"), _("SDRs claim, managers watch the clocks, marketers tune."),
        ),
        _step(
            user, "scoring:model", "model.edit", _live() is not None,
            _("Publish a scoring model"), _("Choose a starter and change its points."),
        ),
        _step(
            user, "leads:forms", "form.edit", Form.objects.filter(is_live=True).exists(),
            _("Publish a form"), _("Visitors become leads."),
        ),
        _step(
            user, "leads:imports", "lead.import", Lead.objects.exists(),
            _("Get the first leads"), _("Import a file, or let the form bring them."),
        ),
    ]  # fmt: skip
    return [] if all(step.done for step in steps) else steps


def reminders(user: User, *, at: datetime) -> list[Reminder]:
    """What of the agreement between marketing and sales was not kept, for those who made it."""
    if not policy.allows(user, "agreement.sign"):
        return []
    late = reviews.overdue(periods.today(at, periods.zone()))
    said = [_of_review(review) for review in late]
    return [*said, *(_of_line(team, line) for team, line in two_sides.missed(user, at=at))]


def _of_review(review: Review) -> Reminder:
    text = _("%(kind)s: was due on %(day)s; %(owner)s calls it.") % {
        "kind": review.get_kind_display(), "day": date_format(review.due_on, "j M"),
        "owner": review.owner.name,
    }  # fmt: skip
    return Reminder(text, reverse("agreement_review", args=[review.kind]))


def _of_line(team: Team, line: two_sides.Line) -> Reminder:
    sign = "%" if line.is_share else ""
    text = _("Last month, %(team)s: %(what)s %(reached)s instead of %(promised)s.") % {
        "team": team.name, "what": line.label, "reached": f"{line.reached}{sign}",
        "promised": f"{line.promised}{sign}",
    }  # fmt: skip
    return Reminder(text, reverse("agreement"))


def _step(user: User, name: str, action: str, done: bool, label: str, text: str) -> Step:
    may = not done and policy.allows(user, action)
    return Step(done, label, text, reverse(name) if may else "")


def _live() -> ModelVersion | None:
    live = ModelVersion.objects.filter(state=ModelVersion.State.LIVE)
    return live.select_related("model", "published_by").order_by("model__order").first()


def sdr(user: User, at: datetime) -> dict[str, Any]:
    """One's own leads by the time that is left, and those that wait for somebody."""
    known = bands()
    mine, more = queue.page(user, Ask(tab="mine", order="due"), at=at, size=MINE, known=known)
    waiting, _more = queue.page(user, Ask(tab="unclaimed"), at=at, size=NEXT, known=known)
    return {
        "template": "home/sdr.html",
        "mine": mine,
        "more": bool(more),
        "waiting": waiting,
        "counts": queue.counts(user, Ask(), at=at),
        "may_work": policy.allows(user, "handoff.work"),
        "me": user,
    }


def manager(user: User, at: datetime) -> dict[str, Any]:
    """What is late or will be, and how promises were kept."""
    since = at - timedelta(days=WEEK)
    kept = sla.clocks(user).aggregate(
        kept=Count("pk", filter=sla.kept(since=since)),
        late=Count("pk", filter=sla.late(at=at, since=since)),
    )
    late, _more = queue.page(user, Ask(tab="breached", order="due"), at=at, size=MINE)
    return {
        "template": "home/manager.html",
        "stand": sla.now(user, at=at, soon=SOON),
        "kept": sla.Kept(**kept),
        "lines": late or queue.upcoming(user, at=at, size=NEXT),
        "is_late": bool(late),
        "may_work": policy.allows(user, "handoff.work"),
        "me": user,
    }


def marketer(user: User, at: datetime) -> dict[str, Any]:
    """Where leads stand, what crossed this week, and what is under way."""
    week = periods.latest(WEEK, at=at, here=periods.zone())
    return {
        "template": "home/marketer.html",
        "standing": stages.standing(user),
        "crossed": Number(facts.crossed(user, week).count(), behind(Show.CROSSED, week)),
        "declined": facts.decided(user, week).filter(result=Outcome.Result.DISQUALIFIED).count(),
        "held": held(),
        "disputed": listing.count_open(),
        "live": _live(),
        "imports": Import.objects.select_related("by")[:IMPORTS],
    }


def held() -> int:
    """Crossings without a handoff because somebody said that publishing or importing opens none."""
    return Crossing.objects.filter(opens_handoff=False, handoff=None).count()


def administrator(user: User, at: datetime) -> dict[str, Any]:
    """People, keys, and whether anything is stuck."""
    people = User.objects.aggregate(
        active=Count("pk", filter=Q(is_active=True)),
        invited=Count("pk", filter=Q(is_active=True, last_login=None)),
    )
    return {
        "template": "home/administrator.html",
        "people": people,
        "keys": ApiKey.objects.filter(revoked_at=None).count(),
        "parked": JournalEntry.objects.exclude(parked_at=None).count(),
        "live": _live(),
        "standing": stages.standing(user),
    }
