import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.test import Client
from django.urls import path


def echo(request: HttpRequest, name: str = "") -> HttpResponse:
    files = {key: len(request.FILES.getlist(key)) for key in request.FILES}
    return JsonResponse({"name": name, "get": request.GET, "post": request.POST, "files": files})


urlpatterns = [path("echo", echo), path("echo/<name>", echo), path("api/echo", echo)]
FORM = "application/x-www-form-urlencoded"


@pytest.fixture(autouse=True)
def bare_site(settings: Any) -> None:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = ["accounts.hostile_input.HostileInputMiddleware"]
    settings.ALLOWED_HOSTS = ["*"]


def post(body: bytes, content_type: str = FORM, to: str = "/echo", **extra: Any) -> Any:
    return Client().generic("POST", to, body, content_type=content_type, **extra)


def multipart(name: bytes, value: bytes) -> tuple[bytes, str]:
    part = b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n--b--\r\n'
    return part % (name, value), "multipart/form-data; boundary=b"


def test_ordinary_text_passes() -> None:
    response = Client().post("/echo?q=%F0%9F%98%80", {"name": "Ana é 😀\r\nline"})
    assert response.json()["get"] == {"q": "😀"}
    assert response.json()["post"] == {"name": "Ana é 😀\r\nline"}
    assert post(b"name=J%C3%B6rg+A").json()["post"] == {"name": "Jörg A"}


@pytest.mark.parametrize(
    "address",
    [
        "/echo?q=%00",
        "/echo?%00=q",
        "/echo?q=%ff",
        "/echo?q=%c0%af",
        "/echo?q=%ed%a0%80",
        "/echo/a%00b",
        "/echo?" + "&".join(f"a{number}=1" for number in range(1_500)),
    ],
)
def test_a_hostile_address_is_a_400_in_words(address: str) -> None:
    response = Client().get(address)
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/plain")
    assert response.content.decode().endswith(".")


@pytest.mark.parametrize(
    "body",
    [
        b"name=a%00b",
        b"a%00b=name",
        b"name=a\x00b",
        b"name=%ff%fe",
        b"name=\xff",
        b"name=%ed%a0%80",
        b"&".join(b"a%d=1" % number for number in range(1_500)),
    ],
)
def test_a_hostile_form_is_a_400(body: bytes) -> None:
    assert post(body).status_code == 400


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        multipart(b"name", b"a\x00b"),
        multipart(b"na\x00me", b"a"),
        (b"x", "multipart/form-data"),
        (b"x", "multipart/form-data; boundary=" + "b" * 300),
        (b"--b\r\nbroken", "multipart/form-data; boundary=b; charset=utf-7"),
        (b"name=+AAA-", FORM + "; charset=utf-7"),
        (b"name=a", FORM + "; charset=utf-16"),
    ],
)
def test_a_hostile_form_with_files_or_charset_is_a_400(body: bytes, content_type: str) -> None:
    assert post(body, content_type).status_code == 400


def test_a_charset_cannot_change_how_the_query_is_read() -> None:
    response = post(b"{}", "application/json; charset=utf-7", to="/echo?q=%2BAAA-")
    assert response.json()["get"] == {"q": "+AAA-"}


@pytest.mark.parametrize("cookie", [r'sessionid="a\000b"', "sessionid=a; csrftoken=\x00"])
def test_a_cookie_or_header_with_nul_is_a_400(cookie: str) -> None:
    assert Client().get("/echo", headers={"Cookie": cookie}).status_code == 400
    assert Client().get("/echo", headers={"User-Agent": "a\x00"}).status_code == 400


def test_programs_are_refused_in_the_documented_shape() -> None:
    response = Client().get("/api/echo?q=%00")
    assert response.status_code == 400
    assert json.loads(response.content)["error"]["code"] == "invalid"


def test_large_bodies_are_refused_before_they_are_read(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = settings.JSON_LIMIT_API = 100
    settings.UPLOAD_LIMIT = 1_000
    assert post(b"a" * 100).status_code == 200
    assert post(b"a" * 101).status_code == 413
    assert post(b"a" * 101, "application/json").status_code == 413
    assert post(b"a" * 101, "text/plain").status_code == 413
    assert post(b"a", CONTENT_LENGTH="9" * 5_000).status_code == 413


def test_files_may_be_larger_than_forms_up_to_their_own_limit(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    settings.UPLOAD_LIMIT = 5_000
    small = SimpleUploadedFile("leads\x00.csv", b"x" * 1_000)
    assert Client().post("/echo", {"file": small}).json()["files"] == {"file": 1}
    large = SimpleUploadedFile("leads.csv", b"x" * 6_000)
    assert Client().post("/echo", {"file": large}).status_code == 413


def test_much_text_among_files_is_refused_too(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert Client().post("/echo", {"name": "x" * 200}).status_code == 413


def test_an_address_that_does_not_exist_receives_no_form() -> None:
    assert post(*multipart(b"name", b"a\x00b"), to="/nowhere").status_code == 404
