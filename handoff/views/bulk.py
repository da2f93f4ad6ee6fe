"""Many rows of the queue at once: claim, put aside, hand on. Each goes back to the view it came from."""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import clock, policy
from accounts.models import Role, User
from accounts.signed_in import person
from handoff import claims, snoozing
from handoff.access import visible
from handoff.models import Handoff
from handoff.queue_forms import ReassignForm, UntilForm
from handoff.routing import offers

MOST = 100
Chosen = Sequence[uuid.UUID]
Deed = Callable[[HttpRequest, User, Chosen, datetime], None]


@require_POST
def do(request: HttpRequest) -> HttpResponse:
    """`action` over the rows whose public ids come as `handoff`."""
    deeds = {"claim": _claim, "snooze": _snooze}
    return _over_chosen(request, deeds.get(request.POST.get("action", ""), _nothing))


@require_POST
def reassign(request: HttpRequest) -> HttpResponse:
    """Gives the rows to another person."""
    return _over_chosen(request, _reassign)


def _over_chosen(request: HttpRequest, deed: Deed) -> HttpResponse:
    chosen = _chosen(request)
    if chosen:
        deed(request, person(request), chosen, clock.now())
    else:
        messages.error(request, _("Nothing was chosen."))
    query = request.POST.get("view", "")
    return redirect(f"/queue/?{query.lstrip('?')}" if query else "handoff:queue")


def _nothing(request: HttpRequest, user: User, chosen: Chosen, at: datetime) -> None:
    messages.error(request, _("Choose what shall be done."))


def _chosen(request: HttpRequest) -> Chosen:
    found = []
    for text in request.POST.getlist("handoff")[:MOST]:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            continue
    return found


def _claim(request: HttpRequest, user: User, chosen: Chosen, at: datetime) -> None:
    mine = visible(user, "handoff.work").filter(offers.open_to(user, at=at), public_id__in=chosen)
    free = list(mine.filter(state=Handoff.State.QUEUED, owner=None))
    moved = claims.reassign(free, to=user, by=user, at=at, reason="")
    _say(request, len(moved.ids), len(chosen), _claimed(len(moved.ids)))


def _claimed(n: int) -> str:
    return ngettext("%(n)d lead is yours.", "%(n)d leads are yours.", n) % {"n": n}


def _reassign(request: HttpRequest, user: User, chosen: Chosen, at: datetime) -> None:
    form = ReassignForm(request.POST, people=people(user))
    if not form.is_valid():
        messages.error(request, _("Choose who shall have them."))
        return
    to = form.cleaned_data["to"]
    found = list(visible(user, "handoff.reassign").filter(public_id__in=chosen))
    moved = claims.reassign(found, to=to, by=user, at=at, reason=form.cleaned_data["reason"])
    n = len(moved.ids)
    text = ngettext("%(n)d lead went to %(name)s.", "%(n)d leads went to %(name)s.", n)
    _say(request, n, len(chosen), text % {"n": n, "name": to.name})


def _snooze(request: HttpRequest, user: User, chosen: Chosen, at: datetime) -> None:
    form = UntilForm(request.POST, at=at)
    if not form.is_valid():
        messages.error(request, _("Choose until when."))
        return
    own = visible(user, "handoff.work").filter(public_id__in=chosen)
    if not policy.allows(user, "handoff.reassign"):
        own = own.filter(owner=user)
    ids = list(own.values_list("pk", flat=True))
    n = len(snoozing.snooze(ids, until=form.moment, by=user, at=at).ids)
    text = ngettext("%(n)d lead is put aside.", "%(n)d leads are put aside.", n) % {"n": n}
    _say(request, n, len(chosen), text, _("The others are not yours or are due before that."))


def _say(request: HttpRequest, n: int, of: int, text: str, why: str = "") -> None:
    if n == of:
        messages.success(request, text)
        return
    why = why or _("The others are in other hands, ended or offered to somebody.")
    messages.warning(request, f"{text} {why}")


def people(user: User) -> QuerySet[User]:
    """Whom somebody may give leads to: who works leads in his teams, or anybody's for an administrator."""
    able = User.objects.filter(is_active=True, role__in=[Role.SDR, Role.MANAGER])
    if policy.scope(user, "handoff.reassign") is policy.Scope.ALL:
        return able
    return able.filter(teams__in=user.teams.values("pk")).distinct()
