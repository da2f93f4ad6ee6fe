"""What surrounds every page: the navigation that a role may use, the person, the unread notes."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts import policy
from accounts.models import User
from handoff.notifications import bell
from leadhub.routes import ROUTES
from leads.capturing import quarantine
from qualification.disputes import listing

# label, url name, icon
NAVIGATION: list[tuple[Any, list[tuple[Any, str, str]]]] = [
    (
        _("Work"),
        [
            (_("Home"), "home", "bolt"),
            (_("Handoff queue"), "handoff:queue", "inbox"),
            (_("Deals"), "qualification:deals", "trophy"),
            (_("Nurture"), "qualification:nurture", "mail"),
            (_("Leads"), "leads:list", "users"),
            (_("Companies"), "leads:companies", "building"),
            (_("SLA"), "sla:show", "clock-exclamation"),
        ],
    ),
    (
        _("Leads come in"),
        [
            (_("Forms"), "leads:forms", "forms"),
            (_("Chat"), "qualification:chats", "message"),
            (_("Mailboxes"), "leads:mailboxes", "mail"),
            (_("Tracking"), "leads:tracking", "click"),
            (_("Webhooks"), "leads:hooks", "webhook"),
            (_("Imports"), "leads:imports", "file-import"),
        ],
    ),
    (
        _("Configure"),
        [
            (_("Scoring model"), "scoring:model", "adjustments-horizontal"),
            (_("Lists"), "leads:value_lists", "list-check"),
            (_("Event trust"), "event_trust", "robot"),
            (_("Routing"), "handoff:routing", "route"),
            (_("Promises"), "handoff:promises", "clock-hour-4"),
            (_("Reasons"), "qualification:reasons", "list-check"),
            (_("Frameworks"), "qualification:frameworks", "list-check"),
            (_("Channels"), "handoff:channels", "send"),
            (_("People and keys"), "accounts:people", "settings"),
        ],
    ),
    (
        _("Data"),
        [
            (_("Duplicates"), "leads:duplicates", "users"),
            (_("Data health"), "leads:health", "database"),
            (_("Enrichment"), "leads:enrichment", "bulb"),
            (_("Visiting companies"), "leads:visiting", "building"),
            (_("Privacy"), "leads:privacy", "lock"),
        ],
    ),
    (
        _("Measure"),
        [
            (_("Stages"), "insights:stages", "chart-histogram"),
            (_("Compliance"), "insights:compliance", "history"),
            (_("Feedback from sales"), "insights:reasons", "flask"),
            (_("Gaps on cards"), "insights:gaps", "list-check"),
            (_("Disputes"), "qualification:disputes", "message"),
            (_("Agreement"), "agreement", "list-check"),
            (_("Trouble"), "trouble", "alert-triangle"),
        ],
    ),
]

# Pages that belong to a page of the navigation.
BELONGS: dict[str, str] = {
    **dict.fromkeys(
        [
            "accounts:person", "accounts:invite", "accounts:teams", "accounts:team",
            "accounts:keys", "accounts:organisation",
        ],
        "accounts:people",
    ),
    **dict.fromkeys(
        [
            "leads:lead", "leads:add", "leads:edit", "leads:told", "leads:erase",
            "qualification:ask_listed",
        ],
        "leads:list",
    ),
    **dict.fromkeys(
        [
            "leads:purpose", "leads:suppressed", "leads:retention", "leads:erasures", "leads:erasure",
            "leads:privacy_deeds",
        ],
        "leads:privacy",
    ),
    **dict.fromkeys(["leads:fixes", "leads:clean_up", "leads:clean_up_of"], "leads:health"),
    **dict.fromkeys(
        [
            "qualification:deal", "qualification:deal_settings", "qualification:lessons",
            "qualification:deal_open", "qualification:deal_back",
        ],
        "qualification:deals",
    ),
    **dict.fromkeys(
        [
            "qualification:sequence", "qualification:sequence_add", "qualification:sequence_step",
            "qualification:sequence_members",
        ],
        "qualification:nurture",
    ),
    "leads:value_list": "leads:value_lists",
    "leads:company": "leads:companies",
    "leads:merge": "leads:duplicates",
    **dict.fromkeys(["leads:form", "leads:form_add", "leads:fields", "leads:quarantine"], "leads:forms"),
    **dict.fromkeys(
        [
            "leads:arrivals", "leads:event_kinds", "leads:event_kind", "leads:own_visits", "leads:bursts",
            "leads:website", "leads:tracker_demo",
        ],
        "leads:tracking",
    ),
    **dict.fromkeys(["leads:import", "leads:import_upload"], "leads:imports"),
    **dict.fromkeys(
        ["leads:hook", "leads:hook_add", "leads:hook_mapping", "leads:hook_delivery"], "leads:hooks"
    ),
    **dict.fromkeys(["qualification:chat", "qualification:chat_add"], "qualification:chats"),
    **dict.fromkeys(["leads:drawer", "leads:drawer_add"], "leads:enrichment"),
    **dict.fromkeys(["leads:mailbox", "leads:mailbox_add"], "leads:mailboxes"),
    **dict.fromkeys(["scoring:models", "scoring:model_new", "scoring:model_arrange"], "scoring:model"),
    **dict.fromkeys(["scoring:versions", "scoring:version", "scoring:publish"], "scoring:model"),
    **dict.fromkeys(["scoring:proposal", "scoring:revert"], "scoring:model"),
    **dict.fromkeys(
        [
            "handoff:routing_leads", "handoff:routing_add", "handoff:routing_rule",
            "handoff:routing_team",
        ],
        "handoff:routing",
    ),
    **dict.fromkeys(["handoff:breaches", "sla:panel", "sla:simulator"], "sla:show"),
    **dict.fromkeys(["insights:criteria", "insights:funnel"], "insights:reasons"),
    "insights:gap_leads": "insights:gaps",
    **dict.fromkeys(
        [
            "qualification:framework_add", "qualification:framework_edit",
            "qualification:framework_rule_add", "qualification:framework_rule",
        ],
        "qualification:frameworks",
    ),
    "qualification:dispute": "qualification:disputes",
    **dict.fromkeys(["agreement_terms", "agreement_review", "agreement_round"], "agreement"),
    **dict.fromkeys(["handoff:low", "handoff:skips", "handoff:queue_settings"], "handoff:queue"),
}  # fmt: skip

# How many wait there for a person.
COUNTS: dict[str, Callable[[], int]] = {
    "leads:forms": quarantine.count,
    "qualification:disputes": listing.count_open,
}


def shell(request: HttpRequest) -> dict[str, Any]:
    """The template variable `shell`; empty for strangers."""
    theme = request.COOKIES.get("theme", "")
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"shell": {"theme": theme if theme in ("light", "dark") else ""}}
    return {
        "shell": {
            "theme": theme if theme in ("light", "dark") else "",
            # Parts of a page have no navigation, and count nothing.
            "groups": SimpleLazyObject(lambda: _groups(request, user)),
            "user": user,
            "role_label": user.get_role_display(),
            "bell": SimpleLazyObject(lambda: bell.look(user)),
        }
    }


def _groups(request: HttpRequest, user: User) -> list[dict[str, Any]]:
    name = request.resolver_match.view_name if request.resolver_match else ""
    here = BELONGS.get(name, name)
    groups = [
        {"label": label, "items": [_item(item, here) for item in items if _may(user, item[1])]}
        for label, items in NAVIGATION
    ]
    return [group for group in groups if group["items"]]


def _may(user: User, name: str) -> bool:
    action = ROUTES[name].read
    return action is not None and policy.allows(user, action)


def _item(item: tuple[Any, str, str], here: str) -> dict[str, Any]:
    label, name, icon = item
    waiting = COUNTS[name]() if name in COUNTS else 0
    return {
        "label": label,
        "url": reverse(name),
        "icon": icon,
        "current": name == here,
        "count": waiting,
    }
