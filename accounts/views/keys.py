"""Keys of machines, as an administrator sees them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts import clock
from accounts import keys as rooms
from accounts.key_forms import KeyForm
from accounts.models import ApiKey
from accounts.signed_in import person
from accounts.views.tabs import tabs


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def keys(request: HttpRequest) -> HttpResponse:
    """All keys, and a form for one more, whose answer is the one place with the new key's text."""
    sent = request.POST if request.method == "POST" else None
    form = KeyForm(sent, request=request, initial={"kind": ApiKey.Kind.PUBLIC})
    if request.method == "POST" and form.is_valid():
        key, text = rooms.make(by=person(request), **form.cleaned_data)
        return render(request, "accounts/key.html", {"key": key, "text": text})
    context = {
        "tabs": tabs("accounts:keys"),
        "form": form,
        "keys": ApiKey.objects.filter(revoked_at=None).select_related("created_by"),
        "revoked": ApiKey.objects.exclude(revoked_at=None).order_by("-revoked_at")[:20],
        "now": clock.now(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/keys.html", context, status=status)


@require_POST
def revoke_key(request: HttpRequest, pk: int) -> HttpResponse:
    key = get_object_or_404(ApiKey, pk=pk)
    rooms.revoke(key=key, at=clock.now())
    messages.success(request, _("“%(name)s” is revoked.") % {"name": key.name})
    return redirect("accounts:keys")
