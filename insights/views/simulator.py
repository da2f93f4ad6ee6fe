"""What if: three sliders over the last sixty days."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from insights.simulator import answer as answers
from insights.simulator.answer import Choice, Simulator
from insights.simulator.words import sentence
from insights.views import sla

CURVES = {
    "a_day": _("MQLs a day"),
    "compliance": _("First touches in time, %"),
    "monday": _("Untouched on a Monday at nine"),
}


class ChoiceForm(forms.Form):
    """Where the sliders stand; what is left out stays as it is."""

    line = forms.IntegerField(required=False, label=_("Cut-off"))
    reps = forms.FloatField(required=False, label=_("Reps on shift"))
    minutes = forms.IntegerField(required=False, label=_("Target in minutes"))

    def __init__(self, data: Any, simulator: Simulator) -> None:
        super().__init__(data)
        usual, lines = simulator.usual, simulator.lines
        self.usual = usual
        self.limits = {
            "line": (lines.start, max(lines.stop - 1, lines.start)),
            "reps": (0.5, max(1.0, usual.reps * answers.MOST_REPS)),
            "minutes": (answers.LEAST_MINUTES, usual.minutes * answers.MOST_TARGET),
        }
        for name, (least, most) in self.limits.items():
            field = self.fields[name]
            field.validators += [MinValueValidator(least), MaxValueValidator(most)]

    @property
    def choice(self) -> Choice:
        """What can be read; the rest as it is today."""
        given = self.cleaned_data if self.is_valid() else {}
        values = {
            name: getattr(self.usual, name) if given.get(name) is None else given[name]
            for name in self.limits
        }
        return Choice(**values)

    def sliders(self, choice: Choice) -> list[dict[str, Any]]:
        steps = {"line": 1, "reps": 0.5, "minutes": 1}
        return [
            {
                "name": name, "label": self.fields[name].label, "least": least, "most": most,
                "value": getattr(choice, name), "usual": getattr(self.usual, name),
                "step": steps[name], "errors": self.errors.get(name, []),
            }
            for name, (least, most) in self.limits.items()
        ]  # fmt: skip


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The sliders, the sentence, the curves, and what is assumed."""
    asked = sla.form_of(request)
    ask = sla.ask_of(request, asked)
    simulator = Simulator(ask)
    form = ChoiceForm(request.GET, simulator)
    answer = simulator.answer(form.choice)
    query = request.GET.copy()

    def url(line: int) -> str:
        query["line"] = str(line)
        return f"{reverse('sla:simulator')}?{query.urlencode()}"

    context = {
        **sla.context_of(request, asked), "period": simulator.ask.period, "answer": answer,
        "sentence": sentence(answer), "sliders": form.sliders(form.choice),
        "curves": [(label, answers.columns(answer, name, url)) for name, label in CURVES.items()],
        "tallies": [answer.observed, answer.again, answer.chosen],
        "hours": answers.hours(answer), "world": simulator.world,
    }  # fmt: skip
    status = 422 if form.errors else 200
    return render(request, "insights/sla/simulator.html", context, status=status)
