"""What the pipeline could not do: parked entries and refused items, and a way to try again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from accounts import clock, policy
from leads import journal
from leads.models import JournalEntry, QuarantinedItem

# What matters is whether there is any, and what it looks like.
SHOWN = 100


def trouble(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        ids = [
            int(text)
            for text in request.POST.getlist("entry")
            if text.isdecimal() and len(text) < 19
        ]
        count = journal.unpark(ids, at=clock.now())
        said = ngettext("%d entry is tried again.", "%d entries are tried again.", count)
        messages.success(request, said % count)
        return redirect("trouble")
    parked = (
        JournalEntry.objects.exclude(parked_at=None).select_related("lead").order_by("-parked_at")
    )
    context = {
        "parked": parked[:SHOWN],
        "refused": QuarantinedItem.objects.select_related("key")[:SHOWN],
        "may_retry": policy.allows(request.user, "people.edit"),
        "now": clock.now(),
    }
    return render(request, "trouble.html", context)
