"""Senders that are known: by what their payloads are recognised, how they sign, and what a plan for them begins
with. Pure; nothing here is a rule, a person sees and changes it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from leads.fields import LeadField
from leads.hooks import paths
from leads.hooks.mapping import (
    CAMPAIGN,
    EVENT_ID,
    EVENT_NAME,
    EXTERNAL_ID,
    FULL_NAME,
    OCCURRED_AT,
    PAGE,
    Plan,
)
from leads.hooks.paths import Leaf, Path
from leads.importing.names import BY_NAME, plain
from leads.models import What

# Names that say what something is only if it stands with the person and not with a form or a company.
BARE = {"name", "title", "source", "created", "position", "role", "account", "timestamp", "event"}
# What surrounds the person in the payloads of this world.
AROUND_PEOPLE = {
    "", "contact", "person", "lead", "current", "data", "payload", "user", "customer", "invitee",
    "respondent", "properties", "fields", "field data", "answers", "hidden", "attributes", "traits",
    "visitor", "subscriber", "object", "body", "values", "profile",
}  # fmt: skip
# Names of what is only the shell of a value.
SHELLS = {"value", "values", "text", "answer"}
# What an item of a list that calls itself something holds as its value.
SAYS = SHELLS | {"email", "phone_number", "number", "label", "labels", "url", "date", "boolean"}
MORE = {
    "utm campaign": CAMPAIGN, "page url": PAGE, "page uri": PAGE, "page": PAGE, "submitted at": OCCURRED_AT,
    "occurred at": OCCURRED_AT, "created time": OCCURRED_AT, "mobilephone": "phone", "e mail": "email",
    "org name": "company_name", "phone number": "phone", "timestamp": OCCURRED_AT, "event": EVENT_NAME,
}  # fmt: skip
IDS = {"id", "uuid", "vid", "contact id", "lead id", "person id", "user id", "customer id"}
NOT_TAKEN = {"source", "created_at"}


@dataclass(frozen=True)
class Sender:
    """`scheme` is how it signs (a key of signatures.CHECKS, or none), `where` how the secret is found there,
    `starts` a plan that guessing fills up. `ignored` are names below which nothing is guessed."""

    key: str
    name: Any
    scheme: str
    where: Any
    recognises: Callable[[Any], bool]
    starts: Callable[[Any], Plan] = lambda payload: Plan(kind="track")
    ignored: frozenset[str] = frozenset()


def _has(payload: Any, *names: str) -> bool:
    return isinstance(payload, dict) and set(names) <= payload.keys()


def _pick(*steps: paths.Step) -> Path:
    return tuple(steps)


def _hubspot(payload: Any) -> Plan:
    if _has(payload, "fields"):
        return Plan(
            picks=[
                (_pick("submittedAt"), OCCURRED_AT),
                (_pick("context", "pageUri"), PAGE),
                (_pick("context", "pageName"), EVENT_NAME),
            ],
            kind="form",
        )
    return Plan(picks=[(_pick("vid"), EXTERNAL_ID)], kind="")


def _typeform(payload: Any) -> Plan:
    return Plan(
        picks=[
            (_pick("event_id"), EVENT_ID),
            (_pick("form_response", "submitted_at"), OCCURRED_AT),
            (_pick("form_response", "definition", "title"), EVENT_NAME),
            (_pick("form_response", "token"), EXTERNAL_ID),
        ],
        only=[(_pick("event_type"), "form_response")],
        kind="form",
    )


def _calendly(payload: Any) -> Plan:
    return Plan(
        picks=[
            (_pick("payload", "uri"), EVENT_ID),
            (_pick("payload", "scheduled_event", "name"), EVENT_NAME),
            (_pick("created_at"), OCCURRED_AT),
            (_pick("payload", "tracking", "utm_campaign"), CAMPAIGN),
        ],
        only=[(_pick("event"), "invitee.created")],
        kind="demo_request",
    )


def _facebook(payload: Any) -> Plan:
    if _has(payload, "entry"):
        return Plan(
            picks=[
                (_pick("value", "leadgen_id"), EXTERNAL_ID),
                (_pick("value", "leadgen_id"), EVENT_ID),
                (_pick("value", "created_time"), OCCURRED_AT),
            ],
            only=[(_pick("field"), "leadgen")],
            each=("entry", "changes"),
            kind="form",
        )
    ids = [(_pick(name), EXTERNAL_ID) for name in ("id", "facebook_lead_id")]
    return Plan(picks=[*ids, (_pick("created_time"), OCCURRED_AT)], kind="form")


def _pipedrive(payload: Any) -> Plan:
    meta = payload["meta"]
    inside = "current" if "current" in payload else "data"
    kind = "object" if "object" in meta else "entity"
    return Plan(
        picks=[(_pick(inside, "id"), EXTERNAL_ID), (_pick("meta", "timestamp"), OCCURRED_AT)],
        only=[(_pick("meta", kind), str(meta.get(kind, "person")))],
        kind="",
    )


def _is_hubspot(payload: Any) -> bool:
    form = _has(payload, "fields", "submittedAt")
    return form or (
        _has(payload, "properties") and (_has(payload, "vid") or _has(payload, "portal-id"))
    )


def _is_facebook(payload: Any) -> bool:
    flat = _has(payload, "facebook_lead_id") or _has(payload, "field_data")
    return flat or (_has(payload, "entry") and payload.get("object") == "page")


def _is_pipedrive(payload: Any) -> bool:
    return _has(payload, "meta", "current") or (
        _has(payload, "meta", "data") and "entity" in payload["meta"]
    )


GENERIC = Sender("generic", _("Another system"), "none", "", lambda payload: False)
SENDERS = {
    sender.key: sender
    for sender in (
        GENERIC,
        Sender(
            "hubspot", "HubSpot", "hubspot",
            _("The client secret of your HubSpot app (Settings, Integrations, Private or public apps)."),
            _is_hubspot, _hubspot, frozenset({"context", "legalConsentOptions", "associated-company"}),
        ),
        Sender(
            "typeform", "Typeform", "typeform",
            _("The secret you give when you add the webhook (Connect, Webhooks, Edit)."),
            lambda payload: _has(payload, "form_response"), _typeform, frozenset({"definition", "field", "type"}),
        ),
        Sender(
            "calendly", "Calendly", "calendly",
            _("The signing key you give when you make the webhook subscription."),
            lambda payload: _has(payload, "event", "payload") and str(payload["event"]).startswith("invitee."),
            _calendly, frozenset({"scheduled_event", "event_type", "tracking", "cancellation"}),
        ),
        Sender(
            "facebook", "Facebook Lead Ads", "facebook",
            _("The app secret of your Facebook app (Settings, Basic)."), _is_facebook, _facebook,
        ),
        Sender(
            "pipedrive", "Pipedrive", "basic",
            _("The name and password you give when you add the webhook."),
            _is_pipedrive, _pipedrive, frozenset({"previous", "meta", "title"}),
        ),
    )
}  # fmt: skip


def recognised(payload: Any) -> Sender:
    """The sender of a payload, by its shape."""
    return next((one for one in SENDERS.values() if one.recognises(payload)), GENERIC)


def guess(payload: Any, *, sender: Sender, fields: Mapping[str, LeadField]) -> Plan:
    """A plan for payloads like this one; `fields` is the catalogue."""
    plan = sender.starts(payload) if sender.recognises(payload) else Plan(kind="track")
    items = paths.items(payload, plan.each)
    item = items[0] if items else {}
    hints = titles(payload)
    picks = [(path, target) for path, target in plan.picks if paths.read(item, path) is not None]
    taken = {target for _path, target in picks}
    used = [path for path, _target in picks]
    for leaf in paths.leaves(item):
        if leaf.path in used or sender.ignored & set(map(str, leaf.path)):
            continue
        target = _target(leaf, hints, fields)
        if target and target not in taken:
            picks.append((leaf.path, target))
            taken.add(target)
    return replace(plan, picks=_without_shadows(picks + _own_id(item, picks)))


def _without_shadows(picks: Sequence[tuple[Path, str]]) -> list[tuple[Path, str]]:
    """Where first and last name stand apart, the whole name says nothing more."""
    targets = {target for _path, target in picks}
    apart = {"first_name", "last_name"} <= targets
    return [(path, target) for path, target in picks if not (apart and target == FULL_NAME)]


def _own_id(item: Any, picks: Sequence[tuple[Path, str]]) -> list[tuple[Path, str]]:
    """The id that stands beside the person's address, number or name."""
    found = {target: path for path, target in reversed(picks)}
    person = next((found[one] for one in ("email", "phone", "last_name") if one in found), None)
    if EXTERNAL_ID in found or person is None:
        return []
    beside = [leaf for leaf in paths.leaves(item) if leaf.path[:-1] == person[:-1]]
    return next(
        ([(leaf.path, EXTERNAL_ID)] for leaf in beside if plain(str(leaf.path[-1])) in IDS), []
    )


def _target(leaf: Leaf, hints: Mapping[str, str], fields: Mapping[str, LeadField]) -> str:
    declared = {plain(field.attribute): key for key, field in fields.items() if field.attribute}
    for name in _names(leaf.path, hints):
        found = MORE.get(name) or BY_NAME[What.LEADS].get(name) or declared.get(name, "")
        if found and found not in NOT_TAKEN:
            return found
    return ""


def _names(path: Path, hints: Mapping[str, str]) -> list[str]:
    """What a value may be called, the most telling first."""
    plain_steps = [step for step in path if isinstance(step, str)]
    own = plain_steps[-1] if plain_steps else ""
    named = [step["is"] for step in path if isinstance(step, dict) and own in SAYS]
    around = plain_steps[-2] if len(plain_steps) > 1 else ""
    found = [plain(hints[name]) for name in named if name in hints] + [
        plain(name) for name in named
    ]
    if own in SHELLS and around:
        found += [plain(around)]
        around = plain_steps[-3] if len(plain_steps) > 2 else ""
    else:
        found += [plain(f"{around} {own}")]
    alone = plain(own)
    if alone not in BARE or plain(around) in AROUND_PEOPLE:
        found.append(alone)
    return found


def titles(payload: Any) -> dict[str, str]:
    """What Typeform calls its questions, by the reference and the id that answers carry."""
    asked = paths.read_any(payload, ("form_response", "definition", "fields"))
    named: dict[str, str] = {}
    for field in asked if isinstance(asked, list) else []:
        if isinstance(field, dict) and isinstance(field.get("title"), str):
            named |= {str(field[key]): field["title"] for key in ("ref", "id") if field.get(key)}
    return named
