"""A chat, and a visitor who talks to it, for tests."""

import re
from html import unescape
from typing import Any

from django.test import Client

from qualification.chatting import editing, steps
from qualification.models import Chat
from tests import factories
from tests.qualification.asking.making import bant


def chat(slug: str = "hello", **over: Any) -> Chat:
    """The chat that the editor begins with: BANT, the e-mail, the name."""
    shape = {
        "name": "Talk to us", "greeting": "Hello!", "closing": "Bye for now.", "source": "Chat",
        "steps": steps.written(editing.begin(bant())), "least_seconds": 0, "pages": ["/pricing"],
        "created_at": factories.now(), **over,
    }  # fmt: skip
    return Chat.objects.create(slug=slug, **shape)


class Visitor:
    """Sends one answer after the other, as a browser does."""

    def __init__(self, url: str = "/c/hello/", client: Client | None = None) -> None:
        self.client, self.url = client or Client(), url
        self.answer: Any = self.client.get(url)

    @property
    def shown(self) -> str:
        return unescape(self.answer.content.decode())

    @property
    def page(self) -> str:
        found = re.search(r'data-page="([^"]+)"', self.shown)
        assert found is not None
        return found[1]

    def say(self, *answers: str, **other: str) -> "Visitor":
        for words in answers or [""]:
            sent = {"page": self.page, "answer": words, **other}
            self.answer = self.client.post(self.url, sent)
        return self

    def press(self, button: str) -> "Visitor":
        self.answer = self.client.post(self.url, {"page": self.page, button: "1"})
        return self
