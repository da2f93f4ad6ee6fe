"""What an installation begins with: frameworks, reasons, the stages of a deal, and kinds of events of its own.
People change all of it in the product."""

import json
from pathlib import Path

from django.utils import timezone

# Each file is one version of a framework; those of the same key follow one another.
FRAMEWORKS = ("bant", "bant_2", "champ", "meddic", "meddpicc", "gpct", "gpctba_ci")
# key, label, advice, what it asks for, may send the lead back until a day
REASONS = [
    ("no_need", "No need", "Look at which content brought them: it promised something else.", "", True),
    ("not_a_decision_maker", "Not a decision maker", "Weigh seniority more, or ask for the role on the form.", "fact", False),
    ("no_budget", "No budget", "Weigh company size more, or send a price range first.", "", True),
    ("timeline_too_long", "Timeline too long", "Keep them in nurture until the date they named.", "day", True),
    ("student_or_competitor", "Student or competitor", "Add the domain or the title to the negative criteria.", "competitor", False),
    ("outside_territory", "Outside territory", "Take the country out of the campaign's targeting.", "fact", False),
    ("bad_contact_data", "Bad contact data", "Check the source: it sells addresses that do not work.", "fact", False),
    ("unable_to_reach", "Unable to reach", "Only after the agreed number of attempts.", "attempts", True),
]
STAGES = ("Discovery", "Evaluation", "Proposal", "Negotiation")
# how the deal ended, key, label
DEAL_REASONS = [
    ("won", "best_fit", "Best fit for the need"),
    ("won", "champion", "A champion carried it"),
    ("won", "price", "Price"),
    ("won", "speed", "We were there first"),
    ("lost", "lost_to_competitor", "Went to a competitor"),
    ("lost", "lost_no_decision", "No decision was made"),
    ("lost", "lost_price", "Too expensive"),
    ("lost", "lost_budget", "The budget went away"),
    ("lost", "lost_timing", "Not now"),
    ("lost", "lost_feature", "Something was missing"),
    ("lost", "lost_contact_left", "The contact left"),
]
KINDS = [("qualification_form", "Qualification form answered"), ("chat", "Chat")]


def write(apps, schema_editor):
    """Write all of it into empty tables, and the kinds of events beside those of leads."""
    _frameworks(apps.get_model("qualification", "Framework"))
    _reasons(apps.get_model("qualification", "DispositionReason"))
    _deals(apps.get_model("qualification", "DealStage"), apps.get_model("qualification", "DealReason"))
    kind = apps.get_model("leads", "EventKind")
    kind.objects.bulk_create(kind(key=key, label=label) for key, label in KINDS)


def _frameworks(framework):
    folder, at, versions = Path(__file__).resolve().parent.parent / "frameworks", timezone.now(), {}
    for name in FRAMEWORKS:
        definition = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        key = definition["key"]
        versions[key] = versions.get(key, 0) + 1
        framework.objects.create(
            key=key, version=versions[key], name=definition["name"], definition=definition, created_at=at
        )


def _reasons(reason):
    reason.objects.bulk_create(
        reason(key=key, label=label, advice=advice, asks=asks, recycles=recycles, order=number)
        for number, (key, label, advice, asks, recycles) in enumerate(REASONS, start=1)
    )


def _deals(stage, reason):
    stage.objects.bulk_create(stage(name=name, order=number) for number, name in enumerate(STAGES, start=1))
    reason.objects.bulk_create(
        reason(ending=ending, key=key, label=label, order=number)
        for number, (ending, key, label) in enumerate(DEAL_REASONS, start=1)
    )
