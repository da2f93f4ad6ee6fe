"""What a person is asked on the way from a file to a run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.fields import LeadField
from leads.importing.mapping import BY_EMAIL, KEEP, LEAVE, Group, Plan, target_choices

EMAIL = "email"
EXAMPLES = 3
LONGEST_EXAMPLE = 40
# Every column lists all own fields, as long as the page stays readable for a browser.
MOST_OPTIONS = 10_000
DAY, MONTH = "day", "month"


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV with a header line, in UTF-8 or Windows-1252, with commas, semicolons or tabs."
        ),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,text/csv,text/plain"}),
    )


class TargetField(forms.CharField):
    """One of the targets of a column. A choice field would copy the whole list for each of 900 columns."""

    def __init__(self, targets: Mapping[str, Any], **over: Any) -> None:
        super().__init__(required=False, **over)
        self.targets = targets

    def validate(self, value: str) -> None:
        super().validate(value)
        if value not in self.targets:
            raise forms.ValidationError(_("Choose what this column becomes."))


@dataclass(frozen=True)
class Column:
    """A row of the table of columns: its name, some of its values, and the field of the form."""

    name: str
    examples: list[str]
    field: forms.BoundField
    groups: list[Group]
    # Whether rows are recognised by this column.
    recognises: bool


class MappingForm(forms.Form):
    """Asks what each column becomes, and how rows are recognised."""

    match_by = forms.ChoiceField(
        label=gettext_lazy("Recognise rows by"),
        help_text=gettext_lazy("A row whose lead is known already updates that lead."),
    )
    source = forms.CharField(
        label=gettext_lazy("Lead source"),
        max_length=80,
        help_text=gettext_lazy("For new leads, where no column says it."),
    )
    missing = forms.CharField(
        label=gettext_lazy("Words that mean “empty”"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("With commas between them, such as: Select, N/A"),
    )
    dates = forms.ChoiceField(
        label=gettext_lazy("Dates like 03/04/2026 are"),
        choices=[
            (DAY, gettext_lazy("3 April (day first)")),
            (MONTH, gettext_lazy("March 4 (month first)")),
        ],
    )
    opens_handoffs = forms.BooleanField(
        label=gettext_lazy("Open handoffs for leads that cross"),
        required=False,
        help_text=gettext_lazy(
            "Leave this off for history: nobody is called and no clock starts. You are told how many "
            "leads stand in the MQL band and can still open handoffs then."
        ),
    )

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        header: Sequence[str],
        rows: Sequence[Sequence[str]],
        plan: Plan,
        catalogue: Mapping[str, LeadField],
        source: str,
    ) -> None:
        """`plan` is what is proposed, `source` the source proposed where the plan knows none."""
        super().__init__(data, initial=_initial(plan, header, source))
        self.header, self.rows, self.proposed = header, rows, plan
        self.groups = target_choices(catalogue)
        self.targets = {value: label for _name, some in self.groups for value, label in some}
        self.fields["match_by"].choices = [  # type: ignore[attr-defined]
            (EMAIL, _("E-mail")),
            *((str(number), name) for number, name in enumerate(header)),
        ]
        for number, name in enumerate(header):
            self.fields[f"column_{number}"] = TargetField(self.targets, label=name)

    def settings(self) -> list[forms.BoundField]:
        return [self[name] for name in ("match_by", "source", "missing", "dates", "opens_handoffs")]

    def columns(self) -> Iterator[Column]:
        is_long = len(self.targets) * len(self.header) > MOST_OPTIONS
        for number, name in enumerate(self.header):
            field = self[f"column_{number}"]
            groups = self._short_list(field.value()) if is_long else self.groups
            chosen = self["match_by"].value() == str(number)
            yield Column(name, _examples(self.rows, number), field, groups, chosen)

    def _short_list(self, chosen: str) -> list[Group]:
        """All targets but own fields; of these only the one that is chosen."""
        *others, (label, _own) = self.groups
        is_own = (chosen or "").startswith("custom.") and chosen in self.targets
        return [*others, (label, [(chosen, self.targets[chosen])] if is_own else [])]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        seen: dict[str, str] = {}
        for number, name in enumerate(self.header):
            target = cleaned.get(f"column_{number}", LEAVE)
            if target in (LEAVE, KEEP):
                continue
            if target in seen:
                told = _("The column “%(name)s” becomes this already.")
                self.add_error(f"column_{number}", told % {"name": seen[target]})
            seen.setdefault(target, name)
        if cleaned.get("match_by") == EMAIL and "email" not in seen:
            self.add_error("match_by", _("No column becomes the e-mail. Choose another one."))
        return cleaned

    def plan(self) -> Plan:
        """What was decided; for a valid form."""
        answers = self.cleaned_data
        words = [word.strip() for word in answers["missing"].split(",")]
        chosen = answers["match_by"]
        return Plan(
            columns=[answers[f"column_{number}"] for number in range(len(self.header))],
            match_by=BY_EMAIL if chosen == EMAIL else self.header[int(chosen)],
            source=answers["source"],
            missing=[word for word in words if word],
            day_first=answers["dates"] == DAY,
        )


def _initial(plan: Plan, header: Sequence[str], source: str) -> dict[str, Any]:
    by_column = plan.match_by != BY_EMAIL
    return {
        "match_by": str(list(header).index(plan.match_by)) if by_column else EMAIL,
        "source": plan.source or source,
        "missing": ", ".join(plan.missing),
        "dates": DAY if plan.day_first else MONTH,
        **{f"column_{number}": target for number, target in enumerate(plan.columns)},
    }


def _examples(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    """The first different values of a column, short."""
    values = dict.fromkeys(cells[column].strip()[:LONGEST_EXAMPLE] for cells in rows)
    return [value for value in values if value][:EXAMPLES]
