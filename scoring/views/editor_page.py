"""What the editor shows, gathered from the draft, the live version and the base."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from scoring import difference, drafts, preview
from scoring.definition import Criterion, Definition, Group
from scoring.live import read
from scoring.models import ModelVersion, ScoringModel
from scoring.wording import Words, behaves

SLIDER = 50
# Percent of the axis that a band's name needs.
NARROW = 12


@dataclass(frozen=True)
class Row:
    criterion: Criterion
    asks: str
    behaves: list[str]
    live_points: int | None

    @property
    def changed(self) -> bool:
        return self.criterion.points != self.live_points


@dataclass(frozen=True)
class GroupPage:
    """`slider` is how far its sliders go, the same for all, so that their lengths compare."""

    group: Group
    rows: list[Row]
    reach: int | None
    cap: int | None
    slider: int

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

    @property
    def is_draft(self) -> bool:
        return self.shown.state == ModelVersion.State.DRAFT

    @property
    def top(self) -> int:
        """Where the axis of bands ends."""
        return preview.column_width(self.definition) * preview.COLUMNS

    @property
    def axis(self) -> list[dict[str, Any]]:
        """Bands for the drawing; one that is too narrow for its name goes without."""
        starts = [band.start or 0 for band in self.definition.bands]
        widths = [end - start for start, end in pairwise([*starts, self.top])]
        return [
            {
                "name": band.name if 100 * width >= NARROW * self.top else "",
                "effect": band.effect,
                "low": None if start == 0 and 100 * width < NARROW * self.top else start,
            }
            for band, start, width in zip(self.definition.bands, starts, widths, strict=True)
        ]

    @property
    def has_handles(self) -> bool:
        """The axis begins at nothing; bands below it are set by their numbers alone."""
        return all(band.start is None or band.start > 0 for band in self.definition.bands)


def build(model: ScoringModel, *, may_edit: bool) -> Page | None:
    """The editor's page, or None where there is nothing that this person may see."""
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
    )


def _group(
    group: Group, definition: Definition, before: Definition | None, words: Words
) -> GroupPage:
    was = {c.key: c.points for c in before.criteria} if before else {}
    rows = [
        Row(c, words.asks(c), behaves(c), was.get(c.key))
        for c in definition.criteria
        if c.group is group
    ]
    limit = definition.floors.get(group) if group is Group.NEGATIVE else definition.caps.get(group)
    furthest = max((abs(row.criterion.points) for row in rows), default=0)
    slider = max(1, -(-furthest // SLIDER)) * SLIDER
    return GroupPage(group, rows, definition.reach(group), limit, slider)
