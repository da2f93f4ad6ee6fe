"""How fast a form is taken: one post through all middleware, and what it writes beside the same rows by hand."""

import json
import uuid
from itertools import count

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from accounts import clock
from leadhub.bench.pairs import Measured, Spread, in_turn, timed
from leads.activity.signatures import Look, numbers
from leads.capturing import capture
from leads.capturing.hosted_form import Page
from leads.models import Form

SLUG, TURN = "bench", 20
_serial = count(1)


def _form() -> Form:
    shape = [
        {"name": name, "required": name == "email"} for name in ("email", "first_name", "title")
    ]
    said = {"name": "Bench", "fields": shape, "least_seconds": 0, "created_at": clock.now()}
    return Form.objects.get_or_create(slug=SLUG, defaults=said)[0]


def _person() -> dict[str, str]:
    """Somebody new, of a company that is known after the first."""
    email = f"{uuid.uuid4().hex}@bench-forms.example"
    return {"email": email, "first_name": f"Ada {next(_serial)}", "title": "Head of Data"}


def post(number: int) -> Spread:
    """A visitor's post, through all middleware, of somebody whom nobody knew."""
    _form()
    client = Client(HTTP_HOST=settings.ALLOWED_HOSTS[0])

    def send(values: dict[str, str], serial: int) -> None:
        # As from the world: one network may send only so many.
        address = f"10.{serial >> 16 & 255}.{serial >> 8 & 255}.{serial & 255}"
        answer = client.post(f"/f/{SLUG}/", values, REMOTE_ADDR=address)
        assert answer.status_code == 302, answer.status_code

    times = []
    for _number in range(number + 1):
        page = Page(uuid.uuid4(), clock.now(), {}).signed()
        values, serial = {**_person(), "submission": page}, next(_serial)
        times.append(1000 * timed(lambda v=values, s=serial: send(v, s)))  # type: ignore[misc]
    return Spread("form posted", times[1:], 50.0)


def submission(pairs: int) -> Measured:
    """Twenty submissions of new people, beside twenty transactions with the same inserts."""
    form = _form()
    look = Look("form", SLUG, f"/f/{SLUG}/")
    signature, kind = numbers([look])[look]

    def product() -> None:
        visit = capture.Visit(path=look.path)
        for _number in range(TURN):
            at = clock.now()
            capture.submit(form, _person(), submission_id=uuid.uuid4(), at=at, visit=visit)

    def anchor() -> None:
        for _number in range(TURN):
            _by_hand(form.pk, _person(), signature, kind)

    return in_turn("20 forms taken", product, anchor, pairs=pairs)


def _by_hand(form: int, said: dict[str, str], signature: int, kind: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO leads_lead (public_id, email, phone, phone_e164, first_name, last_name, title, company_name,
                                       country, attributes, source, campaign, direction, stage, external_id,
                                       created_at, updated_at, last_activity_at)
               VALUES (gen_random_uuid(), %s, '', '', %s, '', %s, '', '', '{}', 'Web form', '', 'inbound', 'lead', '',
                       now(), now(), now()) RETURNING id""",
            [said["email"], said["first_name"], said["title"]],
        )
        lead = cursor.fetchone()[0]
        cursor.execute(
            """INSERT INTO leads_leadscore (lead_id, fit, engagement, negative, account, total, band, armed, crossings,
                                            stage, flag)
               VALUES (%s, 0, 0, 0, 0, 0, '', true, 0, 'lead', '')""", [lead],
        )  # fmt: skip
        cursor.execute(
            "INSERT INTO leads_contactkey (kind, value, lead_id) VALUES ('email', %s, %s)",
            [said["email"], lead],
        )
        cursor.execute(
            """INSERT INTO leads_event (lead_id, occurred_at, received_at, kind, signature_id, trust, properties)
               VALUES (%s, now(), now(), %s, %s, 0, '{}')""",
            [lead, kind, signature],
        )
        cursor.execute(
            """INSERT INTO leads_journalentry (lead_id, kind, at, data, available_at, wakes, attempts, error)
               VALUES (%s, 'lead.captured', now(), '{}', now(), false, 0, '')""",
            [lead],
        )
        cursor.execute(
            """INSERT INTO leads_formsubmission (id, form_id, lead_id, answers, at)
               VALUES (gen_random_uuid(), %s, %s, %s, now())""",
            [form, lead, json.dumps(said)],
        )
