"""The rules of routing: their list, one of them in a sentence, and who would get the leads of last month by them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, policy
from accounts.models import Team, User
from accounts.signed_in import person
from handoff.models import Handoff, RoutingRule, TeamRouting, Tier
from handoff.routing import preview, rules, staffing
from handoff.routing.deciding import fallback_team
from handoff.routing.forms import RuleForm, TierForm, of_rule, vocabulary
from handoff.routing.words import Words
from leads.access import listed
from leads.models import Crossing, JournalEntry
from leads.paging import whole
from leads.vocabulary.typed import typed

PAGE = 50
NEW_TIERS = 2


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Rules in order, teams, tiers. A POST sets the tiers."""
    user, at = person(request), clock.now()
    forms = _tier_forms(request)
    if request.method == "POST" and _tiers_set(request, forms):
        messages.success(request, _("Saved."))
        return redirect("handoff:routing")
    found, words = rules.every(), Words.read()
    ids = preview.last_month(at=at)
    outlook = preview.outlook(found, ids)
    routings = {one.team_id: one for one in TeamRouting.objects.select_related("team")}
    changed = JournalEntry.objects.filter(kind="routing.changed").select_related("actor")
    context = {
        "now": at,
        "may_edit": policy.allows(user, "routing.edit"),
        "lines": [
            {"rule": rule, "when": words.when(rule), "where": words.where(rule), "leads": outlook.count(n)}
            for n, rule in enumerate(found)
        ],
        "unmatched": outlook.count(preview.UNMATCHED),
        "total": len(ids),
        "fallback": fallback_team(routings),
        "fallen": Handoff.objects.filter(state=Handoff.State.QUEUED, is_fallback=True).count(),
        "teams": [{"team": team, "routing": routings.get(team.pk)} for team in Team.objects.all()],
        "tiers": forms,
        "changed": changed.order_by("-id").first(),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "handoff/routing/show.html", context, status=status)


def _tier_forms(request: HttpRequest) -> list[TierForm]:
    data = request.POST if request.method == "POST" else None
    known = [{"name": tier.name, "least": tier.least_employees} for tier in Tier.objects.all()]
    initial: list[dict[str, Any]] = [*known, *({} for _n in range(NEW_TIERS))]
    return [TierForm(data, prefix=f"tier{n}", initial=one) for n, one in enumerate(initial)]


def _tiers_set(request: HttpRequest, forms: list[TierForm]) -> bool:
    # Each says what is wrong with it.
    if len([form for form in forms if form.is_valid()]) < len(forms):
        return False
    rows = [(form.cleaned_data["name"], form.cleaned_data["least"]) for form in forms]
    try:
        staffing.set_tiers([row for row in rows if row[0]])
    except staffing.Refused as error:
        forms[0].add_error(None, str(error))
        return False
    return True


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """The rules in the order of `rule`, as often as it is sent."""
    ids = [
        int(text) for text in request.POST.getlist("rule") if text.isascii() and text.isdecimal()
    ]
    rules.reorder(ids, by=person(request), at=clock.now())
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("handoff:routing")


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new rule, or this one: drawn, tried on last month's leads, saved or removed."""
    found = get_object_or_404(RoutingRule, pk=pk) if pk else None
    user, at = person(request), clock.now()
    if found and "remove" in request.POST:
        rules.remove(found, by=user, at=at)
        messages.success(request, _("“%s” is removed.") % found.name)
        return redirect("handoff:routing")
    form = _form(request, found)
    if request.method != "POST" or "redraw" in request.POST:
        return _page(request, found, form)
    try:
        if "try" in request.POST:
            tried = rules.read(form.shape(), found)
            return _page(request, found, form, tried=_tried(user, tried, form.place))
        made = rules.put(form.shape(), rule=found, place=form.place, by=user, at=at)
    except rules.Refused as error:
        form.show(error, "rule")
        return _page(request, found, form, status=422)
    messages.success(request, _("“%s” applies from now on.") % made.name)
    return redirect("handoff:routing")


def _form(request: HttpRequest, found: RoutingRule | None) -> RuleForm:
    words = vocabulary()
    count = RoutingRule.objects.count() + (0 if found else 1)
    stored = of_rule(found, words) if found else {}
    sent = typed(request.POST) if request.method == "POST" else {**stored, **typed(request.GET)}
    return RuleForm(sent, words, places=count)


def _page(
    request: HttpRequest,
    found: RoutingRule | None,
    form: RuleForm,
    *,
    tried: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    template = "handoff/routing/rule.html"
    if request.htmx and request.htmx.target == "rule-form":  # type: ignore[attr-defined]
        template += "#form"
    context = {"rule": found, "form": form, "tried": tried, "now": clock.now()}
    return render(request, template, context, status=status)


def _tried(user: User, tried: RoutingRule, place: int) -> dict[str, Any]:
    """Last month's leads by the rules as they are, and with this one among them."""
    at, before = clock.now(), rules.every()
    after = [one for one in before if one.pk != tried.pk]
    after.insert(max(0, place - 1), tried)
    ids = preview.last_month(at=at)
    old, new = preview.outlook(before, ids), preview.outlook(after, ids, people_at=at)
    where = {one.pk: n for n, one in enumerate(before)}
    rows = [
        {"name": one.name, "is_tried": one is tried, "after": new.count(n),
         "before": old.count(where[one.pk]) if one.pk in where else 0}
        for n, one in enumerate(after)
    ]  # fmt: skip
    rows.append(
        {"name": _("No rule holds"), "after": new.count(preview.UNMATCHED),
         "before": old.count(preview.UNMATCHED)}
    )  # fmt: skip
    mine = after.index(tried)
    some = [pk for pk, ends in new.places.items() if ends == mine]
    people = new.people.get(tried.team_id or 0)
    return {
        "rows": rows, "total": len(ids), "people": people.most_common() if people is not None else None,
        "nobody": new.nobody[tried.team_id or 0], "leads": _crossed(user, some, size=10),
    }  # fmt: skip


def _crossed(user: User, ids: list[int], *, size: int, before: int | None = None) -> list[Crossing]:
    """Of these crossings the newest of leads that this person may see."""
    some = Crossing.objects.filter(pk__in=ids, lead__in=listed(user).values("pk"))
    if before is not None:
        some = some.filter(pk__lt=before)
    return list(some.select_related("lead").order_by("-pk")[:size])


@require_safe
def behind(request: HttpRequest) -> HttpResponse:
    """The leads of last month that end at a rule (`rule`), or at none."""
    user, at = person(request), clock.now()
    found = rules.every()
    asked = request.GET.get("rule", "")
    place = next((n for n, one in enumerate(found) if str(one.pk) == asked), preview.UNMATCHED)
    places = preview.outlook(found, preview.last_month(at=at)).places
    ids = [pk for pk, ends in places.items() if ends == place]
    after = request.GET.get("after", "")
    before = whole(int(after)) if after.isascii() and after.isdecimal() else None
    rows = _crossed(user, ids, size=PAGE + 1, before=before)
    query = request.GET.copy()
    query["after"] = str(rows[PAGE - 1].pk) if len(rows) > PAGE else ""
    context = {
        "now": at, "rows": rows[:PAGE], "total": len(ids),
        "rule": found[place] if place != preview.UNMATCHED else None,
        "next_url": f"?{query.urlencode()}" if query["after"] else "",
    }  # fmt: skip
    return render(request, "handoff/routing/leads.html", context)
