"""The pages that feedback from sales is told on, and the way between them."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy

from insights.periods import Period

PAGES = [
    ("insights:reasons", gettext_lazy("Reasons")),
    ("insights:criteria", gettext_lazy("Criterion report card")),
    ("insights:funnel", gettext_lazy("Funnel")),
]


def tabs(request: HttpRequest, period: Period) -> list[dict[str, Any]]:
    """Each page for the same period."""
    here = request.resolver_match.view_name if request.resolver_match else ""
    query = "?" + urlencode(period.query)
    return [
        {"label": label, "url": reverse(name) + query, "current": name == here}
        for name, label in PAGES
    ]
