"""What every door of handoff answers with."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


def tell(response: HttpResponse, text: str, *, tone: str = "ok", **events: Any) -> HttpResponse:
    """Lets the page show a toast and fire `events` once the answer has arrived."""
    response["HX-Trigger"] = json.dumps({"toast": {"text": text, "tone": tone}, **events})
    return response


def go(request: HttpRequest, address: str) -> HttpResponse:
    """On to another page, also where a part of this one asked."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponse(headers={"HX-Redirect": address})
    return redirect(address)
