"""What is asked of those who start a model."""

from django import forms
from django.utils.translation import gettext_lazy as _

from scoring.starters import STARTERS, Starter


class StartForm(forms.Form):
    """The name of the first model, and what it begins with."""

    name = forms.CharField(label=_("Name of the model"), max_length=120)
    starter = forms.ChoiceField(
        label=_("Begin with"),
        choices=[(s.key, s.label) for s in STARTERS],
        widget=forms.RadioSelect,
    )

    @property
    def starter_chosen(self) -> Starter:
        return next(s for s in STARTERS if s.key == self.cleaned_data["starter"])
