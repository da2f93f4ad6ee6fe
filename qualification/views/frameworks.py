"""Frameworks and the rules that choose among them: their page, one rule, one framework."""

from contextlib import suppress
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, policy
from accounts.models import User
from accounts.signed_in import person
from leads.vocabulary.typed import Values, typed
from qualification import by_rule, catalogue, framework_drafts, framework_editing, rule_editing
from qualification.definition import parse
from qualification.framework_forms import FrameworkForm, RuleForm, in_order, of_rule, of_shape
from qualification.models import Framework, FrameworkDraft, FrameworkRule


@require_safe
def frameworks(request: HttpRequest) -> HttpResponse:
    there, labels = catalogue.frameworks(), by_rule.labels()
    names = {one.key: one.name for one in there}
    context = {
        "may_edit": policy.allows(person(request), "framework.edit"),
        "frameworks": [{"row": one, "definition": parse(one.definition)} for one in there],
        "rules": [
            {
                "rule": rule, "when": labels.when(rule.conditions), "then": names.get(rule.then, ""),
                "framework": names.get(rule.framework, rule.framework),
            }
            for rule in FrameworkRule.objects.all()
        ],
        "usual": names.get(catalogue.DEFAULT, ""),
    }  # fmt: skip
    return render(request, "qualification/frameworks.html", context)


@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """The rules in the order of `rule`, as often as it is sent."""
    sent = request.POST.getlist("rule")
    ids = [int(text) for text in sent if text.isascii() and text.isdecimal() and len(text) < 19]
    rule_editing.reorder(ids, by=person(request), at=clock.now())
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("qualification:frameworks")


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new rule, or this one: drawn, saved or removed."""
    found = get_object_or_404(FrameworkRule, pk=pk) if pk else None
    user, at = person(request), clock.now()
    if found and "remove" in request.POST:
        rule_editing.remove(found, by=user, at=at)
        messages.success(request, _("“%s” is removed.") % found.name)
        return redirect("qualification:frameworks")
    form = _rule_form(request, found)
    context = {"rule": found, "form": form}
    if request.method != "POST" or "redraw" in request.POST:
        return _drawn(request, "qualification/framework_rule.html", context)
    try:
        made = rule_editing.put(form.shape(), rule=found, place=form.place, by=user, at=at)
    except rule_editing.Refused as error:
        form.show(error, "rule")
        return _drawn(request, "qualification/framework_rule.html", context, 422)
    messages.success(request, _("“%s” applies to cards from now on.") % made.name)
    return redirect("qualification:frameworks")


def _rule_form(request: HttpRequest, found: FrameworkRule | None) -> RuleForm:
    words = by_rule.vocabulary()
    places = FrameworkRule.objects.count() + (0 if found else 1)
    stored = of_rule(found, words) if found else {}
    return RuleForm(_sent(request, stored), words, frameworks=catalogue.frameworks(), places=places)


def _sent(request: HttpRequest, stored: Values) -> Values:
    return typed(request.POST) if request.method == "POST" else {**stored, **typed(request.GET)}


def _drawn(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    if request.htmx and request.htmx.target == "edited-form":  # type: ignore[attr-defined]
        template += "#form"
    return render(request, template, context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A copy of the framework named in `of`, published under a name of its own."""
    source = catalogue.newest(request.GET.get("of", "")[:40] or catalogue.DEFAULT)
    if source is None:
        raise Http404
    shape = framework_editing.shape_of(source)
    shape["name"] = _("%(name)s, ours") % {"name": source.name}
    place = framework_drafts.place_of(source.key, is_copy=True)
    return _edited(request, None, shape, framework_drafts.of(place, person(request)), place)


@require_http_methods(["GET", "HEAD", "POST"])
def framework(request: HttpRequest, key: str) -> HttpResponse:
    """The newest version of a framework; what is saved is the next one."""
    found = catalogue.newest(key)
    if found is None:
        raise Http404
    place = framework_drafts.place_of(key, is_copy=False)
    draft = framework_drafts.of(place, person(request))
    # The version that was looked at: a newer one of somebody else is not overwritten.
    seen = request.POST.get("version", "")
    if seen.isascii() and seen.isdecimal() and len(seen) < 9:
        found = Framework.objects.filter(key=key, version=int(seen)).first() or found
    elif draft is not None and draft.version:
        found = Framework.objects.filter(key=key, version=draft.version).first() or found
    return _edited(request, found, framework_editing.shape_of(found), draft, place)


def _edited(
    request: HttpRequest,
    of: Framework | None,
    shape: dict[str, Any],
    draft: FrameworkDraft | None,
    place: str,
) -> HttpResponse:
    """Drawn with the draft of whoever asks, kept while they type, discarded, or published."""
    user, at = person(request), clock.now()
    if "discard" in request.POST:
        framework_drafts.discard(place, user)
        return redirect(request.get_full_path())
    stored = draft.values if draft else of_shape(shape)
    sent = typed(in_order(request.POST)) if request.method == "POST" else stored
    form = FrameworkForm(sent, by_rule.vocabulary())
    if "keep" in request.POST or "redraw" in request.POST:
        draft = _kept(form, of, place, by=user, at=at)
    newest = catalogue.newest(of.key) if of else None
    context = {
        "framework": of, "form": form, "copied": request.GET.get("of", "")[:40], "draft": draft,
        "overtaken": of != newest, "here": request.get_full_path(), "now": at,
    }  # fmt: skip
    if "keep" in request.POST:
        return render(request, "qualification/framework.html#kept", context)
    if request.method != "POST" or "redraw" in request.POST:
        return _drawn(request, "qualification/framework.html", context)
    try:
        with transaction.atomic():
            made = framework_editing.publish(form.shape(), of=of, by=user, at=at)
            framework_drafts.discard(place, user)
    except framework_editing.Refused as error:
        form.show(error, "framework")
        return _drawn(request, "qualification/framework.html", context, 422)
    text = _("%(name)s is published. Cards that were started keep their version.")
    messages.success(request, text % {"name": made})
    return redirect("qualification:frameworks")


def _kept(
    form: FrameworkForm, of: Framework | None, place: str, *, by: User, at: datetime
) -> FrameworkDraft | None:
    """The draft as it is now; as it was where somebody sent more than anybody types."""
    values = {name: [form.said(name)] for name in form.fields}
    with suppress(framework_drafts.TooLong):
        framework_drafts.keep(place, values, version=of.version if of else None, by=by, at=at)
    return framework_drafts.of(place, by)
