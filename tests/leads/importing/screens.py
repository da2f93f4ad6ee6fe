"""What a marketer does on the pages of imports, as a browser sends it."""

import csv
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from leadhub import pipeline
from leads.importing import advance
from leads.models import Import
from tests import factories


def upload(page: Client, text: str | bytes, name: str = "leads.csv") -> Import:
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile(name, content, "text/csv")
    answer = page.post(reverse("leads:import_upload"), {"file": file})
    imported = Import.objects.latest("id")
    assert answer.headers["Location"] == address(imported)
    return imported


def address(imported: Import, name: str = "leads:import") -> str:
    return reverse(name, args=[imported.public_id])


def answers(page: Client, imported: Import, **over: str) -> dict[str, str]:
    """What the form proposes, as a browser would send it."""
    form = page.get(address(imported)).context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value} | over


def work() -> None:
    while advance(factories.now()):
        pass
    pipeline.drain()
    advance(factories.now())


def run(page: Client, imported: Import, **over: str) -> HttpResponse:
    assert page.post(address(imported), answers(page, imported, **over)).status_code == 302
    work()
    return page.get(address(imported))


def rows_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))
