"""What comes in beside the answers of a card: a person with a say, a note of a manager."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms import Line
from leads.models import Lead
from qualification.coaching import LONGEST
from qualification.definition import FrameworkDefinition
from qualification.forms import Words
from qualification.models import Stakeholder


class PersonForm(forms.Form):
    """One of the company's leads, or a name; and what they have to say."""

    role = forms.ChoiceField(
        label=_("What they do here"), choices=Stakeholder.Role.choices, widget=forms.RadioSelect,
        initial=Stakeholder.Role.DECIDES,
    )  # fmt: skip
    colleague = forms.ChoiceField(label=_("Somebody we know"), required=False)
    name = Line(label=_("Or a name"), max_length=200, required=False)
    title = Line(label=_("Job title"), max_length=160, required=False)

    def __init__(self, data: Any = None, *, colleagues: Sequence[Lead]) -> None:
        super().__init__(data, auto_id="person-%s")
        choose = self.fields["colleague"]
        assert isinstance(choose, forms.ChoiceField)
        choose.choices = [("", "—"), *((str(one.public_id), _called(one)) for one in colleagues)]


def _called(lead: Lead) -> str:
    return f"{lead.name}, {lead.title}" if lead.title else str(lead.name)


class NoteForm(forms.Form):
    element = forms.ChoiceField(label=_("About"), required=False)
    text = Words(
        label=_("Note"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, framework: FrameworkDefinition) -> None:
        super().__init__(data, auto_id="note-%s")
        about = self.fields["element"]
        assert isinstance(about, forms.ChoiceField)
        elements = [(element.key, element.name) for element in framework.elements]
        about.choices = [("", _("The whole card")), *elements]
