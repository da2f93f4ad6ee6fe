"""The words of the agreement, generated from what is in force: bands, gate, terms, policies, reviews."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import ndiff

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Team
from handoff import promise_conditions
from handoff.models import SlaPolicy, SlaPolicyVersion, SlaTimer
from handoff.promises import policies
from handoff.words import span_of
from qualification import catalogue
from qualification.agreement import terms
from qualification.agreement.reviews import MONTHS, ahead
from qualification.agreement.terms import Promised
from scoring.definition import Definition
from scoring.live import LiveModel, live_models
from scoring.publishing.difference_whole import effect, entry

MILESTONES = dict(SlaTimer.Milestone.choices)


@dataclass(frozen=True)
class Section:
    title: str
    says: tuple[str, ...]


@dataclass(frozen=True)
class Content:
    sections: tuple[Section, ...]

    @property
    def digest(self) -> str:
        """Equal for agreements with the same words."""
        return hashlib.sha256(json.dumps(self.to_json()).encode()).hexdigest()

    def to_json(self) -> list[list[object]]:
        return [[section.title, list(section.says)] for section in self.sections]


def from_json(stored: list[list[object]]) -> Content:
    return Content(tuple(Section(str(title), tuple(says)) for title, says in stored))  # type: ignore[arg-type]


def in_force() -> Content:
    """The agreement as it would be signed now."""
    said = [
        (_("What an MQL is"), list(_mql())),
        (_("What an SQL is"), list(_sql())),
        (_("What marketing promises"), list(_marketing())),
        (_("What sales promises"), [*_sales(), *_policies()]),
        (_("When both sides meet"), list(_reviews())),
    ]
    return Content(tuple(Section(title, tuple(says)) for title, says in said))


def changes(old: Content, new: Content) -> list[tuple[str, str]]:
    """The sentences that went (“-”) and came (“+”) between two agreements."""
    before, after = ([s for section in one.sections for s in section.says] for one in (old, new))
    return [(line[0], line[2:]) for line in ndiff(before, after) if line[0] in "+-"]


def _mql() -> Iterator[str]:
    models = live_models()
    if not models:
        yield _("No scoring model is live, so no lead becomes an MQL by its score.")
    for model in models:
        yield from _bands(model, alone=len(models) == 1)


def _bands(live: LiveModel, *, alone: bool) -> Iterator[str]:
    d = live.definition
    handing = [band for band in d.bands if band.effect.hands_over]
    for band in handing:
        said = {"band": band.name, "entry": entry(band, d), "effect": effect(band)}
        sentence = _("“%(band)s” is %(entry)s; it %(effect)s.") % said
        yield sentence if alone else f"{live.model.name}: {sentence}"
    if d.cooling_days:
        yield ngettext(
            "A recycled lead rests for at least %(n)d day before it can cross again.",
            "A recycled lead rests for at least %(n)d days before it can cross again.",
            d.cooling_days,
        ) % {"n": d.cooling_days}  # fmt: skip


def _sql() -> Iterator[str]:
    framework = catalogue.usual()
    if framework is not None:
        names = ", ".join(element.name for element in framework.elements)
        yield _("An SDR accepted it after asking for every point of %(framework)s: %(names)s.") % {
            "framework": framework.name, "names": names,
        }  # fmt: skip
        if framework.gate_in_words:
            yield f"{framework.gate_in_words}."
    for model in live_models():
        if model.definition.sql_by_score:
            yield _by_score(model.definition)


def _by_score(d: Definition) -> str:
    ready = [band.name for band in d.bands if band.effect.hands_over][-1:]
    return _("A score in “%(band)s” makes an SQL without a conversation.") % {"band": ready[0]}


def _marketing() -> Iterator[str]:
    for promised in terms.of_teams(Team.objects.all()):
        yield from _of_marketing(promised)


def _of_marketing(promised: Promised) -> Iterator[str]:
    given, team = promised.terms, {"team": promised.team.name}
    if given.mqls_a_month is not None:
        yield _("%(team)s gets at least %(n)s MQLs a month.") % {**team, "n": given.mqls_a_month}
    if given.accepted_percent is not None:
        text = _("Of those that %(team)s decides, it accepts at least %(n)s%%.")
        yield text % {**team, "n": given.accepted_percent}
    if given.complete_percent is not None:
        names = ", ".join(terms.names_of(given.complete_fields))
        text = _("At least %(n)s%% of %(team)s's come with %(fields)s.")
        yield text % {**team, "n": given.complete_percent, "fields": names}


def _sales() -> Iterator[str]:
    for promised in terms.of_teams(Team.objects.all()):
        if promised.terms.kept_percent is not None:
            said = {"team": promised.team.name, "n": promised.terms.kept_percent}
            yield _("%(team)s meets at least %(n)s%% of its deadlines.") % said
        if tries := promised.terms.attempts:
            said = {"team": promised.team.name, "n": tries}
            text = ngettext(
                "%(team)s tries at least %(n)s time before it says that somebody cannot be reached.",
                "%(team)s tries at least %(n)s times before it says that somebody cannot be reached.",
                tries,
            )
            yield text % said
    yield _("Every lead that sales does not want comes back with a reason.")


def _policies() -> Iterator[str]:
    asked = list(policies())
    versions = SlaPolicyVersion.objects.in_bulk([policy.newest for policy in asked])
    words = promise_conditions.labels() if any(policy.conditions for policy in asked) else None
    for policy in asked:
        if policy.newest:
            when = words.when(policy.conditions) if words and policy.conditions else ""
            yield _policy(policy, versions[policy.newest], when)


def _policy(policy: SlaPolicy, version: SlaPolicyVersion, when: str) -> str:
    promised = [
        _("%(what)s within %(long)s of %(clock)s") % {
            "what": MILESTONES[milestone].lower(),
            "long": span_of(target),
            "clock": _("calendar time") if target.get("clock") == "calendar" else _("working time"),
        }
        for milestone, target in version.targets.items()
    ]  # fmt: skip
    whom = f"{policy.name} ({when})" if when else policy.name
    return f"{whom}: {', '.join(promised)}."


def _reviews() -> Iterator[str]:
    for review in ahead():
        text = _("%(kind)s: %(owner)s calls it, every %(n)d months.")
        if MONTHS[review.kind] == 1:
            text = _("%(kind)s: %(owner)s calls it, every month.")
        said = {"kind": review.get_kind_display(), "owner": review.owner.name}
        yield text % {**said, "n": MONTHS[review.kind]}
