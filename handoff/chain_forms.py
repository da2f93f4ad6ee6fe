"""The rows of a chain as a form: a sentence a row; one without a deed is left out."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import policy
from accounts.models import User
from handoff import chains
from handoff.chains import Do, Step, When
from handoff.models import Channel, SlaPolicyVersion, SlaTimer

SPARE = 2
REP, CHANNEL = "rep", "channel"
FOR_WHOM = {Do.REASSIGN: REP, Do.POST: CHANNEL}
Names = dict[tuple[str, int], str]


class People:
    """The reps and channels that a step can name, read once for all rows."""

    def __init__(self) -> None:
        active = User.objects.filter(is_active=True).order_by("name", "pk")
        self.reps = [user for user in active if policy.allows(user, "handoff.work")]
        self.channels = list(Channel.objects.all())

    @property
    def choices(self) -> list[tuple[str, Any]]:
        reps = [(f"{REP}-{user.pk}", user.name) for user in self.reps]
        channels = [
            (f"{CHANNEL}-{one.pk}", one.name if one.is_on else _("%s (switched off)") % one.name)
            for one in self.channels
        ]
        groups = [(_("Reps"), reps), (_("Channels"), channels)]
        return [("", _("by routing")), *((name, some) for name, some in groups if some)]

    @property
    def names(self) -> Names:
        """Of reps and channels, for sentences; also of reps who are gone."""
        everybody = User.objects.values_list("pk", "name")
        reps = {(Do.REASSIGN.value, pk): name for pk, name in everybody}
        return reps | {(Do.POST.value, one.pk): one.name for one in self.channels}


class StepForm(forms.Form):
    amount = forms.IntegerField(
        label=gettext_lazy("How many"), required=False, min_value=1, max_value=chains.MOST_MINUTES
    )
    when = forms.ChoiceField(label=gettext_lazy("When"), choices=When.choices)
    do = forms.ChoiceField(
        label=gettext_lazy("What happens"), required=False,
        choices=[("", gettext_lazy("nothing")), *Do.choices],
    )  # fmt: skip
    to = forms.ChoiceField(label=gettext_lazy("To whom"), required=False)
    of = forms.ChoiceField(
        label=gettext_lazy("For which promise"), required=False,
        choices=[("", gettext_lazy("every one")), *SlaTimer.Milestone.choices],
    )  # fmt: skip

    def __init__(self, *args: Any, people: People, targets: Mapping[str, Any], **more: Any) -> None:
        super().__init__(*args, **more)
        self.targets = targets
        to = self.fields["to"]
        assert isinstance(to, forms.ChoiceField)
        to.choices = people.choices

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("do") and not self.errors:
            self._check_moment(cleaned)
            self._check_deed(cleaned)
        return cleaned

    def _check_moment(self, cleaned: dict[str, Any]) -> None:
        when, amount = cleaned["when"], cleaned.get("amount")
        if when in (When.WARNING, When.DUE):
            return
        if not amount:
            self.add_error("amount", _("Say how many."))
        elif when == When.PERCENT and amount > chains.MOST_PERCENT:
            self.add_error("amount", _("At most %d per cent.") % chains.MOST_PERCENT)
        elif when == When.PERCENT and amount == 100:
            self.add_error("amount", _("That is the deadline: choose “at the deadline”."))
        elif when == When.BEFORE and amount >= self._longest(cleaned["of"]):
            text = _("The promise is %d minutes: this moment would come before it begins.")
            self.add_error("amount", text % self._longest(cleaned["of"]))

    def _longest(self, of: str) -> int:
        """Minutes of the promise, or of the longest where the step is for every one; one in days has room for all."""
        asked = [target for key, target in self.targets.items() if of in ("", key)]
        known = [int(target.get("minutes", 0)) for target in asked if not target.get("days")]
        return max(known) if known and len(known) == len(asked) else chains.MOST_MINUTES + 1

    def _check_deed(self, cleaned: dict[str, Any]) -> None:
        do, to = cleaned["do"], cleaned.get("to") or ""
        wanted = FOR_WHOM.get(Do(do), "")
        if do == Do.POST and not to:
            self.add_error("to", _("Choose a channel."))
        elif to and not wanted:
            self.add_error(
                "to", _("This step is for nobody in particular: leave it at “by routing”.")
            )
        elif to and not to.startswith(f"{wanted}-"):
            said = _("Choose a channel.") if wanted == CHANNEL else _("Choose a rep.")
            self.add_error("to", said)
        if do in chains.NEEDS_HOLDER and cleaned.get("of") == SlaTimer.Milestone.CLAIM:
            self.add_error("do", _("Before it is claimed nobody has the lead."))

    @property
    def step(self) -> Step | None:
        """The step of a row without mistakes; None for one that is left out."""
        said = self.cleaned_data
        if not said.get("do"):
            return None
        timeless = said["when"] in (When.WARNING, When.DUE)
        to = said.get("to") or ""
        return Step(
            when=said["when"], do=said["do"], amount=0 if timeless else said["amount"],
            to=int(to.partition("-")[2]) if to else None, of=said["of"],
        )  # fmt: skip


class RowsFormSet(forms.BaseFormSet):
    def clean(self) -> None:
        if any(self.errors):
            return
        seen: set[Step] = set()
        for form in self.forms:
            step = form.step
            if step is not None and step in seen:
                form.add_error("do", _("The same step stands above."))
            if step is not None:
                seen.add(step)

    @property
    def steps(self) -> list[Step]:
        return [step for form in self.forms if (step := form.step) is not None]


Rows = forms.formset_factory(
    StepForm, formset=RowsFormSet, extra=SPARE, max_num=chains.MOST_STEPS, absolute_max=50,
    validate_max=True,
)  # fmt: skip


def rows(version: SlaPolicyVersion, people: People, data: Any = None) -> Any:
    """The form for the chain of a version, with two spare rows."""
    kept = chains.in_order(chains.of_json(version.chain), version.warn_percent)
    initial = [_initial(step) for step in kept]
    shared = {"people": people, "targets": version.targets}
    return Rows(data, initial=initial, form_kwargs=shared, prefix="step")


def _initial(step: Step) -> dict[str, Any]:
    whom = FOR_WHOM.get(Do(step.do), "")
    return {
        "when": step.when, "amount": step.amount or None, "do": step.do, "of": step.of,
        "to": f"{whom}-{step.to}" if step.to else "",
    }  # fmt: skip


def told(steps: Sequence[Step], version: SlaPolicyVersion, names: Names) -> list[tuple[str, str]]:
    """The chain in words: each step with the promise it is for, in the order in which they come."""
    milestones = dict(SlaTimer.Milestone.choices)
    return [
        (
            chains.words(step, warn_percent=version.warn_percent, names=names),
            str(milestones.get(step.of, "")),
        )
        for step in chains.in_order(steps, version.warn_percent)
    ]


def tells_of_breaches(steps: Sequence[Step]) -> bool:
    """Whether anybody hears of a missed deadline."""
    return any(not step.is_before and step.do not in (Do.TAKE_BACK,) for step in steps)
