"""An import of a file beside COPY and the upsert that a person would write for the same rows."""

import csv
import io
from itertools import count
from multiprocessing import get_context
from pathlib import Path

import django
from django.core.files.base import ContentFile
from django.db import connection, transaction

from accounts import clock
from accounts.models import Role, User
from leadhub.bench.pairs import Counted, Measured, in_turn
from leads import fields
from leads.importing import advance, staging, starting
from leads.models import Import

HEADER = ["Email", "First name", "Last name", "Job title", "Company", "Phone", "Country", "City"]
TITLES = ("Buyer", "VP Sales", "Head of IT", "Engineer", "Chief Financial Officer")
_file = count(1)


def file_rows(rows: int) -> Measured:
    """Read, staged, matched, joined and journalled, against COPY and five statements; new leads each time."""
    return in_turn(
        f"{rows:,} rows imported",
        lambda: _import(_uploaded(rows)),
        lambda: _by_hand(_text(rows)),
        pairs=3,
        limit=4,
    )


def memory(rows: int) -> Counted:
    """The most that a worker takes which does nothing but import such a file."""
    number = _uploaded(rows)
    # A process of its own that begins anew: a copy of this one would count what was measured here.
    with get_context("spawn").Pool(1, django.setup) as pool:
        return Counted("memory of an import, MB", pool.apply(_import, (number,)), 200)


def _uploaded(rows: int) -> int:
    by = User.objects.filter(role=Role.SDR).order_by("id")[0]
    return staging.upload(ContentFile(_text(rows), "bench.csv"), by=by, at=clock.now()).pk


def _import(number: int) -> int:
    """What workers do of it, and what a person says in between; the memory of this process in MB."""
    imported = Import.objects.get(pk=number)
    while imported.state == Import.State.UPLOADED:
        advance(clock.now())
        imported.refresh_from_db()
    plan = starting.proposal(imported, fields.catalogue())
    starting.start(imported, plan, opens_handoffs=False, at=clock.now())
    while Import.objects.filter(pk=number).exclude(state=Import.State.DONE).exists():
        advance(clock.now())
    return _most_memory()


def _most_memory() -> int:
    """Of this process, in MB. What getrusage says would begin with what the process was that started it."""
    told = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(told["VmHWM"].split()[0]) // 1024


def _text(rows: int) -> bytes:
    number = next(_file)
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADER)
    writer.writerows(
        (
            f"p{n}.{number}@firm{n % 5_000}.example", f"Given{n % 997}", f"Family{n}", TITLES[n % 5],
            f"Firm {n % 5_000}", f"+49 30 {1_000_000 + n}", "DE", f"City {n % 50}",
        )
        for n in range(rows)
    )  # fmt: skip
    return out.getvalue().encode()


def _by_hand(text: bytes) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """CREATE TEMP TABLE raw (email text, first text, last text, title text, company text, phone text,
                                      country text, city text) ON COMMIT DROP"""
        )
        with cursor.copy("COPY raw FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(text)
        cursor.execute(
            """INSERT INTO leads_company (public_id, name, identity, domain, industry, country, created_at)
               SELECT DISTINCT ON (domain) gen_random_uuid(), company, 'domain:' || domain, domain, '', '', app_now()
                 FROM raw, split_part(email, '@', 2) AS domain
               ON CONFLICT (identity) DO NOTHING"""
        )
        cursor.execute(
            """INSERT INTO leads_lead (public_id, email, first_name, last_name, title, company_id, company_name,
                                       phone, phone_e164, country, attributes, source, campaign, direction,
                                       stage, external_id, created_at, updated_at)
               SELECT gen_random_uuid(), lower(r.email), r.first, r.last, r.title, c.id, r.company, r.phone,
                      replace(r.phone, ' ', ''), r.country, jsonb_build_object('city', r.city), 'Import', '',
                      'inbound', 'lead', '', app_now(), app_now()
                 FROM raw r JOIN leads_company c ON c.identity = 'domain:' || split_part(r.email, '@', 2)
               ON CONFLICT (email) DO UPDATE
                  SET first_name = excluded.first_name, last_name = excluded.last_name,
                      title = excluded.title, attributes = leads_lead.attributes || excluded.attributes"""
        )
        for statement in (
            """INSERT INTO leads_contactkey (kind, value, lead_id)
               SELECT 'email', l.email, l.id FROM raw r JOIN leads_lead l ON l.email = lower(r.email)
               ON CONFLICT DO NOTHING""",
            """INSERT INTO leads_leadscore (lead_id, fit, engagement, account, negative, total, band, flag,
                                            armed, crossings, stage)
               SELECT l.id, 0, 0, 0, 0, 0, '', '', true, 0, 'lead'
                 FROM raw r JOIN leads_lead l ON l.email = lower(r.email) ON CONFLICT DO NOTHING""",
            """INSERT INTO leads_journalentry (lead_id, kind, at, data, wakes, available_at, attempts, error)
               SELECT l.id, 'lead.imported', app_now(), '{}', false, app_now(), 0, ''
                 FROM raw r JOIN leads_lead l ON l.email = lower(r.email)""",
        ):
            cursor.execute(statement)
