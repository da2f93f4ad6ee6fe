"""Where a form sends a visitor afterwards, and the code that puts a form on another site."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from accounts import organisation, sites
from leads.models import Form


def target(form: Form) -> str:
    """The address to go on to; empty where there is none, or the organisation has taken its site off the list."""
    if form.redirect_url and sites.allowed(form.redirect_url, organisation.sites()):
        return form.redirect_url
    return ""


def origin(url: str) -> str:
    """https://www.example.com out of an address there."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@dataclass(frozen=True)
class Code:
    """Something to copy: `name` says where to, `text` is it."""

    key: str
    name: str
    text: str
    note: str = ""


def codes(form: Form, home: str) -> list[Code]:
    """The link of a form, and two ways to put it into a page of another site."""
    link = home + reverse("hosted_form", args=[form.slug])
    title = escape(form.heading or form.name)
    params = ",".join(item["param"] for item in form.fields if item.get("param"))
    passed = f' data-pass="{escape(params)}"' if params else ""
    script = home + static("js/embed.js")
    return [
        Code("link", _("Link"), link),
        Code(
            "script",
            _("In a page"),
            f'<script async src="{script}" data-form="{form.slug}" data-title="{title}"{passed}></script>',
            _("The form stands where the line stands, and is as high as it needs to be."),
        ),
        Code(
            "iframe",
            _("In a page without scripts"),
            f'<iframe src="{link}?embed=1" title="{title}" width="100%" height="640"></iframe>',
        ),
    ]
