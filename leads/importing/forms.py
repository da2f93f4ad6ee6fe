"""What a person is asked on the way from a file to a run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from leads.fields import LeadField
from leads.importing import mapping
from leads.importing.mapping import BY_EMAIL, EVENT, KEEP, LEAVE, Group, Plan, target_choices
from leads.models import What

EMAIL = "email"
EXAMPLES = 3
LONGEST_EXAMPLE = 40
# Every column lists all own fields, as long as the page stays readable for a browser.
MOST_OPTIONS = 10_000
DAY, MONTH = "day", "month"
# What is asked for each kind of rows.
ASKED: dict[str, tuple[str, ...]] = {
    What.LEADS: ("match_by", "source", "missing", "dates", "opens_handoffs", "keep_as"),
    What.COMPANIES: ("missing", "opens_handoffs", "keep_as"),
    What.EVENTS: ("event", "missing", "dates", "opens_handoffs", "keep_as"),
    What.DEALS: ("won", "lost", "open", "missing", "dates", "keep_as"),
    What.TOUCHES: ("missing", "dates", "keep_as"),
}
# Of each set of targets one column must become one, or no row could be read.
WHOSE_NEEDED = (
    {mapping.EMAIL, mapping.LEAD_ID},
    gettext_lazy("No column says whose the rows are."),
)
NEEDED: dict[str, list[tuple[set[str], Any]]] = {
    What.LEADS: [],
    What.COMPANIES: [
        ({mapping.NAME, mapping.DOMAIN}, gettext_lazy("No column becomes the name or the domain."))
    ],
    What.EVENTS: [
        WHOSE_NEEDED,
        ({EVENT}, gettext_lazy("No column says what happened, and you gave no word for it.")),
        ({mapping.HAPPENED_AT}, gettext_lazy("No column says when it happened.")),
    ],
    What.DEALS: [
        WHOSE_NEEDED,
        (
            {mapping.RESULT, mapping.DEAL_STAGE},
            gettext_lazy(
                "No column says whether the deal was won or lost, or on which stage it is."
            ),
        ),
    ],
    What.TOUCHES: [
        WHOSE_NEEDED,
        ({mapping.TOUCH_KIND}, gettext_lazy("No column says what was done: a call, an e-mail.")),
        ({mapping.HAPPENED_AT}, gettext_lazy("No column says when it happened.")),
        ({mapping.TOUCHED_BY}, gettext_lazy("No column says which colleague it was.")),
    ],
}


class UploadForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV in UTF-8 or Windows-1252, with commas, semicolons or tabs, or an Excel workbook (.xlsx). The "
            "first row names the columns."
        ),
        error_messages={
            "required": gettext_lazy("Choose a file."),
            "empty": gettext_lazy("The file is empty."),
        },
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv,text/plain"}),
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
    event = forms.CharField(
        label=gettext_lazy("What happened"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Where no column says it, such as: Webinar"),
    )
    won = forms.CharField(
        label=gettext_lazy("Words that mean “won”"),
        max_length=400,
        help_text=gettext_lazy("With commas between them."),
    )
    lost = forms.CharField(
        label=gettext_lazy("Words that mean “lost”"),
        max_length=400,
        help_text=gettext_lazy("A deal that is neither is open: the word names its stage."),
    )
    open = forms.CharField(
        label=gettext_lazy("Words that mean “open”"),
        max_length=400,
        required=False,
        help_text=gettext_lazy("Such a deal begins at the first stage where no column names one."),
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
    keep_as = forms.CharField(
        label=gettext_lazy("Keep this mapping as"),
        max_length=80,
        required=False,
        help_text=gettext_lazy(
            "A name, to use it for other files. Files with the same columns need none."
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
        for name in set(self.fields) - set(ASKED[plan.what]):
            del self.fields[name]
        self.groups = target_choices(catalogue, plan.what)
        self.targets = {value: label for _name, some in self.groups for value, label in some}
        if "match_by" in self.fields:
            self.fields["match_by"].choices = [  # type: ignore[attr-defined]
                (EMAIL, _("E-mail")),
                *((str(number), name) for number, name in enumerate(header)),
            ]
        for number, name in enumerate(header):
            self.fields[f"column_{number}"] = TargetField(self.targets, label=name)

    def settings(self) -> list[forms.BoundField]:
        return [self[name] for name in ASKED[self.proposed.what]]

    def columns(self) -> Iterator[Column]:
        is_long = len(self.targets) * len(self.header) > MOST_OPTIONS
        for number, name in enumerate(self.header):
            field = self[f"column_{number}"]
            groups = self._short_list(field.value()) if is_long else self.groups
            chosen = "match_by" in self.fields and self["match_by"].value() == str(number)
            yield Column(name, _examples(self.rows, number), field, groups, chosen)

    def left_out(self) -> list[str]:
        """Columns that have something and are proposed, or chosen, to be left out."""
        empty = {n for n in range(len(self.header)) if not _examples(self.rows, n)}
        return [
            name
            for number, name in enumerate(self.header)
            if self[f"column_{number}"].value() == LEAVE
            and number not in empty
            and name != self.proposed.match_by
        ]

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
        self._check(cleaned, seen)
        return cleaned

    def _check(self, cleaned: dict[str, Any], seen: Mapping[str, str]) -> None:
        """Whether the columns say enough to read a row at all."""
        if cleaned.get("match_by") == EMAIL and "email" not in seen:
            self.add_error("match_by", _("No column becomes the e-mail. Choose another one."))
        for targets, told in NEEDED[self.proposed.what]:
            if not seen.keys() & targets and not (EVENT in targets and cleaned.get("event")):
                self.add_error(None, told)
        seen_words: dict[str, str] = {}
        for name in ("won", "lost", "open"):
            for word in _words(cleaned.get(name, "")):
                if seen_words.setdefault(word.casefold(), name) != name:
                    self.add_error(name, _("“%s” cannot mean two things.") % word)

    def plan(self) -> Plan:
        """What was decided; for a valid form."""
        answers = self.cleaned_data
        chosen = answers.get("match_by", EMAIL)
        return replace(
            self.proposed,
            columns=[answers[f"column_{number}"] for number in range(len(self.header))],
            match_by=BY_EMAIL if chosen == EMAIL else self.header[int(chosen)],
            source=answers.get("source", ""),
            missing=_words(answers["missing"]),
            day_first=answers.get("dates", DAY) == DAY,
            event=answers.get("event", ""),
            won=_words(answers.get("won", "")),
            lost=_words(answers.get("lost", "")),
            open=_words(answers.get("open", "")),
        )


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(",") if word.strip()]


def _initial(plan: Plan, header: Sequence[str], source: str) -> dict[str, Any]:
    by_column = plan.match_by != BY_EMAIL
    return {
        "match_by": str(list(header).index(plan.match_by)) if by_column else EMAIL,
        "source": plan.source or source,
        "event": plan.event,
        "won": ", ".join(plan.won),
        "lost": ", ".join(plan.lost),
        "open": ", ".join(plan.open),
        "missing": ", ".join(plan.missing),
        "dates": DAY if plan.day_first else MONTH,
        **{f"column_{number}": target for number, target in enumerate(plan.columns)},
    }


def _examples(rows: Sequence[Sequence[str]], column: int) -> list[str]:
    """The first different values of a column, short."""
    values = dict.fromkeys(cells[column].strip()[:LONGEST_EXAMPLE] for cells in rows)
    return [value for value in values if value][:EXAMPLES]
