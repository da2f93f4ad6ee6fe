"""The hosted form on other sites, with consents and colours, and what a stranger cannot learn from it."""

import json
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts import sites
from accounts.models import Organisation
from leads.capturing import look
from leads.models import Consent, ConsentPurpose, ConsentText, Event, Form, FormSubmission, Lead
from tests import factories
from tests.leads.capturing.test_hosted_form import URL, page_text, send, submission_in

pytestmark = pytest.mark.django_db
AGREE = "consent:letters"


def policy_of(answer: Any) -> dict[str, str]:
    parts = [part.strip().split(" ", 1) for part in answer["Content-Security-Policy"].split(";")]
    return {part[0]: part[1] for part in parts}


@pytest.fixture
def letters() -> ConsentText:
    purpose = ConsentPurpose.objects.create(key="letters", name="Letters")
    return ConsentText.objects.create(
        purpose=purpose, version=1, digest="x", created_at=factories.now(),
        text="Send me letters, see https://us.example/privacy <b>now</b>",
    )  # fmt: skip


def consent_form(**over: Any) -> Form:
    shape = [{"name": "email", "required": True}, {"name": AGREE, **over}]
    return factories.make_form(fields=shape)


def test_no_site_shows_a_form_in_a_frame_unless_it_is_named(client: Client) -> None:
    form = factories.make_form()
    answer = client.get(URL)
    assert policy_of(answer)["frame-ancestors"] == "'none'" and answer["X-Frame-Options"] == "DENY"
    Form.objects.update(embed_hosts=["www.us.example", "*.us.example"])
    for path in (URL, f"{URL}?embed=1", f"{URL}thanks/?embed=1"):
        answer = client.get(path)
        assert policy_of(answer)["frame-ancestors"] == "www.us.example *.us.example"
        assert "X-Frame-Options" not in answer
    assert "embedded.js" in page_text(client, f"{URL}?embed=1")
    assert "embedded.js" not in page_text(client, URL)
    assert form.slug in URL


def test_it_is_sent_from_a_frame_without_any_cookie() -> None:
    factories.make_form()
    strict = Client(enforce_csrf_checks=True)
    url = f"{URL}?embed=1&page=/pricing"
    page = strict.get(url)
    strict.cookies.clear()
    values = {"email": "maya@firm.example", "submission": submission_in(page)}
    answer = strict.post(url, values, headers={"Origin": "https://www.us.example"})
    assert (answer.status_code, answer["Location"]) == (302, "/f/talk/thanks/?embed=1")
    assert Event.objects.select_related("signature").get().signature.path == "/pricing"


def test_it_goes_on_to_an_address_on_our_sites_only(client: Client) -> None:
    target = "https://www.us.example/welcome"
    factories.make_form(redirect_url=target)
    assert send(client, email="a@firm.example")["Location"] == "/f/talk/thanks/"
    Organisation.objects.create(name="Us", sites=["www.us.example"])
    answer = send(client, email="b@firm.example")
    assert answer["Location"] == target
    assert policy_of(client.get(URL))["form-action"] == "'self' https://www.us.example"
    framed = send(client, f"{URL}?embed=1", email="c@firm.example")
    thanks = page_text(client, framed["Location"])
    assert f'href="{target}" target="_top"' in thanks
    assert target not in page_text(client, f"{URL}thanks/")


def test_a_tick_is_kept_with_the_text_that_was_read(client: Client, letters: ConsentText) -> None:
    consent_form()
    page = page_text(client, URL)
    assert '<a href="https://us.example/privacy" rel="nofollow">' in page and "&lt;b&gt;" in page
    send(client, email="no@firm.example")
    assert not Consent.objects.exists()
    send(client, email="yes@firm.example", **{AGREE: "on"})
    given = Consent.objects.select_related("lead").get()
    assert (given.lead.email, given.text, given.granted) == ("yes@firm.example", letters, True)
    assert given.source == "Talk to us" and given.proof["form"] == "talk"


def test_a_required_consent_is_required(client: Client, letters: ConsentText) -> None:
    consent_form(required=True)
    assert send(client, email="no@firm.example").status_code == 422
    assert send(client, email="yes@firm.example", **{AGREE: "on"}).status_code == 302


def test_whoever_read_other_words_is_asked_again_and_has_to_tick_again(
    client: Client, letters: ConsentText
) -> None:
    consent_form()
    submission = submission_in(client.get(URL))
    fresh = ConsentText.objects.create(
        purpose=letters.purpose,
        version=2,
        text="Send more.",
        digest="y",
        created_at=factories.now(),
    )
    answer = send(client, email="maya@firm.example", submission=submission, **{AGREE: "on"})
    page = answer.content.decode()
    assert answer.status_code == 422 and "has changed" in page and "Send more." in page
    assert "checked" not in page and 'value="maya@firm.example"' in page
    values = {"email": "maya@firm.example", "submission": submission_in(answer), AGREE: "on"}
    assert client.post(URL, values).status_code == 302
    assert Consent.objects.get().text == fresh


def test_a_purpose_out_of_use_is_not_asked_for(client: Client, letters: ConsentText) -> None:
    consent_form(required=True)
    ConsentPurpose.objects.update(is_active=False)
    assert "letters" not in page_text(client, URL)
    assert send(client, email="maya@firm.example").status_code == 302


def progressive(most: int = 1) -> None:
    later = [{"name": name, "later": True} for name in ("title", "phone")]
    factories.make_form(fields=[{"name": "email", "required": True}, *later], most_asked=most)


def test_what_a_browser_told_is_not_asked_again(client: Client) -> None:
    progressive()
    assert 'name="title"' in page_text(client, URL)
    send(client, email="maya@firm.example", title="COO")
    page = page_text(client, URL)
    assert 'name="title"' not in page and 'name="phone"' in page
    send(client, email="maya@firm.example", phone="030 1")
    assert 'name="phone"' not in page_text(client, URL)
    kept = Lead.objects.get()
    assert (kept.title, kept.phone) == ("COO", "030 1")


def test_the_cookie_names_fields_and_nobody(client: Client) -> None:
    progressive()
    send(client, email="maya@firm.example", title="COO")
    cookie = client.cookies["leadhub_told"]
    assert json.loads(cookie.value.rsplit(":", 2)[0]) == ["title"]
    assert cookie["path"] == "/f/" and cookie["httponly"]
    client.cookies["leadhub_told"] = '["title","phone"]:forged'
    assert 'name="title"' in page_text(client, URL)


def test_no_answer_tells_whether_an_address_is_known(client: Client) -> None:
    """Not the status, not the page, not the cookie, and not what is asked next."""
    progressive()
    factories.make_lead(email="known@firm.example", title="COO", phone="030", first_name="K")
    seen = []
    for email in ("known@firm.example", "new@firm.example"):
        browser = Client()
        answer = send(browser, email=email)
        after = re.sub(r'name="submission" value="[^"]+"', "", page_text(browser, URL))
        seen.append((answer.status_code, answer["Location"], dict(browser.cookies), after))
    assert seen[0] == seen[1]


def test_a_robot_is_answered_like_a_person(client: Client) -> None:
    factories.make_form()
    person = send(client, email="a@firm.example")
    robot = send(client, email="b@firm.example", homepage="x")
    assert (person.status_code, person["Location"]) == (robot.status_code, robot["Location"])


def test_nothing_is_kept_of_who_opens_a_form_and_goes_away(client: Client) -> None:
    factories.make_form()
    client.get(URL)
    client.post(URL, {"email": "half an addr", "submission": submission_in(client.get(URL))})
    assert not FormSubmission.objects.exists() and not Lead.objects.exists()
    assert not Event.objects.exists()


def test_colours_are_a_stylesheet_and_nothing_else_is(client: Client) -> None:
    factories.make_form(look={"accent": "aa0000", "ground": "102030", "ink": "ffffff"})
    link = re.search(r'href="(/f/look.css[^"]+)"', page_text(client, URL))
    assert link is not None
    css = client.get(link[1].replace("&amp;", "&"))
    assert css["Content-Type"] == "text/css" and "immutable" in css["Cache-Control"]
    text = css.content.decode()
    assert "--accent: #aa0000" in text and "color-scheme: dark" in text
    hostile = client.get("/f/look.css?accent=red;}body{display:none&ground=zzzzzz&evil=000000")
    assert hostile.content == b""


@pytest.mark.parametrize(
    ("colour", "ground", "contrast"), [("000000", "ffffff", 21.0), ("767676", "ffffff", 4.54)]
)
def test_contrast_is_that_of_the_guideline(colour: str, ground: str, contrast: float) -> None:
    assert round(look.contrast(colour, ground), 2) == contrast


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://www.us.example/a?b=c", True), ("http://deep.shop.example/", True),
        ("https://shop.example/", False), ("https://www.us.example.evil.example/", False),
        ("https://www.us.example@evil.example/", False), ("//www.us.example/", False),
        ("https://www.us.example:8443/", False), ("javascript:alert(1)//www.us.example", False),
        ("https://WWW.US.EXAMPLE/", True), ("https://[::1", False), ("https://www.us.example:x/", False),
        ("https://evil.example\\a.shop.example/", False), ("https://a; script-src *.shop.example/", False),
        ("https://bücher.shop.example/", False), ("https://xn--bcher-kva.shop.example/", True),
    ],
)  # fmt: skip
def test_only_addresses_on_our_sites_are_gone_on_to(url: str, may: bool) -> None:
    assert sites.allowed(url, ["www.us.example", "*.shop.example"]) is may


def test_an_address_is_kept_as_browsers_know_it() -> None:
    known = "https://xn--bcher-kva.shop.example/ä?b=ü"
    assert sites.in_ascii("https://bücher.shop.example/ä?b=ü") == known
    assert sites.in_ascii("https://www.us.example/ä") == "https://www.us.example/ä"
    assert not sites.allowed(sites.in_ascii("no address"), ["no"])


def test_sites_are_read_as_people_write_them() -> None:
    text = "https://WWW.us.example/path\n*.shop.example, localhost:8080\n\nbücher.example"
    assert sites.hosts(text) == [
        "www.us.example", "*.shop.example", "localhost:8080", "xn--bcher-kva.example",
    ]  # fmt: skip


def test_an_old_page_of_a_suspected_robot_is_still_one_submission(
    client: Client, move_clock: Any
) -> None:
    factories.make_form()
    submission = submission_in(client.get(URL))
    for _time in range(3):
        move_clock(timedelta(minutes=5))
        send(client, email="r@spam.example", homepage="x", submission=submission)
    assert FormSubmission.objects.count() == 1
    assert uuid.UUID(str(FormSubmission.objects.get().pk)).version == 5
