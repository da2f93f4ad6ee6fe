"""What can be wrong with a lead. One table from a key to the question; the page of data health counts with it
and the lead list filters with it, so that a number always opens just the leads it counted."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Func, Q, TextField, Value
from django.utils.translation import gettext_lazy as _

from leads import fields
from leads.identity.mail_domains import THROWN_AWAY
from leads.models import DuplicatePair, Suppression

STALE = timedelta(days=180)
# Behind these nobody in particular reads.
ROLES = (
    "info", "sales", "contact", "office", "admin", "support", "hello", "mail", "team", "marketing",
    "service", "help", "hr", "jobs", "billing", "accounts", "accounting", "webmaster", "postmaster",
    "noreply", "no-reply", "newsletter", "press", "reception", "enquiries", "kontakt", "buero",
)  # fmt: skip


class Part(Func):
    """One side of an e-mail address: split_part(email, '@', n)."""

    function = "split_part"
    output_field = TextField()

    def __init__(self, number: int) -> None:
        super().__init__(F("email"), Value("@"), Value(number))


@dataclass(frozen=True)
class Issue:
    """`asks` makes the question out of the moment; it asks the lead's own row wherever that is possible."""

    key: str
    label: Any
    group: str
    asks: Callable[[datetime], Q]


def _is(question: Q) -> Callable[[datetime], Q]:
    return lambda at: question


def _stale(at: datetime) -> Q:
    before = at - STALE
    return Q(created_at__lt=before) & (
        Q(last_activity_at__lt=before) | Q(last_activity_at__isnull=True)
    )


def _duplicate(at: datetime) -> Q:
    pairs = DuplicatePair.objects.filter(state=DuplicatePair.State.OPEN)
    return Q(pk__in=pairs.values("first")) | Q(pk__in=pairs.values("second"))


def _off_list(at: datetime) -> Q:
    """Words that a list controls and that are not on it."""
    found = Q(pk__in=[])
    for key, words in fields.controlled().items():
        if key.startswith("custom."):
            column = f"attributes__{key.removeprefix('custom.')}"
            found |= Q(**{f"{column}__isnull": False}) & ~Q(**{f"{column}__in": words})
        else:
            found |= ~Q(**{f"{key}__in": ["", *words]})
    return found


MISSING, WRONG, QUIET = "missing", "wrong", "quiet"
GROUPS = {
    MISSING: _("Missing"),
    WRONG: _("Wrong or doubtful"),
    QUIET: _("Quiet or not to be written to"),
}
_all = [
    Issue("no_email", _("No e-mail"), MISSING, _is(Q(email=None))),
    Issue("no_phone", _("No phone"), MISSING, _is(Q(phone=""))),
    Issue("no_name", _("No name"), MISSING, _is(Q(first_name="", last_name=""))),
    Issue("no_company", _("No company"), MISSING, _is(Q(company_name=""))),
    Issue("no_title", _("No job title"), MISSING, _is(Q(title=""))),
    Issue("no_country", _("No country"), MISSING, _is(Q(country=""))),
    Issue("bad_phone", _("Phone that is none"), WRONG, _is(Q(phone_e164="") & ~Q(phone=""))),
    Issue("role", _("Address of a role"), WRONG, _is(Q(role__in=ROLES))),
    Issue("disposable", _("Throw-away address"), WRONG, _is(Q(domain__in=THROWN_AWAY))),
    Issue("off_list", _("Word that is not on its list"), WRONG, _off_list),
    Issue("duplicate", _("May be a duplicate"), WRONG, _duplicate),
    Issue("stale", _("Nothing for 180 days"), QUIET, _stale),
    Issue(
        "unsubscribed", _("Said no"), QUIET,
        _is(Q(stopped__in=Suppression.WISHES)),
    ),
    Issue("bounced", _("Mail came back"), QUIET, _is(Q(stopped=Suppression.Reason.BOUNCED))),
    Issue(
        "stopped", _("Otherwise on the suppression list"), QUIET,
        _is(
            Q(stopped__in=[
                Suppression.Reason.ERASED, Suppression.Reason.LIST, Suppression.Reason.BY_HAND,
            ])
        ),
    ),
]  # fmt: skip
ISSUES = {issue.key: issue for issue in _all}
# What questions ask beside the columns of a lead.
PARTS = {"role": Part(1), "domain": Part(2)}
CHOICES = [(issue.key, issue.label) for issue in ISSUES.values()]
