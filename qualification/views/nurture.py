"""Sequences of e-mails: the list, the editor, who is in them; what a lead's page shows; and links that are followed."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock, policy
from accounts.models import User
from accounts.rate_limit import client_address
from accounts.signed_in import person
from handoff import letters
from leads.access import lead_or_404
from leads.activity import detection
from leads.models import Lead
from qualification.models import Enrolment, Sequence, SequenceStep
from qualification.nurturing import composing, editing, enrolling, fields, following, listing
from qualification.nurturing.forms import EnrolForm, SequenceForm, StepForm

ENDS = dict(Enrolment.End.choices)


@require_safe
def nurture(request: HttpRequest) -> HttpResponse:
    user = person(request)
    context = {
        "lines": listing.lines(user), "may_edit": policy.allows(user, "nurture.edit"),
        "ends": [key for key in ENDS if key != Enrolment.End.MERGED],
    }  # fmt: skip
    return render(request, "qualification/nurture.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    post = request.method == "POST"
    form = SequenceForm(request.POST if post else None, initial={"audience": "routed"})
    if post and form.is_valid():
        try:
            made = editing.make(form.cleaned_data, by=person(request), at=clock.now())
        except editing.Refused as refused:
            form.add_error("name", str(refused))
        else:
            messages.success(request, _("The sequence is made. Write its first e-mail."))
            return redirect("qualification:sequence", made.pk)
    return render(
        request, "qualification/sequence_add.html", {"form": form}, status=422 if post else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def sequence(request: HttpRequest, pk: int) -> HttpResponse:
    """The editor: the sequence itself, each e-mail, and one more; the button says which of them is sent."""
    found = get_object_or_404(Sequence, pk=pk)
    post = request.method == "POST"
    forms = _Forms(found, request.POST if post else None)
    if post:
        try:
            done = _deed(request, found, forms)
        except editing.Refused as refused:
            forms.problem = str(refused)
        else:
            if done:
                messages.success(request, done)
                return redirect("qualification:sequence", pk)
    context = {
        "sequence": found,
        "forms": forms,
        "fields": fields.NAMES.items(),
        "user": request.user,
    }
    return render(request, "qualification/sequence.html", context, status=422 if post else 200)


class _Forms:
    """The forms of the page, of which the one that was sent is bound."""

    def __init__(self, found: Sequence, post: Any) -> None:
        self.problem = ""
        self.sent = post.get("form", "") if post else ""
        there = {name: getattr(found, name) for name in SequenceForm.base_fields}
        self.sequence = SequenceForm(post if self.sent == "sequence" else None, initial=there)
        self.steps = [
            StepForm(post if self.sent == f"step-{step.pk}" else None, step=step)
            for step in enrolling.steps_of(found)
        ]
        self.new = StepForm(post if self.sent == "new" else None)


def _deed(request: HttpRequest, found: Sequence, forms: _Forms) -> str:
    """Does what was asked for; says it, or nothing where a form is wrong."""
    sent, at = forms.sent, clock.now()
    if sent in ("on", "off"):
        editing.change(found, {"is_on": sent == "on"})
        return _("It is on.") if sent == "on" else _("It rests: nobody is sent anything.")
    if sent == "sequence" and forms.sequence.is_valid():
        editing.change(found, forms.sequence.cleaned_data)
        return _("Saved.")
    if sent == "new" and forms.new.is_valid():
        editing.add_step(found, forms.new.cleaned_data)
        return _("The e-mail is added.")
    for form in forms.steps:
        step = form.step
        assert step is not None
        if sent == f"remove-{step.pk}":
            editing.remove_step(step, at=at)
            return _("The e-mail is taken out.")
        if sent == f"step-{step.pk}" and form.is_valid():
            editing.change_step(step, form.cleaned_data)
            return _("Saved.")
    return ""


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, pk: int) -> HttpResponse:
    """How an e-mail reads; a POST sends it to who looks at it."""
    user, at = person(request), clock.now()
    found = get_object_or_404(SequenceStep, pk=pk, removed_at=None)
    lead = _example(request, user)
    text = composing.preview(found, lead)
    if request.method == "POST":
        letters.post_sample(to=user.email, subject=text.subject, body=text.body, at=at)
        messages.success(request, _("It is on its way to %(email)s.") % {"email": user.email})
        return redirect("qualification:sequence", found.sequence_id)
    context = {
        "step": found,
        "text": text,
        "lead": lead,
        "wanted": request.GET.get("lead", "")[:200],
    }
    return render(request, "qualification/sequence_preview.html", context)


def _example(request: HttpRequest, user: User) -> Lead | None:
    """The lead whose e-mail was typed, if one may see it."""
    wanted = request.GET.get("lead", "").replace("\0", "").strip().casefold()[:254]
    if not wanted:
        return None
    found = Lead.objects.filter(email=wanted, merged_into=None).first()
    if found is None:
        return None
    try:
        return lead_or_404(user, found.public_id)
    except Http404:
        return None


@require_safe
def members(request: HttpRequest, pk: int) -> HttpResponse:
    user = person(request)
    found = get_object_or_404(Sequence, pk=pk)
    what = request.GET.get("what", "")
    what = what if what in (*ENDS, listing.RUNNING, listing.CLICKS) else ""
    place = {name: request.GET.get(name, "")[:300] for name in ("after", "before")}
    page = listing.page(user, found, what, **place)
    labels = {
        "": _("All"),
        listing.RUNNING: _("In it now"),
        listing.CLICKS: _("Followed a link"),
    } | ENDS
    context = {
        "sequence": found, "rows": page.leads, "what": what, "label": labels[what], "now": clock.now(),
        "total": listing.found(user, found, what).count(),
        "next_url": f"?{urlencode({'what': what, 'after': page.after})}" if page.after else "",
        "prev_url": f"?{urlencode({'what': what, 'before': page.before})}" if page.before else "",
    }  # fmt: skip
    return render(request, "qualification/sequence_members.html", context)


@require_safe
def panel(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    return _panel(request, lead_or_404(person(request), public_id))


def _panel(
    request: HttpRequest, lead: Lead, *, problem: str = "", status: int = 200
) -> HttpResponse:
    user = person(request)
    found = listing.of_lead(lead.pk)
    context = {
        "lead": lead, "enrolments": found, "now": clock.now(), "problem": problem,
        "running": next((one for one in found if one.ended_at is None), None),
        "may_enrol": policy.allows(user, "nurture.enrol") and not lead.erased_at,
        "form": EnrolForm(auto_id="enrol-%s"),
    }  # fmt: skip
    return render(request, "qualification/nurture_panel.html", context, status=status)


@require_POST
def enrol(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    user, at = person(request), clock.now()
    lead = lead_or_404(user, public_id, "nurture.enrol")
    problem = ""
    if "stop" in request.POST:
        editing.take_out(lead.pk, by=user, at=at)
    else:
        form = EnrolForm(request.POST)
        try:
            if form.is_valid():
                enrolling.add(lead, form.cleaned_data["sequence"], by=user, at=at)
            else:
                problem = _("Choose a sequence that is on.")
        except enrolling.Refused as refused:
            problem = str(refused)
    if request.htmx or problem:  # type: ignore[attr-defined]
        answer = _panel(request, lead, problem=problem, status=422 if problem else 200)
        answer["HX-Trigger"] = "{}" if problem else '{"storyChanged": {}}'
        return answer
    return redirect("leads:lead", public_id)


@never_cache
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def followed(request: HttpRequest, token: str) -> HttpResponse:
    """A link of an e-mail. Programs that scan mail fetch it before anybody reads, so fetching changes nothing: the page
    goes on to where it leads, and says by its script that somebody is there."""
    place = composing.place_of(token)
    if place is None:
        return render(request, "qualification/asked_closed.html", status=404)
    if request.method == "POST":
        sending = detection.sending_of(request.META, str(client_address(request) or ""))
        trust = detection.trust_of({}, sending, detection.own())
        following.follow(place, trust=trust, at=clock.now())
        if "by" not in request.POST:
            return HttpResponse(status=204)
    # Whoever has no scripts says it with a button, and is sent on by the page: a form may not lead to another host.
    counted = request.method == "POST"
    return render(
        request, "qualification/followed.html", {"address": place.address, "counted": counted}
    )
