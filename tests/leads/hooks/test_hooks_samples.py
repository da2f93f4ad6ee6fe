"""Messages that real systems sent, read where LEADHUB_SAMPLES names their folder."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from accounts import safe_json
from leads.fields import BUILT_IN
from leads.hooks import bodies, mapping, paths, senders
from leads.hooks.mapping import LeftOut, NotUnderstood
from tests.leads.hooks.test_mapping import AT, read

SAMPLES = Path(os.environ.get("LEADHUB_SAMPLES", "/none")) / "payloads"
FILES = sorted(SAMPLES.glob("*/*.json"))
pytestmark = pytest.mark.skipif(not FILES, reason="LEADHUB_SAMPLES names no folder with payloads")


def body_of(file: Path) -> Any:
    told = json.loads(file.read_text())
    if "body" in told:
        return told["body"]
    body = told["input"]["request"].get("body")
    try:
        return bodies.payload(body.encode(), {}) if isinstance(body, str) else body
    except bodies.Unreadable as reason:
        assert isinstance(reason.__cause__, type(None) | safe_json.BadJson)
        return None


def test_every_message_is_guessed_at_and_read_or_refused_in_words() -> None:
    told = {"read": 0, "refused": 0}
    for file in FILES:
        payload = body_of(file)
        plan = senders.guess(payload, sender=senders.recognised(payload), fields=BUILT_IN)
        for item in paths.items(payload, plan.each):
            try:
                mapping.understand(item, plan, fields=BUILT_IN, name="Hook", at=AT)
                told["read"] += 1
            except (NotUnderstood, LeftOut) as reason:
                assert str(reason), file
                told["refused"] += 1
    assert told["read"] >= 60, told


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("hubspot_CONTACT", "email first_name last_name title"),
        ("pipedrive_added.person", "company_name email first_name last_name phone"),
        (
            "facebook_lead_ads__facebook_lead_ads_with_valid_created_time_0",
            "country first_name last_name phone",
        ),
        ("olark__olark_webhook_response_0", "country email first_name last_name"),
    ],
)
def test_what_known_senders_say_of_a_person_is_found(name: str, values: str) -> None:
    file = next(file for file in FILES if file.stem == name)
    found = read(body_of(file))
    assert " ".join(sorted(found.values)) == values
    assert found.external_id
