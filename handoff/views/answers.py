"""What every door of handoff answers with."""

import json
from typing import Any

from django.http import HttpResponse


def tell(response: HttpResponse, text: str, *, tone: str = "ok", **events: Any) -> HttpResponse:
    """Lets the page show a toast and fire `events` once the answer has arrived."""
    response["HX-Trigger"] = json.dumps({"toast": {"text": text, "tone": tone}, **events})
    return response
