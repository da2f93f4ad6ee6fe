"""Forms of the pages about tracking."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.forms import Line
from accounts.text import TextError, clean_text
from leads.activity import kinds, own_visits, senders
from leads.models import EventKind, OwnVisits


class Lines(forms.CharField):
    """One thing a line, read by `read`; what it raises names the line that means nothing."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def __init__(self, read: Callable[[str], list[str]], wrong: Any, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=10_000, **kwargs)
        self.read, self.wrong = read, wrong

    def clean(self, value: Any) -> Any:
        try:
            return self.read(clean_text(super().clean(value) or "", limit=10_000))
        except TextError as error:
            raise forms.ValidationError(str(error)) from None
        except ValueError as error:
            raise forms.ValidationError(self.wrong % {"line": str(error)[:80]}) from None


def _origins() -> Lines:
    return Lines(
        senders.read_origins,
        _("“%(line)s” is not a website. Write it as https://www.firm.example."),
        label=_("Websites that may use it"),
        help_text=_(
            "One a line, such as https://www.firm.example. Left empty, it works on every website."
        ),
    )


class WebsiteForm(forms.Form):
    name = Line(label=_("Name"), max_length=120, help_text=_("New leads have it as their source."))
    origins = _origins()


class OriginsForm(forms.Form):
    origins = _origins()


def _names(text: str) -> list[str]:
    names = list(dict.fromkeys(line.strip() for line in text.splitlines() if line.strip()))
    if len(names) > kinds.MOST_NAMES:
        raise ValueError(names[kinds.MOST_NAMES])
    for name in names:
        if not kinds.slug(name) or len(name) > 120:
            raise ValueError(name)
    return names


class KindForm(forms.Form):
    label = Line(label=_("What happened"), max_length=60)
    names = Lines(
        _names,
        _("“%(line)s” cannot be the name of an event, or there are more than 50."),
        label=_("Names under which it is sent"),
        help_text=_("One a line, such as Webinar Attended. Capital letters make no difference."),
    )
    is_engagement = forms.BooleanField(
        label=_("The person did it"), required=False, initial=True,
        help_text=_("It counts as activity. Untick it for what happened to them, such as a bounce."),
    )  # fmt: skip
    is_product = forms.BooleanField(
        label=_("It is use of the product"), required=False,
        help_text=_("Whoever does it is a product lead from then on."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, kind: EventKind | None = None) -> None:
        initial = None
        if kind:
            initial = {
                "label": kind.label, "names": "\n".join(kind.names),
                "is_engagement": kind.is_engagement, "is_product": kind.is_product,
            }  # fmt: skip
        super().__init__(data, initial=initial)

    def clean_label(self) -> str:
        label = str(self.cleaned_data["label"])
        if not kinds.slug(label):
            raise forms.ValidationError(_now("Write it with Latin letters or digits as well."))
        return label


class OwnVisitsForm(forms.Form):
    networks = Lines(
        own_visits.read_networks,
        _("“%(line)s” is not a network. Write it as 192.0.2.0/24 or as one address."),
        label=_("Networks of our own"),
        help_text=_("Events sent from them are Internal. One a line."),
    )
    colleagues = Lines(
        own_visits.read_people,
        _("“%(line)s” is not an e-mail address, nor a domain such as @firm.example."),
        label=_("Colleagues"),
        help_text=_(
            "Events with such an e-mail are Internal: addresses, or @firm.example for all."
        ),
    )
    testers = Lines(
        own_visits.read_people,
        _("“%(line)s” is not an e-mail address, nor a domain such as @test.example."),
        label=_("Test addresses"),
        help_text=_("Events with such an e-mail are Tests."),
    )

    def __init__(self, data: Any = None, *, stored: OwnVisits) -> None:
        names = ("networks", "colleagues", "testers")
        super().__init__(data, initial={name: "\n".join(getattr(stored, name)) for name in names})
