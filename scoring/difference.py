"""What one definition says that another does not, in plain sentences."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from scoring.definition import Criterion, Definition, Group
from scoring.wording import Words, behaves


def sentences(old: Definition | None, new: Definition, words: Words) -> list[str]:
    """One sentence a change, criteria first; empty when both say the same."""
    if old is None:
        return [_("The first version, with %(n)d criteria.") % {"n": len(new.criteria)}]
    return [*_criteria(old, new, words), *_limits(old, new), *_bands(old, new)]


def _criteria(old: Definition, new: Definition, words: Words) -> Iterator[str]:
    before = {c.key: c for c in old.criteria}
    after = {c.key: c for c in new.criteria}
    for criterion in new.criteria:
        if criterion.key not in before:
            yield _("New in %(group)s: “%(label)s” gives %(points)s (%(asks)s).") % {
                "group": criterion.group.label.lower(), "label": criterion.label,
                "points": points(criterion.points), "asks": words.asks(criterion),
            }  # fmt: skip
        else:
            yield from _criterion(before[criterion.key], criterion, words)
    for criterion in old.criteria:
        if criterion.key not in after:
            yield _("“%(label)s” is removed; it gave %(points)s.") % {
                "label": criterion.label, "points": points(criterion.points),
            }  # fmt: skip


def _criterion(old: Criterion, new: Criterion, words: Words) -> Iterator[str]:
    if old.label != new.label:
        yield _("“%(old)s” is now called “%(new)s”.") % {"old": old.label, "new": new.label}
    if old.points != new.points:
        yield _("“%(label)s” gives %(new)s instead of %(old)s.") % {
            "label": new.label, "new": points(new.points), "old": points(old.points),
        }  # fmt: skip
    for was, becomes in ((words.asks(old), words.asks(new)), (_behaviour(old), _behaviour(new))):
        if was != becomes:
            yield _("“%(label)s”: %(new)s (was: %(old)s).") % {
                "label": new.label,
                "new": becomes,
                "old": was,
            }


def _behaviour(criterion: Criterion) -> str:
    return ", ".join(behaves(criterion)) or _("the full points each time")


def _limits(old: Definition, new: Definition) -> Iterator[str]:
    pairs = [(group.label, old.caps.get(group), new.caps.get(group)) for group in Group]
    pairs += [
        (
            _("%(group)s, lower") % {"group": group.label},
            old.floors.get(group),
            new.floors.get(group),
        )
        for group in Group
    ]
    pairs += [
        (_("Total, upper"), old.total_cap, new.total_cap),
        (_("Total, lower"), old.total_floor, new.total_floor),
    ]
    for name, was, becomes in pairs:
        if was != becomes:
            yield _("Limit of %(name)s: %(new)s instead of %(old)s.") % {
                "name": name.lower(), "new": _limit(becomes), "old": _limit(was),
            }  # fmt: skip


def _limit(value: int | None) -> str:
    return _("none") if value is None else f"{value:,}".replace("-", "−")


def _bands(old: Definition, new: Definition) -> Iterator[str]:
    before = {band.key: band for band in old.bands}
    for band in new.bands:
        was = before.get(band.key)
        if was is None:
            yield _("New band “%(name)s” from %(start)s.") % {
                "name": band.name,
                "start": _limit(band.start),
            }
            continue
        if was.name != band.name:
            yield _("Band “%(old)s” is now called “%(new)s”.") % {"old": was.name, "new": band.name}
        if was.start != band.start:
            yield _("Band “%(name)s” starts at %(new)s instead of %(old)s.") % {
                "name": band.name, "new": _limit(band.start), "old": _limit(was.start),
            }  # fmt: skip
    for band in old.bands:
        if band.key not in {b.key for b in new.bands}:
            yield _("Band “%(name)s” is removed.") % {"name": band.name}


def points(value: int) -> str:
    return f"{value:+,}".replace("-", "−") if value else "0"
