"""A provider that is asked over HTTP: one call, its answer or why there is none, and what the answer fills."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext as _

from accounts import outbound, secrets
from accounts.outbound import Answer, OutboundError
from accounts.safe_json import BadJson, Limits, TooLarge, loads
from leads import fields as catalogue
from leads.enriching.desk import Desk
from leads.fields import LeadField
from leads.hooks import paths
from leads.models import Drawer

TIMEOUT_S = 5.0
LIMIT = 64 * 1024
LIMITS = Limits(bytes=LIMIT, values=5_000)
LONGEST_REST = timedelta(days=1)
PLACES = ("{email}", "{domain}")
ADDRESS = "{address}"


@dataclass(frozen=True)
class Outcome:
    """What a call brought. `answer` is None where the provider knows nothing; `is_final`: asking again would bring
    the same; `rest`: how long the provider wants to be left alone."""

    answer: Any = None
    reason: str = ""
    is_answer: bool = True
    is_final: bool = False
    rest: timedelta | None = None


def ask(drawer: Drawer, asked: str) -> Outcome:
    """Calls the provider. Never raises; call it outside of transactions."""
    try:
        key = secrets.unseal(drawer.key)
        headers = {"Accept": "application/json", **({drawer.header: key} if key else {})}
        answer = outbound.request(
            "GET", url_for(drawer.url, asked), headers=headers, timeout_s=TIMEOUT_S, limit=LIMIT
        )
    except secrets.Unreadable as error:
        return Outcome(reason=str(error), is_answer=False, rest=LONGEST_REST)
    except outbound.Refused as error:
        return Outcome(reason=str(error), is_answer=False, is_final=True)
    except OutboundError as error:
        return Outcome(reason=str(error), is_answer=False)
    return understood(answer)


def url_for(template: str, asked: str) -> str:
    """The address to call: what is asked for stands where the template says."""
    for place in (*PLACES, ADDRESS):
        template = template.replace(place, quote(asked, safe="@"))
    return template


def understood(answer: Answer) -> Outcome:
    """What an answer means by its status, and what it says."""
    status = answer.status
    if status in (204, 404):
        return Outcome(reason=_("The provider knows nothing of it."))
    if status in (401, 402, 403):
        told = (
            _("The provider refused the key (%d). Look at the key, and switch it on again.")
            % status
        )
        return Outcome(reason=told, is_answer=False, rest=LONGEST_REST)
    if status in (429, 500, 502, 503, 504):
        told = _("The provider has no time (%d).") % status
        return Outcome(reason=told, is_answer=False, rest=_told_rest(answer))
    if status != 200:
        told = _("The provider answered with %d.") % status
        return Outcome(reason=told, is_answer=False, is_final=True)
    try:
        return Outcome(answer=loads(answer.body, limits=LIMITS))
    except (BadJson, TooLarge) as error:
        return Outcome(reason=_("The answer cannot be read: %s") % error, is_answer=False)


def _told_rest(answer: Answer) -> timedelta | None:
    told = answer.headers.get("retry-after", "")
    if not told.isdecimal() or len(told) > 9:
        return None
    return min(timedelta(seconds=int(told)), LONGEST_REST)


def pretty(answer: Any) -> str:
    """An answer as text for people, to map by."""
    return json.dumps(answer, indent=2, ensure_ascii=False)


def values(
    drawer: Drawer, answer: Any, known: Mapping[str, LeadField]
) -> tuple[dict[str, Any], dict[str, str]]:
    """What an answer fills, cleaned, and why something of it cannot be kept; both by field."""
    said: dict[str, str] = {}
    for path, field in drawer.fills:
        value = paths.text_of(paths.read(answer, paths.checked(path)))
        if value and field not in said:
            said[field] = value
    return catalogue.clean(said, fields=known)


def put(desk: Desk, drawer: Drawer, answer: Any, lead_ids: Collection[int]) -> None:
    """Puts what the answer says on these leads; what it cannot say rightly is left out."""
    if answer is None:
        return
    kept, _errors = values(drawer, answer, catalogue.catalogue())
    for lead_id, lead in desk.leads.items():
        if lead_id in lead_ids:
            for field, value in kept.items():
                desk.put(lead, drawer, field, value, drawer.confidence)
