"""Adding, changing and removing bands, disqualifiers and variants."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from leads.vocabulary.offered import Vocabulary
from scoring.definition import Band, Definition, Disqualifier, Variant, to_json
from scoring.forms.band import BandForm, of_band
from scoring.forms.rules import DisqualifierForm, VariantForm, of_disqualifier, of_variant
from scoring.publishing import drafts
from scoring.publishing.drafts import Change
from scoring.views import drawer, saving
from scoring.views.drawer import Drawer
from scoring.views.editor_page import Tab


@dataclass(frozen=True)
class Kind:
    """A list of the definition: `one` is what an URL calls a part of it, `named` the field that names a part,
    `form` makes the form of a part that is (or None for a new one)."""

    of: str
    one: str
    named: str
    add: Promise
    tab: Tab
    form: Callable[[HttpRequest, Definition, Any], Any]


def _band_form(request: HttpRequest, d: Definition, old: Band | None) -> BandForm:
    values = drawer.values(request, of_band(old, d) if old else None)
    return BandForm(values, Vocabulary.read(), definition=d, band=old)


def _disqualifier_form(
    request: HttpRequest, _d: Definition, old: Disqualifier | None
) -> DisqualifierForm:
    words = Vocabulary.read()
    values = drawer.values(request, of_disqualifier(old, words) if old else None)
    return DisqualifierForm(values, words)


def _variant_form(request: HttpRequest, d: Definition, old: Variant | None) -> VariantForm:
    words = Vocabulary.read()
    values = drawer.values(request, of_variant(old, words) if old else None)
    return VariantForm(values, words, definition=d)


BANDS = Kind("bands", "band", "name", _("Add a band"), Tab.BANDS, _band_form)
DISQUALIFIERS = Kind(
    "disqualifiers", "disqualifier", "label", _("Add a disqualifier"), Tab.DISQUALIFIERS,
    _disqualifier_form,
)  # fmt: skip
VARIANTS = Kind("variants", "variant", "label", _("Add a channel"), Tab.CHANNELS, _variant_form)


def band(request: HttpRequest, key: str = "") -> HttpResponse:
    """A new band, or the band `key`; so the next two."""
    return _put(request, BANDS, key)


def disqualifier(request: HttpRequest, key: str = "") -> HttpResponse:
    return _put(request, DISQUALIFIERS, key)


def variant(request: HttpRequest, key: str = "") -> HttpResponse:
    return _put(request, VARIANTS, key)


def _put(request: HttpRequest, kind: Kind, key: str) -> HttpResponse:
    opened = drawer.opened(request)
    if opened is None:
        return drawer.no_model(request)
    d = opened.definition
    old = next((one for one in getattr(d, kind.of) if one.key == key), None)
    if key and old is None:
        return saving.gone(request)
    form = kind.form(request, d, old)
    named = key or drafts.free_key(form.said(kind.named), drafts.taken(to_json(d), kind.of))
    title = str(getattr(old, kind.named) if old else kind.add)
    here = reverse(f"scoring:{kind.one}", args=[key]) if old else reverse(f"scoring:add_{kind.one}")
    page = Drawer(
        opened, title, here, f"scoring/{kind.one}_form.html", f"{kind.of}.{named}", kind.tab, old is None
    )  # fmt: skip
    return drawer.saved(request, page, form, _edit(kind, named, form, is_new=old is None))


def _edit(kind: Kind, key: str, form: Any, *, is_new: bool) -> Change:
    if kind is BANDS:
        return drafts.band_placed(None if is_new else key, form.shape(), form.above)
    return (drafts.added if is_new else drafts.replaced)(kind.of, key, form.shape())


def remove_band(request: HttpRequest, key: str) -> HttpResponse:
    return saving.edited(request, drafts.removed("bands", key), tab=Tab.BANDS, whole=True)


def remove_disqualifier(request: HttpRequest, key: str) -> HttpResponse:
    edit = drafts.removed("disqualifiers", key)
    return saving.edited(request, edit, tab=Tab.DISQUALIFIERS, whole=True)


def remove_variant(request: HttpRequest, key: str) -> HttpResponse:
    return saving.edited(request, drafts.removed("variants", key), tab=Tab.CHANNELS, whole=True)
