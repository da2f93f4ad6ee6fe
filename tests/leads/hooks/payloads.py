"""Small messages in the shapes of known senders; names and addresses are made up."""

from typing import Any

HUBSPOT: dict[str, Any] = {
    "vid": 251,
    "portal-id": 99,
    "properties": {
        "firstname": {"value": "Ines", "versions": [{"value": "Inez", "timestamp": 1}]},
        "lastname": {"value": "Rocha", "versions": []},
        "email": {"value": "Ines@Quay.example", "versions": [{"value": "old@quay.example"}]},
        "jobtitle": {"value": "Head of IT", "versions": []},
    },
    "associated-company": {"properties": {"name": {"value": "Quay", "versions": []}}},
}
HUBSPOT_FORM = {
    "fields": [
        {"objectTypeId": "0-1", "name": "email", "value": "ana@tide.example"},
        {"objectTypeId": "0-1", "name": "firstname", "value": "Ana"},
        {"objectTypeId": "0-1", "name": "company", "value": "Tide"},
    ],
    "submittedAt": 1774958400000,
    "context": {"pageUri": "https://tide.example/pricing", "pageName": "Pricing"},
}
TYPEFORM = {
    "event_id": "01HT",
    "event_type": "form_response",
    "form_response": {
        "token": "tok1",
        "submitted_at": "2026-03-31T12:00:00Z",
        "hidden": {"utm_campaign": "spring"},
        "definition": {
            "title": "Tell us more",
            "fields": [
                {"id": "f1", "ref": "r-role", "title": "Job title", "type": "short_text"},
                {"id": "f2", "ref": "r-mail", "title": "Where do we reach you?", "type": "email"},
                {"id": "f3", "ref": "r-size", "title": "How many are you?", "type": "multiple_choice"},
            ],
        },
        "answers": [
            {"type": "text", "text": "Head of Data", "field": {"id": "f1", "ref": "r-role", "type": "short_text"}},
            {"type": "email", "email": "max@ridge.example", "field": {"id": "f2", "ref": "r-mail", "type": "email"}},
            {
                "type": "choice", "choice": {"label": "50 to 100"},
                "field": {"id": "f3", "ref": "r-size", "type": "multiple_choice"},
            },
        ],
    },
}  # fmt: skip
CALENDLY = {
    "event": "invitee.created",
    "created_at": "2026-03-31T12:00:00.000000Z",
    "payload": {
        "email": "jo@fell.example",
        "name": "Jo Anne Fell",
        "first_name": None,
        "questions_and_answers": [
            {"question": "Company", "answer": "Fell Ltd", "position": 0},
            {"question": "Phone number", "answer": "+44 20 7946 0018", "position": 1},
        ],
        "tracking": {"utm_campaign": "webinar", "utm_source": None},
        "scheduled_event": {"name": "Demo, 30 minutes", "start_time": "2026-04-02T09:00:00Z"},
        "uri": "https://api.calendly.example/invitees/1",
    },
}
FACEBOOK = {
    "id": ["3960"],
    "created_time": ["2026-03-31T12:00:00+0000"],
    "first_name": ["Lia"],
    "last_name": ["Berg"],
    "phone_number": ["+4930123456"],
    "country": ["DE"],
    "colours": ["red", "blue"],
}
FACEBOOK_FIELDS = {
    "id": "77",
    "created_time": "2026-03-31T12:00:00+0000",
    "field_data": [
        {"name": "full_name", "values": ["Lia Berg"]},
        {"name": "email", "values": ["lia@berg.example"]},
    ],
}
FACEBOOK_PAGE = {
    "object": "page",
    "entry": [
        {"id": "1", "changes": [{"field": "leadgen", "value": {"leadgen_id": "9", "created_time": 1774958400}}]},
        {"id": "1", "changes": [{"field": "feed", "value": {"post": "x"}},
                                {"field": "leadgen", "value": {"leadgen_id": "10", "created_time": 1774958401}}]},
    ],
}  # fmt: skip
PIPEDRIVE = {
    "v": 1,
    "meta": {"action": "added", "object": "person", "id": 3, "timestamp": 1774958400},
    "current": {
        "id": 3,
        "name": "Tom Edwards",
        "first_name": "Tom",
        "last_name": "Edwards",
        "org_name": "Cairn",
        "email": [{"label": "work", "value": "tom@cairn.example", "primary": True}],
        "phone": [{"label": "work", "value": "+14349934730", "primary": True}],
    },
    "previous": None,
    "event": "added.person",
}
BATCH = [
    {"objectId": 1, "contact": {"email": "one@list.example", "name": "One List"}},
    {"objectId": 2, "contact": {"email": "two@list.example", "name": "Two List"}},
    {"objectId": 3, "contact": {"email": "no address"}},
]
