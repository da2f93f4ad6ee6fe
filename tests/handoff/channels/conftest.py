"""Channels, and the network of this machine allowed."""

from collections.abc import Callable
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from accounts import clock
from accounts.secrets import seal
from handoff.channels import kinds, signing
from handoff.models import Channel

MakeChannel = Callable[..., Channel]


@pytest.fixture(autouse=True)
def own_network(settings: Settings) -> None:
    settings.OUTBOUND_ALLOWED = ["127.0.0.1/32"]


@pytest.fixture
def make_channel(db: None) -> MakeChannel:
    def make(url: str, kind: str = "webhook", **over: Any) -> Channel:
        usual = {
            "name": f"Channel {Channel.objects.count()}", "kind": kind, "url": seal(url), "host": "x",
            "secret": seal(signing.new_secret()), "kinds": list(kinds.KINDS), "created_at": clock.now(),
        }  # fmt: skip
        return Channel.objects.create(**{**usual, **over})

    return make
