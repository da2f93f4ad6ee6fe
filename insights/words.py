"""What a list behind a number is called, and what narrowed it, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

from accounts.models import Team, User
from handoff.models import Handoff, SlaPolicy, SlaTimer
from insights import forms
from insights.deeds import Deed
from insights.funnel.steps import CLOCKS
from insights.numbers import Show
from insights.signals import Signal
from leads.bands import bands, called
from leads.models import Outcome
from leads.stages import Stage
from qualification.agreement.terms import names_of
from qualification.models import DispositionReason
from scoring.live import live_models
from scoring.models import ScoringModel


def title(ask: Mapping[str, Any]) -> str:
    """What every row of the list is."""
    return {
        Show.STANDING: _("Leads by stage"),
        Show.CROSSED: _("Leads that crossed the line"),
        Show.DECIDED: _("Decisions of sales"),
        Show.HANDED: _("MQLs handed over"),
        Show.PROMISED: _("Promises to claim and to touch"),
        Show.DEEDS: _("What reps did"),
        Show.SKIPPED: _("Leads that were passed by"),
    }[ask["show"]]


def moment(ask: Mapping[str, Any]) -> str:
    """The head of the column with the moment that put a row into the period."""
    return {
        Show.STANDING: _("Last decided"),
        Show.CROSSED: _("Crossed"),
        Show.DECIDED: _("Decided"),
        Show.HANDED: _("Handed over"),
        Show.PROMISED: _("Was due"),
        Show.DEEDS: _("Done"),
        Show.SKIPPED: _("Passed by"),
    }[ask["show"]]


def report(ask: Mapping[str, Any]) -> tuple[str, str]:
    """The report that such lists belong to: the name of its URL, and what it is called."""
    if ask["show"] == Show.PROMISED:
        return "insights:compliance", _("Compliance")
    if ask["show"] in (Show.DEEDS, Show.SKIPPED):
        return "sla:show", _("SLA")
    if any(ask[name] for name in ("criterion", "gave", "none_alone")):
        return "insights:criteria", _("Criterion report card")
    if any(ask[name] for name in ("reached", "old", "young")):
        return "insights:funnel", _("Funnel")
    if ask["show"] == Show.HANDED:
        return "insights:reasons", _("Feedback from sales")
    return "insights:stages", _("Stages")


def chips(ask: Mapping[str, Any]) -> list[str]:
    """What narrowed the list, each as a few words."""
    labels: dict[str, dict[str, Any]] = {
        "stage": dict(Stage.choices),
        "result": dict(Outcome.Result.choices),
        "state": {
            **dict(Handoff.State.choices),
            forms.OPEN: _("Still open"),
            forms.DECIDED: _("Decided"),
        },
        "milestone": dict(SlaTimer.Milestone.choices),
        "kept": {"yes": _("Kept"), "no": _("Late")},
        "deed": dict(Deed.choices),
        "signal": dict(Signal.choices),
        "reached": steps_reached(),
        "old": dict.fromkeys(CLOCKS, _("Old enough to judge")),
        "young": dict.fromkeys(CLOCKS, _("Too young to judge")),
        "ending": {**dict(Outcome.Result.choices), forms.ENDED: _("Won or lost")},
    }
    said = [str(names[ask[field]]) for field, names in labels.items() if ask[field]]
    if ask["done"]:
        said.append(_("Done"))
    if ask["charged"]:
        said.append(_("Not broken before the lead was claimed"))
    if ask["policy"] is not None:
        policy = SlaPolicy.objects.filter(pk=ask["policy"]).first()
        said.append(_("Policy: %(policy)s") % {"policy": policy or _("gone")})
    if ask["anybody"]:
        said.append(_("By anybody"))
    return [*said, *_of_sales(ask), *_of_source(ask), *_of_people(ask), *_of_moment(ask)]


def steps_reached() -> dict[str, str]:
    """What the steps of the funnel are called."""
    return {"sql": _("Became SQL"), "opportunity": _("Became an opportunity"), "won": _("Won")}


def _of_moment(ask: Mapping[str, Any]) -> list[str]:
    said = []
    if ask["weekday"] is not None:
        said.append(_("Handed over on a %(day)s") % {"day": WEEKDAYS[ask["weekday"] - 1]})
    if ask["hour"] is not None:
        hours = {"from": f"{ask['hour']}:00", "to": f"{ask['hour'] + 1}:00"}
        said.append(_("Handed over between %(from)s and %(to)s") % hours)
    return said


def _of_sales(ask: Mapping[str, Any]) -> list[str]:
    said = []
    if ask["reason"]:
        reason = DispositionReason.objects.filter(key=ask["reason"]).first()
        said.append(str(reason or ask["reason"]))
    said += _of_criteria(ask)
    if ask["known"]:
        fields = ", ".join(names_of(ask["known"]))
        said.append(_("Came with %(fields)s") % {"fields": fields})
    return said


def _of_criteria(ask: Mapping[str, Any]) -> list[str]:
    said = []
    names = {}
    if ask["criterion"] or ask["gave"]:
        names = {c.key: c.label for live in live_models() for c in live.definition.criteria}
    if ask["criterion"]:
        label = names.get(ask["criterion"], ask["criterion"])
        said.append(_("Not without: %(criterion)s") % {"criterion": label})
    if ask["gave"]:
        label = names.get(ask["gave"], ask["gave"])
        said.append(_("Carried by: %(criterion)s") % {"criterion": label})
    if ask["none_alone"]:
        said.append(_("Carried by none alone"))
    if ask["model"] is not None:
        model = ScoringModel.objects.filter(pk=ask["model"]).first()
        said.append(_("Model: %(model)s") % {"model": model or _("gone")})
    return said


def _of_source(ask: Mapping[str, Any]) -> list[str]:
    said = []
    if ask["source"] is not None:
        said.append(_("Source: %(source)s") % {"source": ask["source"] or _("none")})
    if ask["band"] is not None:
        band = called(ask["band"], bands())
        said.append(_("Band: %(band)s") % {"band": band.name if band else _("none")})
    if ask["campaign"] is not None:
        said.append(_("Campaign: %(campaign)s") % {"campaign": ask["campaign"] or _("none")})
    if ask["segment"]:
        said.append(f"{ask['segment'].kind_label}: {ask['segment'].name}")
    if ask["besides"]:
        said.append(_("Not from: %(sources)s") % {"sources": ", ".join(ask["besides"])})
    return said


def _of_people(ask: Mapping[str, Any]) -> list[str]:
    said = []
    if ask["team"] is not None:
        team = Team.objects.filter(pk=ask["team"]).first()
        said.append(team.name if team else _("No team"))
    if ask["person"] is not None:
        person = User.objects.filter(pk=ask["person"]).first()
        said.append(person.name if person else _("Nobody"))
    return said
