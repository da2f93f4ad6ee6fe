"""The form builder: texts, fields, what happens after sending, look, and where the form may stand."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts import sites
from accounts.sites import SitesField
from leads.capturing import asking, form_rows, look
from leads.fields import LeadField
from leads.models import ConsentText, Form

# Pages beside those of the forms.
OUR_OWN = ("add", "preview", "quarantine")
COLOURS = {"accent": "#0f5c6e", "ground": "#ffffff", "ink": "#14242b"}


class FormForm(forms.Form):
    name = forms.CharField(
        label=_("Name"), max_length=120, help_text=_("For you and your colleagues.")
    )
    slug = forms.SlugField(
        label=_("Address"),
        max_length=60,
        help_text=_("The last part of the link: small letters, digits and hyphens."),
    )
    heading = forms.CharField(
        label=_("Heading"),
        max_length=200,
        required=False,
        help_text=_("What visitors read above the fields. The name, if it is empty."),
    )
    button = forms.CharField(
        label=_("Button"), max_length=60, required=False, help_text=_("“Send”, if it is empty.")
    )
    source = forms.CharField(
        label=_("Source"),
        max_length=80,
        initial=_("Web form"),
        help_text=_("Leads that first come by this form keep it as their source."),
    )
    is_live = forms.BooleanField(
        label=_("Live"),
        required=False,
        initial=True,
        help_text=_("Visitors can open and send it."),
    )
    most_asked = forms.IntegerField(
        label=_("At most so many fields “until known” at once"),
        min_value=0,
        max_value=50,
        required=False,
        initial=0,
        help_text=_("0 asks all of them. What a browser has told is not asked again."),
    )
    thanks = forms.CharField(
        label=_("Thank-you text"),
        max_length=400,
        initial=_("Thank you. We will be in touch."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    redirect_url = forms.CharField(
        label=_("Or go on to this address"),
        max_length=500,
        required=False,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    own_look = forms.BooleanField(label=_("Own colours"), required=False)
    accent = forms.CharField(label=_("Button and marks"), required=False, max_length=7)
    ground = forms.CharField(label=_("Background"), required=False, max_length=7)
    ink = forms.CharField(label=_("Text"), required=False, max_length=7)
    embed_hosts = SitesField(
        label=_("Sites that may show it"),
        max_length=8000,
        required=False,
        help_text=_("One a line, such as www.example.com. On all others a browser shows nothing."),
    )
    least_seconds = forms.IntegerField(
        label=_("Seconds a person needs at least"),
        min_value=0,
        max_value=60,
        initial=2,
        help_text=_("What is sent faster waits in quarantine for a person to look at."),
    )

    texts = ("name", "slug", "heading", "button", "source", "is_live")
    after = ("thanks", "redirect_url")
    guard = ("embed_hosts", "least_seconds")

    def __init__(
        self,
        catalogue: Mapping[str, LeadField],
        data: QueryDict | None = None,
        *,
        hosted: Form | None = None,
        purposes: Mapping[str, ConsentText] | None = None,
        our_sites: list[str] | None = None,
    ) -> None:
        super().__init__(data, initial=_initial(hosted))
        for part in look.PARTS:
            self.fields[part].widget = forms.TextInput(attrs={"type": "color"})
        self.fields["redirect_url"].help_text = _(
            "Instead of the thank-you text. On one of our sites: %s."
        ) % (", ".join(our_sites or []) or _("none yet, an administrator adds them"))
        self.catalogue, self.our_sites = catalogue, our_sites or []
        shape = hosted.fields if hosted else [{"name": "email", "required": True}]
        self.rows = (
            form_rows.stored(asking.items(shape, catalogue), catalogue, purposes or {})
            if data is None
            else form_rows.sent(data, catalogue, purposes or {})
        )

    def part(self, name: str) -> list[forms.BoundField]:
        return [self[key] for key in getattr(self, name)]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        asked = [row for row in self.rows if row.kind != form_rows.NO]
        for row in asked:
            if problem := row.problem(self.catalogue):
                self.add_error(None, f"{row.name}: {problem}")
        if not any(row.kind in (form_rows.ASK, form_rows.LATER) and not row.words for row in asked):
            raise ValidationError(_("Choose at least one field."))
        if self.look and (problem_of := look.problem(self.look)):
            self.add_error(*problem_of)
        return cleaned

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug in OUR_OWN:
            raise ValidationError(_("This address is our own. Choose another one."))
        return slug

    def clean_redirect_url(self) -> str:
        url = sites.in_ascii(str(self.cleaned_data["redirect_url"]))
        if url and not sites.allowed(url, self.our_sites):
            raise ValidationError(_("This is not an address on one of our sites."))
        return url

    def clean_most_asked(self) -> int:
        return self.cleaned_data["most_asked"] or 0

    @property
    def look(self) -> dict[str, str]:
        given = getattr(self, "cleaned_data", {})
        colours = {part: given.get(part) or "" for part in look.PARTS}
        return look.cleaned(colours) if given.get("own_look") else {}

    @property
    def shape(self) -> list[dict[str, Any]]:
        """What Form.fields keeps; rows that cannot be kept are left out, which only a preview sees."""
        asked = [row for row in self.rows if row.kind != form_rows.NO]
        return asking.written([row.item() for row in asked if not row.problem(self.catalogue)])

    def values(self) -> dict[str, Any]:
        """What form_editing.save() writes."""
        return {**self.cleaned_data, "fields": self.shape, "look": self.look}


def _initial(hosted: Form | None) -> dict[str, Any]:
    if hosted is None:
        return dict(COLOURS)
    known = {name: getattr(hosted, name) for name in FormForm.base_fields if hasattr(hosted, name)}
    colours = {part: f"#{colour}" for part, colour in hosted.look.items()}
    return {**COLOURS, **known, **colours, "own_look": bool(hosted.look)}
