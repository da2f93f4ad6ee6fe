"""What the editor shows, gathered from the draft, the live version and the base."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from leads.models import CLASSES
from scoring.definition import Criterion, Definition, Group
from scoring.impact import counting
from scoring.live import read
from scoring.models import ModelVersion, ScoringModel
from scoring.publishing import difference, difference_whole, drafts, together
from scoring.wording import Words, behaviours

SLIDER = 50
# Percent of the axis that a band's name needs.
NARROW = 12


# The articles advise 10 to 15 criteria.
ADVISED = 15


class Tab(StrEnum):
    RULES = "model"
    BANDS = "bands"
    DISQUALIFIERS = "disqualifiers"
    CHANNELS = "channels"
    SETTINGS = "settings"
    HISTORY = "versions"

    @property
    def label(self) -> str:
        return {
            "model": _("Rules"),
            "bands": _("Bands"),
            "disqualifiers": _("Disqualifiers"),
            "channels": _("Channels"),
            "settings": _("Settings"),
            "versions": _("History"),
        }[self.value]

    @property
    def url(self) -> str:
        return reverse(f"scoring:{self.value}")


@dataclass(frozen=True)
class Row:
    criterion: Criterion
    asks: str
    behaves: list[tuple[str, str]]
    live_points: int | None

    @property
    def changed(self) -> bool:
        return self.criterion.points != self.live_points


@dataclass(frozen=True)
class GroupPage:
    """`slider` is how far its sliders go, the same for all, so that their lengths compare; `removed` are
    live and not in the draft."""

    group: Group
    rows: list[Row]
    reach: int | None
    cap: int | None
    slider: int
    removed: list[Criterion]

    @property
    def sub(self) -> str:
        return {
            Group.FIT: _("Who they are"),
            Group.ENGAGEMENT: _("What they do"),
            Group.ACCOUNT: _("What their company does"),
            Group.NEGATIVE: _("What counts against them"),
        }[self.group]

    @property
    def limit_name(self) -> str:
        """The limit that the page asks for: the one against the direction of the group's points."""
        return f"{'floors' if self.group is Group.NEGATIVE else 'caps'}.{self.group}"

    @property
    def lowest(self) -> int:
        return -self.slider if self.group is Group.NEGATIVE else 0

    @property
    def highest(self) -> int:
        return 0 if self.group is Group.NEGATIVE else self.slider


@dataclass(frozen=True)
class Page:
    """`shown` is the draft, or the live version where there is no draft or it is not for this person."""

    model: ScoringModel
    shown: ModelVersion
    live: ModelVersion | None
    definition: Definition
    live_definition: Definition | None
    groups: list[GroupPage]
    changes: list[str]
    may_edit: bool
    words: Words
    seen: int
    tab: Tab = Tab.RULES

    @property
    def tabs(self) -> list[dict[str, Any]]:
        counts = {
            Tab.RULES: len(self.definition.criteria),
            Tab.BANDS: len(self.definition.bands),
            Tab.DISQUALIFIERS: len(self.definition.disqualifiers) or None,
            Tab.CHANNELS: len(self.definition.variants) or None,
        }
        return [
            {"label": t.label, "url": t.url, "current": t is self.tab, "count": counts.get(t)}
            for t in Tab
        ]

    @property
    def template(self) -> str:
        """What fills the left of the page."""
        return f"scoring/tab_{self.tab.name.lower()}.html"

    @property
    def is_long(self) -> bool:
        return len(self.definition.criteria) > ADVISED

    @property
    def bands(self) -> list[dict[str, Any]]:
        """Bands from the highest, in words."""
        return [
            {
                "band": band, "entry": difference_whole.entry(band, self.definition),
                "effect": difference_whole.effect(band),
                "leaving": "" if band.leave is None else difference_whole.leaving(band),
            }
            for band in reversed(self.definition.bands)
        ]  # fmt: skip

    @property
    def disqualifiers(self) -> list[dict[str, Any]]:
        return [
            {"rule": q, "asks": self.words.condition(q.condition)}
            for q in self.definition.disqualifiers
        ]

    @property
    def variants(self) -> list[dict[str, Any]]:
        """Each with its conditions in words and, for each criterion it changes, both points."""
        by_key = self.definition.by_key
        return [
            {
                "rule": v, "when": self.words.conditions(v.when),
                "points": [(by_key[key], points) for key, points in v.points if key in by_key],
            }
            for v in self.definition.variants
        ]  # fmt: skip

    @property
    def settings(self) -> list[tuple[str, str]]:
        """What is said once, in words, for those who only read."""
        d = self.definition
        return [
            (_("Silence"), difference_whole.silence(d)),
            (_("Alerts"), difference_whole.alerts(d.alerts)),
            (_("Events that count"), difference_whole.trust(d)),
            (_("Rest of a recycled lead"), difference_whole.cooling(d)),
            (_("SQL by score"), _("yes") if d.sql_by_score else _("no")),
        ]

    @property
    def letters(self) -> str:
        return difference_whole.letters(self.definition.matrix)

    @property
    def trusts(self) -> list[tuple[int, Any, bool]]:
        """Classes of events, with whether they count."""
        return [(v, label, v in self.definition.trust) for v, label in CLASSES]

    @property
    def limits(self) -> list[dict[str, Any]]:
        """Lower and upper limits of each group."""
        d = self.definition
        return [{"group": g, "floor": d.floors.get(g), "cap": d.caps.get(g)} for g in Group]

    @property
    def is_draft(self) -> bool:
        return self.shown.state == ModelVersion.State.DRAFT

    @property
    def top(self) -> int:
        """Where the axis of bands ends."""
        return counting.column_width(self.definition) * counting.COLUMNS

    @property
    def axis(self) -> list[dict[str, Any]]:
        """Bands for the drawing; one that is too narrow for its name goes without."""
        bands = [b for b in self.definition.bands if b.is_lowest or b.start is not None]
        starts = [band.start or 0 for band in bands]
        widths = [end - start for start, end in pairwise([*starts, self.top])]
        return [
            {
                "name": band.name if 100 * width >= NARROW * self.top else "",
                "effect": band.effect,
                "low": None if start == 0 and 100 * width < NARROW * self.top else start,
            }
            for band, start, width in zip(bands, starts, widths, strict=True)
        ]

    @property
    def has_handles(self) -> bool:
        """The axis begins at nothing; bands below it are set by their numbers alone."""
        return all(band.start is None or band.start > 0 for band in self.definition.bands)


def build(model: ScoringModel, *, may_edit: bool, tab: Tab = Tab.RULES) -> Page | None:
    """The editor's page, or None where there is nothing that this person may see."""
    # Read first: what is saved from here on may not be taken for shown.
    seen = together.last_edit(model)
    draft, live = drafts.draft_and_live(model)
    shown = (draft or live) if may_edit else live
    if shown is None:
        return None
    definition = read(shown)
    before = read(live) if live else None
    words = Words.read()
    return Page(
        model=model,
        shown=shown,
        live=live,
        definition=definition,
        live_definition=before,
        groups=[_group(group, definition, before, words) for group in Group],
        changes=difference.sentences(before, definition, words) if shown != live else [],
        may_edit=may_edit,
        words=words,
        seen=seen,
        tab=tab,
    )


def _group(
    group: Group, definition: Definition, before: Definition | None, words: Words
) -> GroupPage:
    was = {c.key: c.points for c in before.criteria} if before else {}
    rows = [
        Row(c, words.asks(c), behaviours(c), was.get(c.key))
        for c in definition.criteria
        if c.group is group
    ]
    limit = definition.floors.get(group) if group is Group.NEGATIVE else definition.caps.get(group)
    furthest = max((abs(row.criterion.points) for row in rows), default=0)
    slider = max(1, -(-furthest // SLIDER)) * SLIDER
    gone = [
        c for c in (before.criteria if before else ())
        if c.group is group and c.key not in definition.by_key
    ]  # fmt: skip
    return GroupPage(group, rows, definition.reach(group), limit, slider, gone)
