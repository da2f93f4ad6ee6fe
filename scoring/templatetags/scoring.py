"""How scores are written."""

from typing import Any

from django import template

register = template.Library()


@register.filter
def whole(value: Any) -> str:
    """Return −1,204 for -1204, and nothing for None."""
    return "" if value is None else f"{value:,}".replace("-", "−")
