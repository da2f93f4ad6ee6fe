"""The messages of a webhook as a page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from leads import access
from leads.models import Delivery, Hook, Lead

State = Delivery.State
PAGE = 30


@dataclass(frozen=True)
class Page:
    """Messages, newest first; `older` is the id to go on before, empty at the end."""

    rows: Sequence[Delivery]
    older: str
    is_first: bool


@dataclass(frozen=True)
class Result:
    """What became of one item; `lead` is None where there is none, or none that the viewer may see."""

    label: Any
    tone: str
    note: str
    lead: Lead | None


LABELS: dict[str, tuple[Any, str]] = {
    "created": (gettext_lazy("New lead"), "ok"),
    "updated": (gettext_lazy("Changed"), "ok"),
    "unchanged": (gettext_lazy("Nothing new"), ""),
    "left_out": (gettext_lazy("Left out"), ""),
    "failed": (gettext_lazy("Failed"), "bad"),
}


def page(hook: Hook, *, state: str = "", before: str = "") -> Page:
    """A page of messages; `state` is one of Delivery.State, or empty for all. Bodies are not read."""
    rows = hook.deliveries.defer("body", "headers").annotate(people=Count("leads")).order_by("-id")
    if state in State.values:
        rows = rows.filter(state=state)
    paged = before.isdecimal() and len(before) < 19
    if paged:
        rows = rows.filter(pk__lt=int(before))
    shown = list(rows[: PAGE + 1])
    older = str(shown[PAGE - 1].pk) if len(shown) > PAGE else ""
    return Page(shown[:PAGE], older, not paged)


def tabs(hook: Any, state: str) -> list[dict[str, Any]]:
    """The states to choose from, with their counts; the hook comes from editing.listed()."""
    choices = [("", _("All"), None), (State.FAILED, _("Failed"), hook.failed),
               (State.REFUSED, _("Refused"), hook.refused), (State.DONE, _("Taken"), hook.taken)]  # fmt: skip
    return [
        {"label": label, "url": f"?state={key}#messages" if key else "?#messages", "count": count,
         "current": key == state}
        for key, label, count in choices
    ]  # fmt: skip


def results(delivery: Delivery, *, viewer: User) -> list[Result]:
    """What became of each item of a message; one query."""
    leads = access.visible(viewer).filter(deliveries=delivery).in_bulk()
    found = [(one, *LABELS.get(one["result"], ("", ""))) for one in delivery.results]
    return [Result(label, tone, one["note"], leads.get(one["lead"])) for one, label, tone in found]
