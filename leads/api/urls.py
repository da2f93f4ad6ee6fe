"""Addresses of event senders outside of /api/: libraries of Segment, RudderStack and PostHog need only another
host."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path, re_path

from leads.api import events

ONE = "|".join(events.KINDS)
POSTHOG = ("batch", "capture", "e", "i/v0/e", "track")


def _at(addresses: tuple[str, ...], view: Callable[..., Any], name: str) -> list[URLPattern]:
    """Some libraries end an address with a slash."""
    ends = [f"{address}{end}" for address in addresses for end in ("", "/")]
    return [path(address, view, name=name) for address in ends]


app_name = "ingest"
urlpatterns = [
    *_at(
        ("v1/batch", "v1/b", "v1/import", "beacon/v1/batch"),
        events.SegmentBatch.as_view(),
        "segment_batch",
    ),
    re_path(rf"^v1/(?P<kind>{ONE})/?$", events.SegmentEvent.as_view(), name="segment_event"),
    re_path(rf"^v1/pixel/(?P<kind>{ONE})/?$", events.Pixel.as_view(), name="pixel"),
    *_at(POSTHOG, events.PostHogEvents.as_view(), "posthog"),
    *_at(("flags", "decide"), events.PostHogFlags.as_view(), "posthog_flags"),
]
