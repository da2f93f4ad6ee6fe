"""A provider on the fake, and a worker that asks it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from accounts import clock
from leadhub import pipeline
from leads.enriching import editing, filling, lookups
from leads.models import Drawer, Lookup
from tests.leads.enriching.fake import Fake

BODY = b'{"company": {"name": "Quay Robotics"}, "contact": {"title": "VP of Marketing", "country": "Portugal"}}'
FILLS = [
    [["company", "name"], "company_name"], [["contact", "title"], "title"], [["contact", "country"], "country"],
]  # fmt: skip
Move = Callable[[timedelta], None]


def provider(fake: Fake, **over: Any) -> Drawer:
    values = {
        "name": "Knows all",
        "url": fake.url,
        "header": "X-Api-Key",
        "key": "k1",
        "fills": FILLS,
    }
    drawer = editing.save(None, {**values, **over})
    filling.switch(drawer, on=True)
    return Drawer.objects.get(pk=drawer.pk)


def ask_all() -> None:
    """What a worker does until nothing is due."""
    pipeline.drain()
    while lookups.advance(clock.now()):
        pass
    pipeline.drain()


def only() -> Lookup:
    return Lookup.objects.get()


def near(moment: datetime | None, ahead: timedelta) -> bool:
    """Whether it lies so far ahead, give or take the seconds of a slow machine."""
    assert moment is not None
    return abs(moment - clock.now() - ahead) < timedelta(seconds=20)
