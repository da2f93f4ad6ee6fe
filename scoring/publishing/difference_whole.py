"""What changed in what a model says once for all of it: limits, bands, disqualifiers, variants, settings."""

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from leads.models import Event
from scoring.definition import Alerts, Band, Definition, Effect, Group, Matrix, Variant
from scoring.wording import Words, loses


def limits(old: Definition, new: Definition) -> Iterator[str]:
    pairs = [(group.label, old.caps.get(group), new.caps.get(group)) for group in Group]
    pairs += [
        (_("%(group)s, lower") % {"group": g.label}, old.floors.get(g), new.floors.get(g))
        for g in Group
    ]
    pairs += [
        (_("Total, upper"), old.total_cap, new.total_cap),
        (_("Total, lower"), old.total_floor, new.total_floor),
    ]
    for name, was, becomes in pairs:
        if was != becomes:
            yield _("Limit of %(name)s: %(new)s instead of %(old)s.") % {
                "name": name.lower(), "new": amount(becomes), "old": amount(was),
            }  # fmt: skip


# Bands -------------------------------------------------------------------------------------


def bands(old: Definition, new: Definition) -> Iterator[str]:
    before = {band.key: band for band in old.bands}
    for band in new.bands:
        was = before.get(band.key)
        if was is None:
            yield _("New band “%(name)s”: %(entry)s; %(effect)s.") % {
                "name": band.name, "entry": entry(band, new), "effect": effect(band),
            }  # fmt: skip
        else:
            yield from _band(was, band, old, new)
    for band in old.bands:
        if new.band(band.key) is None:
            yield _("Band “%(name)s” is removed.") % {"name": band.name}
    kept = [[b.key for b in one.bands if b.key in before and new.band(b.key)] for one in (old, new)]
    if kept[0] != kept[1]:
        names = ", ".join(band.name for band in new.bands)
        yield _("The bands are now, from the lowest: %(names)s.") % {"names": names}


def _band(was: Band, band: Band, old: Definition, new: Definition) -> Iterator[str]:
    if was.name != band.name:
        yield _("Band “%(old)s” is now called “%(new)s”.") % {"old": was.name, "new": band.name}
    if was.start != band.start:
        yield _("Band “%(name)s” starts at %(new)s instead of %(old)s.") % {
            "name": band.name, "new": amount(band.start), "old": amount(was.start),
        }  # fmt: skip
    for before, after in (
        (_conditions(was, old), _conditions(band, new)),
        (effect(was), effect(band)),
        (leaving(was), leaving(band)),
    ):
        if before != after:
            yield _("Band “%(name)s”: %(new)s (was: %(old)s).") % {
                "name": band.name, "new": after, "old": before,
            }  # fmt: skip


def entry(band: Band, d: Definition) -> str:
    """How a lead enters a band, in words."""
    if band.is_lowest:
        return _("everybody else")
    start = [] if band.start is None else [_("a score from %(n)s") % {"n": amount(band.start)}]
    return ", ".join([*start, *_conditions_of(band, d)])


def _conditions(band: Band, d: Definition) -> str:
    return ", ".join(_conditions_of(band, d)) or _("no condition besides the score")


def _conditions_of(band: Band, d: Definition) -> Iterator[str]:
    labels = [f"“{d.by_key[key].label}”" for key in band.needs if key in d.by_key]
    if labels:
        yield _("%(labels)s met") % {"labels": _(" and ").join(labels)}
    if band.min_fit is not None:
        yield _("fit of at least %(n)s") % {"n": amount(band.min_fit)}
    if band.min_engagement is not None:
        yield _("engagement of at least %(n)s") % {"n": amount(band.min_engagement)}


def effect(band: Band) -> str:
    """What follows for a lead in a band, in words."""
    said = {
        Effect.NONE: _("nothing follows"),
        Effect.NURTURE: _("marketing nurtures"),
        Effect.MQL: _("makes an MQL"),
        Effect.SALES_READY: _("makes an MQL that is sales-ready"),
        Effect.DISQUALIFY: _("disqualifies: %(reason)s") % {"reason": band.reason},
    }
    return said[band.effect]


def leaving(band: Band) -> str:
    """When a lead leaves a band, in words."""
    if band.leave is None:
        return _("left as soon as it is not entered any more")
    return _("left below %(n)s") % {"n": amount(band.leave)}


# Who is out of the race, and for whom other points count ---------------------------------------


def disqualifiers(old: Definition, new: Definition, words: Words) -> Iterator[str]:
    was = {q.key: (q.label, words.condition(q.condition)) for q in old.disqualifiers}
    becomes = {q.key: (q.label, words.condition(q.condition)) for q in new.disqualifiers}
    for key, (label, asks) in becomes.items():
        said = {"label": label, "asks": asks}
        if key not in was:
            yield _("Out of the race from now on: “%(label)s” (%(asks)s).") % said
        elif was[key] != becomes[key]:
            yield _("Out of the race: “%(label)s” (%(asks)s); was “%(old)s” (%(before)s).") % {
                **said, "old": was[key][0], "before": was[key][1],
            }  # fmt: skip
    for key, (label, _asks) in was.items():
        if key not in becomes:
            yield _("“%(label)s” is no longer out of the race.") % {"label": label}


def variants(old: Definition, new: Definition, words: Words) -> Iterator[str]:
    was = {v.key: (v.label, variant(v, old, words)) for v in old.variants}
    becomes = {v.key: (v.label, variant(v, new, words)) for v in new.variants}
    for key, (label, says) in becomes.items():
        if key not in was:
            yield _("Other points for “%(label)s”: %(says)s.") % {"label": label, "says": says}
        elif was[key] != becomes[key]:
            yield _("Other points for “%(label)s”: %(says)s (was “%(old)s”: %(before)s).") % {
                "label": label, "says": says, "old": was[key][0], "before": was[key][1],
            }  # fmt: skip
    for key, (label, _says) in was.items():
        if key not in becomes:
            yield _("No other points for “%(label)s” any more.") % {"label": label}
    order = [
        [v.key for v in one.variants if v.key in was and v.key in becomes] for one in (old, new)
    ]
    if order[0] != order[1]:
        labels = ", ".join(v.label for v in new.variants)
        yield _("Channels are asked in this order: %(labels)s.") % {"labels": labels}


def variant(v: Variant, d: Definition, words: Words) -> str:
    """Which leads a variant is for and what it gives them, in words."""
    given = [
        f"“{d.by_key[key].label}” {points(value)}" for key, value in v.points if key in d.by_key
    ]
    return _("%(when)s, %(points)s") % {
        "when": words.conditions(v.when),
        "points": ", ".join(given) or _("the same points"),
    }


# Settings ----------------------------------------------------------------------------------


def settings(old: Definition, new: Definition) -> Iterator[str]:
    pairs = [
        (_("Silence"), silence(old), silence(new)),
        (_("Letters"), letters(old.matrix), letters(new.matrix)),
        (_("Alerts"), alerts(old.alerts), alerts(new.alerts)),
        (_("Events that count"), trust(old), trust(new)),
        (_("Rest of a recycled lead"), cooling(old), cooling(new)),
        (_("SQL by score"), _yes(old.sql_by_score), _yes(new.sql_by_score)),
    ]
    for name, was, becomes in pairs:
        if was != becomes:
            yield _("%(name)s: %(new)s (was: %(old)s).") % {
                "name": name, "new": becomes, "old": was,
            }  # fmt: skip


def silence(d: Definition) -> str:
    if d.idle is None:
        return _("takes nothing")
    scope = _("the total") if d.idle_scope == "total" else _("engagement")
    return _("%(scope)s %(loses)s") % {"scope": scope, "loses": loses(d.idle)}


def letters(matrix: Matrix | None) -> str:
    if matrix is None:
        return _("none")
    return _("A from fit %(a)s, B from %(b)s; 1 from engagement %(one)s, 2 from %(two)s") % {
        "a": amount(matrix.fit[0]), "b": amount(matrix.fit[1]),
        "one": amount(matrix.engagement[0]), "two": amount(matrix.engagement[1]),
    }  # fmt: skip


def alerts(said: Alerts) -> str:
    found = []
    if said.rise is not None:
        found.append(_("a rise of %(n)d points within a day") % {"n": said.rise})
    if said.pages:
        found.append(_("a view of %(pages)s") % {"pages": ", ".join(said.pages)})
    return _(" or ").join(found) or _("none")


def trust(d: Definition) -> str:
    labels = dict(Event.Trust.choices)
    return ", ".join(str(labels[level]).lower() for level in d.trust)


def cooling(d: Definition) -> str:
    n = d.cooling_days
    return ngettext("%(n)d day", "%(n)d days", n) % {"n": n} if n else _("none")


def _yes(value: bool) -> str:
    return _("yes") if value else _("no")


def amount(value: int | None) -> str:
    """A number of points, or none."""
    return _("none") if value is None else f"{value:,}".replace("-", "−")


def points(value: int) -> str:
    """+15, −8 or 0."""
    return f"{value:+,}".replace("-", "−") if value else "0"
