"""The page on which a person says what we may do, reached by a link that needs no login."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core import signing
from django.db import transaction
from django.urls import reverse

from leads.models import ConsentPurpose, Lead, Suppression
from leads.privacy import consents, suppression
from leads.privacy.consents import Given

SALT = "leads.preferences"
SOURCE = "Preference page"


def token(lead: Lead) -> str:
    """What stands in the person's link. It ends with the lead: an erased one has another id."""
    return signing.Signer(salt=SALT).sign(lead.public_id.hex)


def path(lead: Lead) -> str:
    """The person's page, to be put behind the address of the site."""
    return reverse("preferences", args=[token(lead)])


def lead_of(token: str) -> Lead | None:
    """Whose link this is; None for a link that is none, or leads to somebody erased."""
    try:
        public_id = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature:
        return None
    leads = Lead.objects.select_related("merged_into")
    found = leads.filter(public_id=public_id, erased_at=None).first()
    return found.merged_into or found if found else None


def decide(
    lead: Lead, answers: Mapping[str, bool], *, at: datetime, proof: Mapping[str, Any]
) -> list[str]:
    """Keeps what the person says by purpose key; says which answers were new. Whoever agrees to anything again
    is written to again."""
    with transaction.atomic():
        known = consents.standing([lead.pk]).get(lead.pk, {})
        texts = consents.current_texts()
        new = [
            key for key, said in answers.items() if key not in known or known[key].granted is not said
        ]  # fmt: skip
        consents.record(
            [
                Given(
                    lead.pk, key, answers[key], texts[key].pk if key in texts else None,
                    source=SOURCE, proof=proof,
                )
                for key in new
            ],
            at=at,
        )  # fmt: skip
        if any(answers[key] for key in new):
            suppression.welcome_back(lead)
    return new


def stop(lead: Lead, *, at: datetime, proof: Mapping[str, Any]) -> None:
    """No to everything, and nothing is sent any more."""
    purposes = ConsentPurpose.objects.filter(is_active=True).values_list("key", flat=True)
    with transaction.atomic():
        decide(lead, dict.fromkeys(purposes, False), at=at, proof=proof)
        suppression.add_lead(lead, reason=Suppression.Reason.UNSUBSCRIBED, at=at)
