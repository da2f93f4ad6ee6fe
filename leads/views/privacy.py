"""Privacy: purposes of consent, the suppression list, how long things are kept, receipts, and who did what."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, policy
from leads.models import ConsentPurpose, Erasure, PrivacyDeed
from leads.privacy import erasing, purposes, retention, suppression
from leads.privacy.forms import LookUpForm, PurposeForm, RetentionForm, SuppressForm
from leads.views.lists import signed_in

PAGE = 50
TABS = [
    ("leads:privacy", gettext_lazy("Consent"), "privacy.edit"),
    ("leads:suppressed", gettext_lazy("Suppression list"), "privacy.edit"),
    ("leads:retention", gettext_lazy("How long we keep"), "privacy.keep"),
    ("leads:erasures", gettext_lazy("Receipts"), "privacy.keep"),
    ("leads:privacy_deeds", gettext_lazy("Who did what"), "privacy.keep"),
]


def _tabs(request: HttpRequest, here: str) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": reverse(name), "current": name == here}
        for name, label, action in TABS
        if policy.allows(request.user, action)
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest) -> HttpResponse:
    """The purposes with their newest words; a new one."""
    form = PurposeForm(None, request.POST if request.method == "POST" else None)
    if form.is_valid() and _made(request, form):
        return redirect("leads:privacy")
    context = {
        "tabs": _tabs(request, "leads:privacy"),
        "form": form,
        "purposes": purposes.counted(),
    }
    return render(request, "leads/privacy/purposes.html", context, status=_status(form))


def _made(request: HttpRequest, form: PurposeForm) -> bool:
    try:
        made = purposes.add(**form.cleaned_data, by=signed_in(request), at=clock.now())
    except purposes.NameTaken:
        form.add_error("name", _("There is a purpose with this name already."))
        return False
    messages.success(request, _("Forms can ask for “%s” now.") % made.name)
    return True


def _status(form: Any) -> int:
    return 422 if form.is_bound else 200


@require_http_methods(["GET", "HEAD", "POST"])
def purpose(request: HttpRequest, key: str) -> HttpResponse:
    """One purpose: its words and all the versions they had."""
    found = get_object_or_404(ConsentPurpose, key=key)
    form = PurposeForm(found, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            purposes.change(found, form.cleaned_data, by=signed_in(request), at=clock.now())
        except purposes.NameTaken:
            form.add_error("name", _("There is a purpose with this name already."))
        else:
            messages.success(request, _("Saved."))
            return redirect("leads:privacy")
    context = {
        "form": form,
        "purpose": found,
        "texts": found.texts.select_related("created_by"),
        "now": clock.now(),
    }
    return render(request, "leads/privacy/purpose.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def suppressed(request: HttpRequest) -> HttpResponse:
    """The suppression list: how long it is, who is looked up, and a list to add."""
    form = SuppressForm(request.POST if request.method == "POST" else None)
    added = None
    if form.is_valid():
        lines, reason = form.cleaned_data["lines"], form.cleaned_data["reason"]
        added = suppression.add_list(lines, reason=reason, at=clock.now(), by=signed_in(request))
        form = SuppressForm()
    look = LookUpForm(request.GET or None)
    contact = suppression.read(look.cleaned_data["contact"]) if look.is_valid() else None
    context = {
        "tabs": _tabs(request, "leads:suppressed"),
        "form": form,
        "added": added,
        "look": look,
        "asked": look.is_valid(),
        "contact": contact,
        "found": suppression.found(contact) if contact else None,
        "counts": suppression.counts(),
        "now": clock.now(),
    }
    return render(request, "leads/privacy/suppressed.html", context, status=_status(form))


@require_POST
def lift(request: HttpRequest) -> HttpResponse:
    """Takes an address off the list."""
    look = LookUpForm(request.POST)
    contact = suppression.read(look.cleaned_data["contact"]) if look.is_valid() else None
    if contact and suppression.lift(contact, at=clock.now(), by=signed_in(request)):
        messages.success(request, _("%s is off the list.") % contact[1])
    return redirect("leads:suppressed")


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """How long things are kept, and what would be forgotten today."""
    rules, at = retention.rules(), clock.now()
    sent = request.POST if request.method == "POST" else None
    forms = {rule.what: RetentionForm(rule, sent) for rule in rules}
    if sent is not None and all(form.is_valid() for form in forms.values()):
        wanted = {what: form.cleaned_data for what, form in forms.items()}
        retention.change(wanted, by=signed_in(request), at=at)
        messages.success(request, _("Saved."))
        return redirect("leads:retention")
    context = {
        "tabs": _tabs(request, "leads:retention"),
        "rows": [(rule, forms[rule.what], retention.due(rule, at=at)) for rule in rules],
        "now": at,
    }
    status = 422 if sent is not None else 200
    return render(request, "leads/privacy/retention.html", context, status=status)


@require_safe
def erasures(request: HttpRequest) -> HttpResponse:
    """The receipts, newest first."""
    found, older = _page(request, Erasure.objects.select_related("by"))
    context = {
        "tabs": _tabs(request, "leads:erasures"), "receipts": found, "older": older,
        "now": clock.now(),
    }  # fmt: skip
    return render(request, "leads/privacy/erasures.html", context)


@require_safe
def receipt(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """One receipt: what is left of an erasure."""
    found = erasing.receipt(public_id)
    if found is None:
        raise Http404
    return render(request, "leads/privacy/receipt.html", {"receipt": found, "now": clock.now()})


@require_safe
def deeds(request: HttpRequest) -> HttpResponse:
    """Who took data out of the house or changed what is kept, newest first."""
    found, older = _page(request, PrivacyDeed.objects.select_related("by"))
    context = {
        "tabs": _tabs(request, "leads:privacy_deeds"), "deeds": found, "older": older,
        "now": clock.now(),
    }  # fmt: skip
    return render(request, "leads/privacy/deeds.html", context)


def _page(request: HttpRequest, rows: Any) -> tuple[list[Any], int | None]:
    """A page of rows by id, and the id that the next one begins below."""
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return found[:PAGE], found[PAGE - 1].pk if len(found) > PAGE else None
