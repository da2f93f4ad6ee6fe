"""The parsers and the error shape, tried through a small API of their own."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.test import Client, RequestFactory
from django.urls import path
from rest_framework import serializers
from rest_framework.exceptions import NotAuthenticated, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_errors import error_response, exception_handler, wants_json
from accounts.api_parsers import BatchJSONParser, PublicJSONParser, SafeJSONParser


class PersonSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField()


class LeadSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=10)
    people = PersonSerializer(many=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["name"] == "nobody":
            raise serializers.ValidationError("Nobody is no name.")
        return attrs


class LeadsView(APIView):
    authentication_classes = ()
    permission_classes = ()
    parser_classes = (SafeJSONParser,)

    def get_exception_handler(self) -> Any:
        return exception_handler

    def post(self, request: Request) -> Response:
        serializer = LeadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        return Response(serializer.validated_data)


class PublicView(LeadsView):
    parser_classes = (PublicJSONParser,)


class BatchView(LeadsView):
    parser_classes = (BatchJSONParser,)

    def post(self, request: Request) -> Response:
        batch: Any = request.data
        return Response([str(item.error or "") for item in batch.items])


class FailingView(LeadsView):
    failures: dict[str, Exception] = {
        "401": NotAuthenticated(),
        "403": PermissionDenied("secret detail"),
        "404": Http404("no such lead"),
        "429": Throttled(wait=7),
    }

    def get(self, request: Request, name: str) -> Response:
        raise self.failures[name]


urlpatterns = [
    path("api/leads", LeadsView.as_view()),
    path("api/public", PublicView.as_view()),
    path("api/batch", BatchView.as_view()),
    path("api/fail/<name>", FailingView.as_view()),
]


@pytest.fixture(autouse=True)
def small_api(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["accounts.hostile_input.HostileInputMiddleware"]
    settings.ALLOWED_HOSTS = ["*"]


def post(body: object, to: str = "leads", content_type: str = "application/json") -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client().generic("POST", f"/api/{to}", raw, content_type=content_type)


def error_of(response: Any) -> dict[str, Any]:
    assert response["Content-Type"].startswith("application/json")
    body = json.loads(response.content)
    assert list(body) == ["error"]
    assert set(body["error"]) == {"code", "message", "fields", "request_id"}
    assert body["error"]["message"]
    return body["error"]


def test_good_json_passes_whatever_charset_is_claimed() -> None:
    for charset in ("", "; charset=utf-7", "; charset=unicode_escape", "; charset=base64"):
        response = post({"name": "Ana é"}, content_type=f"application/json{charset}")
        assert (response.status_code, response.json()) == (200, {"name": "Ana é"})


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (rb'{"name": "a\u0000b"}', "name"),
        (rb'{"a\u0000": 1, "name": "a"}', "NUL"),
        (rb'{"name": "\ud800"}', "half a character"),
        (b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "deep"),
        (b'{"name": NaN}', "NaN"),
        (b'{"name": 1e400}', "too large"),
        (b'{"name": ' + b"9" * 5000 + b"}", "digits"),
        (b'{"name": 1, "name": 2}', "twice"),
        (b'{"name": "\xff"}', "UTF-8"),
        ('{"name": "a"}'.encode("utf-16"), "UTF-8"),
        (b"{", "line 1"),
    ],
)
def test_hostile_json_is_a_400_in_words(raw: bytes, said: str) -> None:
    response = post(raw)
    error = error_of(response)
    assert (response.status_code, error["code"]) == (400, "bad_json")
    assert said in error["message"]


@pytest.mark.parametrize("body", [[1], "x", None, 7, {"name": {"a": 1}}, {"name": ["a"]}])
def test_json_of_the_wrong_type_is_a_400(body: object) -> None:
    response = post(body)
    assert response.status_code == 400
    assert error_of(response)["code"] == "invalid"


def test_an_empty_body_is_a_400() -> None:
    assert post(b"").status_code == 400


def test_each_api_has_its_own_limit(settings: Any) -> None:
    settings.JSON_LIMIT_PUBLIC, settings.JSON_LIMIT_API = 100, 200
    assert post({"name": "a", "x": "x" * 50}, to="public").status_code == 200
    assert post({"name": "a", "x": "x" * 100}).status_code == 200
    for response in (post({"x": "x" * 100}, to="public"), post({"x": "x" * 200})):
        assert (response.status_code, error_of(response)["code"]) == (413, "too_large")


def test_a_body_that_is_larger_than_announced_is_not_read_to_its_end(settings: Any) -> None:
    class Endless:
        taken = 0

        def read(self, size: int = -1) -> bytes:
            assert size > 0
            self.taken += size
            return b"x" * size

    stream: Any = Endless()
    with pytest.raises(ValueError, match="bytes"):
        SafeJSONParser().parse(stream)
    assert stream.taken == settings.JSON_LIMIT_API + 1


def test_errors_of_fields_are_named_by_their_path() -> None:
    error = error_of(post({"name": "much too long", "people": [{"email": "a@b.example"}, {}]}))
    assert error["code"] == "invalid"
    assert set(error["fields"]) == {"name", "people[1].email"}
    assert all(isinstance(text, str) for texts in error["fields"].values() for text in texts)


def test_an_error_of_the_whole_is_the_message() -> None:
    error = error_of(post({"name": "nobody"}))
    assert (error["message"], error["fields"]) == ("Nobody is no name.", {})


def test_a_bad_item_of_a_batch_leaves_the_others() -> None:
    response = post(rb'{"batch": [{"a": 1}, {"a": "\u0000"}, {"b": 2}]}', to="batch")
    errors = response.json()
    assert [bool(error) for error in errors] == [False, True, False]
    assert "batch[1].a" in errors[1]


def test_other_content_types_are_a_415() -> None:
    for content_type in ("text/plain", "application/x-www-form-urlencoded", "image/png"):
        response = post(b"name=a", content_type=content_type)
        assert (response.status_code, error_of(response)["code"]) == (415, "unsupported_media_type")


def test_other_methods_are_a_405() -> None:
    response = Client().delete("/api/leads")
    assert (response.status_code, error_of(response)["code"]) == (405, "method_not_allowed")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("403", "permission_denied"),
        ("404", "not_found"),
        ("429", "throttled"),
    ],
)
def test_refusals_have_their_code(name: str, code: str) -> None:
    response = Client().get(f"/api/fail/{name}")
    error = error_of(response)
    assert (response.status_code, error["code"]) == (int(name), code)


def test_a_throttled_client_hears_when_to_come_back() -> None:
    assert Client().get("/api/fail/429")["Retry-After"] == "7"


def test_a_bug_is_not_dressed_as_a_refusal() -> None:
    assert exception_handler(RuntimeError("bug"), {}) is None


def test_the_request_id_is_told() -> None:
    request = RequestFactory().get("/api/leads")
    request.request_id = "abc"  # type: ignore[attr-defined]
    response = error_response(request, status=409, message="Somebody was faster.")
    assert json.loads(response.content)["error"] == {
        "code": "conflict",
        "message": "Somebody was faster.",
        "fields": {},
        "request_id": "abc",
    }


@pytest.mark.parametrize(
    ("path_", "headers", "answer"),
    [
        ("/api/x", {}, True),
        ("/leads/", {"Accept": "text/html,application/json"}, False),
        ("/leads/", {"Accept": "application/json"}, True),
        ("/leads/", {}, False),
    ],
)
def test_programs_are_told_from_people(path_: str, headers: dict[str, str], answer: bool) -> None:
    request: HttpRequest = RequestFactory().get(path_, headers=headers)
    assert wants_json(request) is answer
