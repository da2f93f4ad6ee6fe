"""The inbox of disputes for marketing, and the sheets that settle one."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.signed_in import person
from qualification.dispute_forms import AdjustForm, DisagreeForm, FixForm
from qualification.disputes import listing, settling
from qualification.models import FactVerdict
from qualification.saying_no import judging
from qualification.saying_no.told import NotReady

SHOWS = {"open": gettext_lazy("Open"), "settled": gettext_lazy("Settled")}


@require_safe
def disputes(request: HttpRequest) -> HttpResponse:
    user, at = person(request), clock.now()
    show = "settled" if request.GET.get("show") == "settled" else "open"
    verdict, after = request.GET.get("verdict", "")[:10], request.GET.get("after", "")
    beyond = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None
    page = listing.page(user, show=show, verdict=verdict, after=beyond, at=at)
    counts = listing.counts(user)
    more = {"show": show, "verdict": verdict, "after": page.after}
    context = {
        "page": page,
        "show": show,
        "verdict": verdict,
        "shows": [(key, label, counts[key]) for key, label in SHOWS.items()],
        "verdicts": [
            (key, label, counts[key])
            for key, label in FactVerdict.Verdict.choices
            if key != FactVerdict.Verdict.RIGHT
        ],
        "next_url": f"?{urlencode(more)}" if page.after else "",
        "now": at,
    }
    return render(request, "qualification/disputes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, number: int, deed: str) -> HttpResponse:
    """The sheet of a deed (fix, adjust or disagree): shown, shown again with what is wrong, or done."""
    found = listing.disputes(person(request)).select_related(
        "by", "disposition__handoff__lead__company", "disposition__handoff__crossing"
    )
    dispute = get_object_or_404(found, pk=number)
    form = _form(request, dispute, deed)
    if request.method == "POST" and form.is_valid():
        try:
            return _onward(request, _done(request, dispute, deed, form))
        except NotReady as refused:
            for field, problem in refused.problems.items():
                form.add_error(field, problem)
        except settling.AlreadySettled:
            messages.error(request, _("Somebody settled it meanwhile."))
            return _onward(request, reverse("qualification:disputes"))
    htmx = request.htmx  # type: ignore[attr-defined]
    template = "qualification/dispute_sheet.html" if htmx else "qualification/dispute.html"
    context = {
        "dispute": dispute, "lead": dispute.disposition.handoff.lead, "deed": deed, "form": form,
        "proposal": getattr(form, "proposal", None), "as_sheet": htmx,
    }  # fmt: skip
    return render(request, template, context, status=422 if request.method == "POST" else 200)


def _form(request: HttpRequest, dispute: FactVerdict, deed: str) -> Form:
    """Raises Http404 where the deed does not fit the dispute."""
    sent = request.POST if request.method == "POST" else None
    if deed == "fix" and (field := settling.field_of(dispute)) is not None:
        now = judging.still(dispute.disposition.handoff.lead, field.key)
        return FixForm(sent, field=field, now="" if now is None else str(now))
    if deed == "adjust" and (proposal := settling.proposal(dispute, at=clock.now())) is not None:
        return AdjustForm(sent, proposal=proposal)
    if deed == "disagree":
        return DisagreeForm(sent)
    raise Http404


def _done(request: HttpRequest, dispute: FactVerdict, deed: str, form: Form) -> str:
    """Does it, and says where to go. Raises NotReady or AlreadySettled."""
    given: dict[str, Any] = form.cleaned_data
    who = {"word": given["word"], "by": person(request), "at": clock.now()}
    if deed == "adjust":
        draft = settling.adjust(dispute, given["points"], alike=given["alike"], **who)
        messages.success(request, _("The change is in the draft. Beside it stands its impact."))
        return f"{reverse('scoring:model')}?model={draft.model_id}#criterion-{dispute.criterion}"
    if deed == "fix":
        settling.fix(dispute, given["value"], **who)
    else:
        settling.disagree(dispute, **who)
    messages.success(request, _("Settled. %(name)s hears of it.") % {"name": dispute.by.name})
    return reverse("qualification:disputes")


def _onward(request: HttpRequest, url: str) -> HttpResponse:
    htmx = request.htmx  # type: ignore[attr-defined]
    return HttpResponse(headers={"HX-Redirect": url}) if htmx else redirect(url)
