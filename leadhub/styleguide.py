"""All components on one page, with made-up people, for those who build screens. Only in DEBUG."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

BANDS = [
    ("none", "Cold", "none"),
    ("nurture", "Nurture", "nurture"),
    ("mql", "MQL", "mql"),
    ("ready", "Sales-ready", "sales_ready"),
    ("out", "Disqualify", "disqualify"),
]
STAGES = [
    ("lead", "Lead"),
    ("mql", "MQL"),
    ("working", "Working"),
    ("sql", "SQL"),
    ("opportunity", "Opportunity"),
    ("customer", "Customer"),
    ("recycled", "Recycled"),
    ("disqualified", "Disqualified"),
    ("lost", "Lost"),
]
PEOPLE = [
    (
        "Maya Alvarez",
        "VP Operations, Northwind",
        79,
        "sales_ready",
        6,
        "Asked for prices",
        "file-text",
    ),
    ("Jonas Kaya", "Plant manager, Halcyon Health", 69, "mql", 12, "Replied to a mail", "mail"),
    ("Priya Bennett", "CTO, Fjord Logistics", 45, "mql", -3, "Booked a demo", "calendar"),
    ("Diego Haddad", "IT analyst, Brightwater", 22, "nurture", 0, "Opened 3 e-mails", "click"),
]
EDITOR = [
    ("Seniority", "Job title level is director, vice president or chief", "", 15, 15),
    ("Company size", "Employees between 500 and 5,000", "halves every 14 d", 22, 12),
]
AXIS = [
    {"name": "Cold", "effect": "none", "low": 0},
    {"name": "Nurture", "effect": "nurture", "low": 25},
    {"name": "MQL", "effect": "mql", "low": 50},
    {"name": "Sales-ready", "effect": "sales_ready", "low": 80},
]
BUTTONS = ["", "button--primary", "button--bad", "button--danger", "button--quiet"]


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(label="Name of the form", help_text="Visitors see it as a heading.")
    email = forms.EmailField(label="E-mail", required=False)
    team = forms.ChoiceField(label="Team", choices=[("emea", "EMEA"), ("amer", "AMER")])
    due = forms.DateField(label="Come back on", widget=forms.DateInput(attrs={"type": "date"}))
    points = forms.IntegerField(label="Points", min_value=0, max_value=30)
    note = forms.CharField(label="Note", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    reason = forms.ChoiceField(
        label="Reason",
        widget=forms.RadioSelect,
        choices=[("need", "No need for it"), ("budget", "No budget this year")],
    )
    open_handoffs = forms.BooleanField(
        label="Open handoffs for leads that cross",
        required=False,
        help_text="12 would cross.",
    )


@dataclass
class SampleTimer:
    """A timer as the clock wants it."""

    state: str
    due_at: datetime | None
    started_at: datetime | None
    closed_at: datetime | None = None


def _timers(now: datetime) -> list[tuple[str, SampleTimer]]:
    started = now - timedelta(minutes=40)

    def due_in(seconds: int, state: str = "running", closed: bool = False) -> SampleTimer:
        due_at = now + timedelta(seconds=seconds)
        return SampleTimer(state, due_at, started, now if closed else None)

    return [
        ("comfortable", due_in(3 * 3600)),
        ("under an hour", due_in(1900)),
        ("under 15 minutes", due_in(697)),
        ("over", due_in(-2876, "breached")),
        ("over, touched", due_in(-190, "breached", closed=True)),
        ("met", due_in(300, "met")),
        ("paused", due_in(300, "paused")),
        ("cancelled", due_in(300, "cancelled")),
    ]


def _people(now: datetime) -> list[dict[str, object]]:
    return [
        {
            "id": place,
            "name": name,
            "title": title,
            "score": score,
            "effect": effect,
            "change": change,
            "why": why,
            "icon": icon,
            "when": now - timedelta(minutes=3 + 40 * place),
            "timer": SampleTimer(
                "breached" if place == 0 else "running",
                now + timedelta(minutes=-47 + 30 * place),
                now - timedelta(hours=1),
            ),
        }
        for place, (name, title, score, effect, change, why, icon) in enumerate(PEOPLE)
    ]


CRITERIA = [
    ("engagement", "Booked a demo", "Today, 07:44 · full value for 7 days", 25),
    ("fit", "Works in manufacturing", "12 Nov · from the form", 10),
    ("account", "Two colleagues active", "in 14 days", 7.5),
    ("negative", "Private e-mail address", "29 Oct · no work address yet", -8),
]


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component; 404 outside DEBUG."""
    if not settings.DEBUG:
        raise Http404
    now = timezone.now()
    return render(
        request,
        "styleguide.html",
        {
            "now": now,
            "bands": BANDS,
            "stages": STAGES,
            "buttons": BUTTONS,
            "form": SampleForm(prefix="empty"),
            "wrong": SampleForm({"wrong-email": "maya@", "wrong-points": "90"}, prefix="wrong"),
            "timers": _timers(now),
            "people": _people(now),
            "criteria": CRITERIA,
            "editor": EDITOR,
            "axis": AXIS,
            "charts": _charts(),
            "tabs": [
                {"label": "Open", "url": "?tab=open", "count": 20, "current": True},
                {"label": "Mine", "url": "?tab=mine", "count": 5},
                {"label": "Done", "url": "?tab=done"},
            ],
        },
    )


def _charts() -> dict[str, list[dict[str, object]]]:
    reasons = [
        ("Not a decision maker", 64),
        ("No need", 55),
        ("No budget", 41),
        ("Wrong timing", 28),
    ]
    weeks = [31, 44, 52, 38, 61, 74, 69, 80, 57, 91, 63, 47]
    spread = [310, 140, 150, 165, 190, 160, 170, 120, 90, 84, 60, 44, 30, 22, 26]
    effects = ["nurture"] * 6 + ["mql"] * 6 + ["sales_ready"] * 3
    history = [(0, 8), (30, 10), (90, 18), (120, 28), (165, 38), (180, 58), (182, 55)]
    return {
        "reasons": [{"label": label, "value": value, "url": "#charts"} for label, value in reasons],
        "weeks": [
            {"label": f"W{34 + n}", "value": v, "url": "#charts"} for n, v in enumerate(weeks)
        ],
        "spread": [
            {"label": str(n * 7), "value": v, "before": round(v * 1.1), "tone": effect}
            for n, (v, effect) in enumerate(zip(spread, effects, strict=True))
        ],
        "held": [
            {"label": "System", "value": 2, "tone": "system"},
            {"label": "Queue", "value": 40, "tone": "queue"},
            {"label": "Dev Shah", "value": 61, "tone": "human"},
        ],
        "history": [{"at": at, "value": value, "label": f"Day {at}"} for at, value in history],
        "lines": [{"value": 40, "label": "MQL"}, {"value": 75, "label": "Sales-ready"}],
    }
