"""Paths of pages about one thing, for templates with many rows; a tag of templatetags/ui.py."""

from functools import cache
from uuid import UUID

from django.urls import get_script_prefix, reverse

SOMETHING = str(UUID(int=0))


def path(name: str, public_id: UUID) -> str:
    """What {% url %} gives for the page of this name about this thing. A row of the queue asks five times, and to find
    a page by its name takes longer than to put another number into its path."""
    return _of_something(get_script_prefix(), name).replace(SOMETHING, str(public_id))


@cache
def _of_something(_prefix: str, name: str) -> str:
    return reverse(name, args=[SOMETHING])
