"""What an event tells of its lead: always what is no secret, names and addresses only where the channel has them."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from handoff.models import Channel, OutgoingEvent
from leads.models import Lead


def message_id(event: OutgoingEvent) -> str:
    """The same at every attempt and for every channel, so that receivers can tell a repetition."""
    return f"msg_{event.public_id.hex}"


def body_of(event: OutgoingEvent, channel: Channel) -> dict[str, Any]:
    """The body of a webhook; `sequence` grows from event to event, so that a receiver can put them in order."""
    data: dict[str, Any] = {"sequence": event.pk, **event.data}
    if event.lead is not None:
        data["lead"] = lead_of(event.lead, tells_who=channel.tells_who)
        if event.kind == "lead.crossed":
            data["receipt"] = _link("scoring:receipt_file", event.lead)
    return {"type": event.kind, "timestamp": event.at.isoformat(), "data": data}


def lead_of(lead: Lead, *, tells_who: bool) -> dict[str, Any]:
    if lead.erased_at:
        return {"id": str(lead.public_id), "erased": True}
    score = getattr(lead, "score", None)
    told = {
        "id": str(lead.public_id),
        "url": _link("leads:lead", lead),
        "stage": lead.stage,
        "score": score.total if score else None,
        "band": score.band if score else None,
        "source": lead.source,
        "company": lead.company_name,
        "country": lead.country,
    }
    if tells_who:
        told |= {
            "name": lead.name,
            "email": lead.email,
            "phone": lead.phone_e164 or lead.phone,
            "title": lead.title,
        }
    return told


def called(event: OutgoingEvent, channel: Channel) -> str:
    """What a sentence calls the lead."""
    lead = event.lead
    if lead is None:
        return ""
    if not channel.tells_who:
        company = "" if lead.erased_at else lead.company_name
        return _("A lead of %s") % company if company else _("A lead")
    return f"{lead.name} ({lead.company_name})" if lead.company_name else lead.name


def link_to(lead: Lead) -> str:
    return _link("leads:lead", lead)


def _link(name: str, lead: Lead) -> str:
    return settings.SITE_URL.rstrip("/") + reverse(name, args=[lead.public_id])
