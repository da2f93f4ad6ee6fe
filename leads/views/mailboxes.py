"""The pages where mailboxes are set up."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import clock
from accounts.signed_in import person
from leads.mailbox import boxes
from leads.mailbox.forms import MailboxForm
from leads.models import Mailbox


@require_safe
def list_mailboxes(request: HttpRequest) -> HttpResponse:
    context = {"mailboxes": boxes.listed(), "now": clock.now()}
    return render(request, "leads/mailboxes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    return _editor(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, mailbox: int) -> HttpResponse:
    return _editor(request, get_object_or_404(Mailbox, pk=mailbox))


def _editor(request: HttpRequest, mailbox: Mailbox | None) -> HttpResponse:
    form = MailboxForm(request.POST if request.method == "POST" else None, mailbox=mailbox)
    if form.is_valid():
        values = dict(form.cleaned_data)
        password, past = values.pop("password"), values.pop("past")
        saved = boxes.save(
            mailbox, values, password=password, past=past, by=person(request), at=clock.now()
        )
        messages.success(request, _("The mailbox is saved."))
        return redirect("leads:mailbox", saved.pk)
    context = {
        "form": form,
        "mailbox": mailbox,
        "mails": boxes.messages(mailbox) if mailbox else [],
        "now": clock.now(),
    }
    status = 422 if form.is_bound else 200
    return render(request, "leads/mailbox.html", context, status=status)


@require_POST
def attempt(request: HttpRequest, mailbox: int) -> HttpResponse:
    """Tries whether the mailbox can be read."""
    trial = boxes.attempt(get_object_or_404(Mailbox, pk=mailbox))
    if trial.problem:
        messages.error(request, trial.problem)
    else:
        text = ngettext(
            "It works: %d message lies there.", "It works: %d messages lie there.", trial.messages
        )
        messages.success(request, text % trial.messages)
    return redirect("leads:mailbox", mailbox)


@require_POST
def remove(request: HttpRequest, mailbox: int) -> HttpResponse:
    boxes.remove(get_object_or_404(Mailbox, pk=mailbox))
    messages.success(request, _("The mailbox is forgotten. Leads and what they wrote stay."))
    return redirect("leads:mailboxes")
