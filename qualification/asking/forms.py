"""The page of questions that a lead opens by its link."""

import uuid
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from qualification.asking.said import LONGEST
from qualification.definition import FrameworkDefinition
from qualification.forms import Words

SALT = "qualification.asked"


class AskedForm(forms.Form):
    """A field for each element. `sending` names this page, so that sending it twice is one answer."""

    sending = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        framework: FrameworkDefinition,
        data: Any = None,
        *,
        given: dict[str, str] | None = None,
    ) -> None:
        super().__init__(
            data, initial={**(given or {}), "sending": signing.dumps(str(uuid.uuid4()), salt=SALT)}
        )
        self.framework = framework
        for element in framework.elements:
            self.fields[element.key] = Words(
                label=element.question, required=False, max_length=LONGEST,
                widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
            )  # fmt: skip

    @property
    def questions(self) -> list[forms.BoundField]:
        return [self[element.key] for element in self.framework.elements]

    @property
    def answers(self) -> dict[str, str]:
        """What was answered, by element."""
        keys = [element.key for element in self.framework.elements]
        return {key: self.cleaned_data[key] for key in keys if self.cleaned_data.get(key)}

    def clean_sending(self) -> uuid.UUID:
        try:
            return uuid.UUID(signing.loads(self.cleaned_data["sending"], salt=SALT))
        except (signing.BadSignature, ValueError):
            # Whoever kept the page for long loses nothing: what they typed counts as a page of its own.
            return uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors and not self.answers:
            raise ValidationError(_("Please answer at least one question."))
        return cleaned
