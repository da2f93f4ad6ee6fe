"""What one definition says that another does not, in plain sentences."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from scoring.definition import Criterion, Definition, Group
from scoring.publishing import difference_whole
from scoring.publishing.difference_whole import points
from scoring.wording import Words, behaves


def sentences(old: Definition | None, new: Definition, words: Words) -> list[str]:
    """One sentence a change, criteria first; empty when both say the same."""
    if old is None:
        return [_("The first version, with %(n)d criteria.") % {"n": len(new.criteria)}]
    return [
        *_criteria(old, new, words),
        *_order(old, new),
        *difference_whole.limits(old, new),
        *difference_whole.bands(old, new),
        *difference_whole.disqualifiers(old, new, words),
        *difference_whole.variants(old, new, words),
        *difference_whole.settings(old, new),
    ]


def _criteria(old: Definition, new: Definition, words: Words) -> Iterator[str]:
    before = {c.key: c for c in old.criteria}
    after = {c.key: c for c in new.criteria}
    for criterion in new.criteria:
        if criterion.key not in before:
            yield _("New in %(group)s: “%(label)s” gives %(points)s (%(asks)s).") % {
                "group": criterion.group.label.lower(), "label": criterion.label,
                "points": points(criterion.points),
                "asks": ", ".join([words.asks(criterion), *behaves(criterion)]),
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
    usual = _("the full points each time") if criterion.counts else _("the full points")
    return ", ".join(behaves(criterion)) or usual


def _order(old: Definition, new: Definition) -> Iterator[str]:
    for group in Group:
        was = [c for c in old.criteria if c.group is group]
        becomes = [c for c in new.criteria if c.group is group]
        kept = {c.key for c in was} & {c.key for c in becomes}
        orders = [[c.key for c in found if c.key in kept] for found in (was, becomes)]
        if orders[0] != orders[1]:
            yield _("The order in %(group)s is now: %(labels)s.") % {
                "group": group.label.lower(), "labels": ", ".join(c.label for c in becomes),
            }  # fmt: skip
