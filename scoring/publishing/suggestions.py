"""What a report may suggest for a criterion, each as one change of the draft: less, more, later, or none of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from scoring.definition import Criterion
from scoring.definition.parts import LIMIT
from scoring.publishing import drafts
from scoring.publishing.drafts import Change


class Deed(StrEnum):
    HALVE = "halve"
    RAISE = "raise"
    MORE = "more"
    REMOVE = "remove"


@dataclass(frozen=True)
class Suggestion:
    """`label` is what its button says."""

    deed: Deed
    label: str


def for_criterion(live: Criterion) -> Sequence[Suggestion]:
    """What can be suggested for a criterion as it is live."""
    return [Suggestion(deed, _label(live, deed)) for deed in Deed if _makes_sense(live, deed)]


def change(live: Criterion, deed: Deed) -> Change:
    """The change of the draft. It starts from what is live, so that asking twice is asking once."""
    if deed is Deed.REMOVE:
        return drafts.removed("criteria", live.key)
    if deed is Deed.MORE:
        return drafts.at_least(live.key, live.at_least + 1)
    if deed is Deed.RAISE:
        return drafts.raised(live.key, _points(live, deed))
    return drafts.points(live.key, _points(live, deed))


def _makes_sense(live: Criterion, deed: Deed) -> bool:
    if deed is Deed.MORE:
        return live.counts
    return deed is Deed.REMOVE or _points(live, deed) != live.points


def _points(live: Criterion, deed: Deed) -> int:
    """Half of the points, or half as many again, rounded away from nothing."""
    size, sign = abs(live.points), 1 if live.points >= 0 else -1
    if deed is Deed.HALVE:
        return sign * ((size + 1) // 2)
    return sign * min(LIMIT, (3 * size + 1) // 2)


def _label(live: Criterion, deed: Deed) -> str:
    if deed is Deed.REMOVE:
        return _("Take it out")
    if deed is Deed.MORE:
        return _("Ask for more: from number %(n)d on") % {"n": live.at_least + 1}
    said = {"was": f"{live.points:+d}", "now": f"{_points(live, deed):+d}"}
    text = (
        _("Halve it: %(was)s to %(now)s")
        if deed is Deed.HALVE
        else _("Raise it: %(was)s to %(now)s")
    )
    return text % said
