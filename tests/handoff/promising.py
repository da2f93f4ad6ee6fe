"""The page of promises, as a form sends to it."""

from django.test import Client
from django.urls import reverse


def post(client: Client, query: str, **values: str) -> tuple[int, str]:
    answer = client.post(reverse("handoff:promises") + query, values)
    return answer.status_code, answer.content.decode()
