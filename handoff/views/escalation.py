"""What follows a deadline: the chain of each policy, in words, and the page on which one is changed."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import clock
from accounts.signed_in import person
from handoff import chain_forms, chains, promise_versions, promises
from handoff.escalation import counting
from handoff.models import SlaPolicy, SlaPolicyVersion

DAYS = 30


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    at = clock.now()
    policies = list(promises.policies().select_related("team"))
    versions = SlaPolicyVersion.objects.in_bulk([policy.newest for policy in policies])
    heard = counting.by_policy([p.pk for p in policies], since=at - timedelta(days=DAYS))
    names = chain_forms.People().names
    rows = [
        {"policy": policy, "version": version, "heard": heard.get(policy.pk, counting.Heard()),
         **_words(chains.of_json(version.chain), version, names)}
        for policy in policies
        if (version := versions.get(policy.newest))
    ]  # fmt: skip
    return render(request, "handoff/escalation.html", {"now": at, "rows": rows, "days": DAYS})


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows of a chain; `preview` says it in words and saves nothing, `usual` puts the usual one in its place."""
    policy = get_object_or_404(promises.policies().select_related("team"), pk=pk)
    version = get_object_or_404(SlaPolicyVersion, pk=policy.newest)
    if "usual" in request.POST:
        return _save(request, policy, None)
    people = chain_forms.People()
    rows = chain_forms.rows(version, people, request.POST if request.method == "POST" else None)
    steps = list(chains.of_json(version.chain))
    valid = not rows.is_bound or rows.is_valid()
    if rows.is_bound and valid:
        steps = rows.steps
        if "preview" not in request.POST:
            in_order = chains.in_order(steps, version.warn_percent)
            return _save(request, policy, [step.to_json() for step in in_order])
    context = {
        "policy": policy, "version": version, "rows": rows, "valid": valid,
        **_words(steps, version, people.names),
    }  # fmt: skip
    status = 200 if valid or "preview" in request.POST else 422
    return render(request, "handoff/escalation_form.html", context, status=status)


def _save(
    request: HttpRequest, policy: SlaPolicy, chain: list[dict[str, Any]] | None
) -> HttpResponse:
    usual = [step.to_json() for step in chains.USUAL]
    kept = None if chain == usual else chain
    promise_versions.set_chain(policy, kept, at=clock.now(), by=person(request))
    messages.success(request, _("Saved. Clocks that start from now on follow these steps."))
    return redirect("handoff:escalation")


def _words(steps: Any, version: SlaPolicyVersion, names: chain_forms.Names) -> dict[str, Any]:
    return {
        "words": chain_forms.told(steps, version, names),
        "tells": chain_forms.tells_of_breaches(steps),
        "is_usual": tuple(steps) == chains.USUAL,
    }
