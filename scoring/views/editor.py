"""The scoring model and its one draft: what the editor shows, and each edit that is made in its place."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import clock, policy
from accounts.signed_in import person
from leads.models import Event
from scoring.definition import Group, to_json
from scoring.live import read
from scoring.publishing import drafts, together
from scoring.views import editor_page, in_use
from scoring.views.editor_page import Page, Tab
from scoring.views.saving import edited

LIMITS = [f"{kind}.{group}" for kind in ("caps", "floors") for group in Group]
LIMITS += ["total_cap", "total_floor"]
ORDERED = {"variants": Tab.CHANNELS}


def model(request: HttpRequest) -> HttpResponse:
    """The rules; for those who may not edit, what is live."""
    return _shown(request, Tab.RULES)


def disqualifiers(request: HttpRequest) -> HttpResponse:
    return _shown(request, Tab.DISQUALIFIERS)


def channels(request: HttpRequest) -> HttpResponse:
    return _shown(request, Tab.CHANNELS)


def bands(request: HttpRequest) -> HttpResponse:
    """Names and starts of bands: `name.<key>` and `start.<key>`; a GET shows them."""
    if request.method != "POST":
        return _shown(request, Tab.BANDS)
    values: dict[str, dict[str, Any]] = {}
    for field, value in request.POST.items():
        name, _dot, key = field.partition(".")
        if name in ("name", "start") and key:
            values.setdefault(key, {})[name] = value
    return edited(request, drafts.bands(values))


def settings(request: HttpRequest) -> HttpResponse:
    """What is said once for the whole model: the settings that were sent; a GET shows them."""
    if request.method != "POST":
        return _shown(request, Tab.SETTINGS)
    return edited(request, drafts.whole(_settings(request)), tab=Tab.SETTINGS)


def matrix(request: HttpRequest) -> HttpResponse:
    """The cuts of letters and numbers; with `off` there are none."""
    names = ("fit", "engagement")
    cuts = {name: [request.POST.get(f"{name}{n}", "") for n in (1, 2)] for name in names}
    off, begin = "off" in request.POST, "on" in request.POST
    if begin:
        cuts = {"fit": ["20", "10"], "engagement": ["20", "10"]}
    change = drafts.whole({"matrix": None if off else cuts})
    return edited(request, change, tab=Tab.BANDS, whole=off or begin)


def _shown(request: HttpRequest, tab: Tab) -> HttpResponse:
    page = _page(request, tab)
    if page is None:
        return _no_model(request)
    if page.may_edit:
        together.touch(page.model, person(request), at=clock.now())
    template = "scoring/model.html#editor" if request.htmx else "scoring/model.html"  # type: ignore[attr-defined]
    return render(request, template, {"page": page, "now": clock.now()})


def _page(request: HttpRequest, tab: Tab = Tab.RULES) -> Page | None:
    found = in_use.model(request)
    may_edit = policy.allows(request.user, "model.edit")
    return editor_page.build(found, may_edit=may_edit, tab=tab) if found else None


def _no_model(request: HttpRequest) -> HttpResponse:
    if policy.allows(request.user, "model.edit"):
        return redirect("scoring:start")
    return render(request, "scoring/no_model.html")


def points(request: HttpRequest, key: str) -> HttpResponse:
    """Points of one criterion, by the slider or the number beside it."""
    return edited(request, drafts.points(key, request.POST.get("points")))


def limits(request: HttpRequest) -> HttpResponse:
    """Caps and floors of groups and the limits of the total: those that were sent."""
    names = [name for name in LIMITS if name in request.POST]
    return edited(request, drafts.limits({name: request.POST[name].strip() for name in names}))


def order(request: HttpRequest, name: str) -> HttpResponse:
    """The criteria of the group `name`, or the variants, in the order of `key`, as often as it is sent."""
    keys = request.POST.getlist("key")
    if name in ORDERED:
        return edited(request, drafts.ordered(name, keys), tab=ORDERED[name])
    group = Group(name) if name in set(Group) else Group.FIT
    return edited(request, drafts.ordered("criteria", keys, group))


def remove(request: HttpRequest, key: str) -> HttpResponse:
    return edited(request, drafts.removed("criteria", key), whole=True)


def restore(request: HttpRequest, key: str) -> HttpResponse:
    """A criterion that the draft removed stands in it again, as it is live."""
    found = in_use.model(request)
    live = drafts.draft_and_live(found)[1] if found else None
    if live is None:
        return redirect("scoring:model")
    return edited(request, drafts.restored("criteria", key, to_json(read(live))), whole=True)


def discard(request: HttpRequest) -> HttpResponse:
    """Forgets the draft."""
    found = in_use.model(request)
    if found is not None:
        drafts.forget(found, by=person(request), at=clock.now())
    return redirect("scoring:model")


def _settings(request: HttpRequest) -> dict[str, Any]:
    sent = request.POST
    values: dict[str, Any] = {}
    if "lose" in sent:
        idle = {"lose": sent["lose"].strip(), "days": sent.get("days", "").strip()}
        values["idle"] = {**idle, "scope": sent.get("scope")} if idle["lose"] else None
    if "rise" in sent:
        pages = [page.strip() for page in sent.get("pages", "").splitlines()]
        values["alerts"] = {"rise": sent["rise"].strip(), "pages": [page for page in pages if page]}
    if "trusts" in sent:
        levels = {str(level) for level in Event.Trust.values}
        values["trust"] = [int(level) for level in sent.getlist("trust") if level in levels]
    if "cooling_days" in sent:
        values["cooling_days"] = sent["cooling_days"].strip()
    if "handover" in sent:
        values["sql_by_score"] = "sql_by_score" in sent
    return values
