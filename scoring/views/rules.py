"""Adding, changing and removing bands, disqualifiers and variants."""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from scoring.definition import to_json
from scoring.forms.band import BandForm, of_band
from scoring.forms.rules import DisqualifierForm, VariantForm, of_disqualifier, of_variant
from scoring.forms.vocabulary import Vocabulary
from scoring.publishing import drafts
from scoring.publishing.drafts import Change
from scoring.views import drawer, saving
from scoring.views.drawer import Drawer, Opened
from scoring.views.editor_page import Tab


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


K = TypeVar("K", bound=Keyed)


def band(request: HttpRequest, key: str = "") -> HttpResponse:
    """A new band, or the band `key`."""
    opened = drawer.opened(request)
    if opened is None:
        return drawer.no_model(request)
    old = _find(opened.definition.bands, key)
    if key and old is None:
        return saving.gone(request)
    values = drawer.values(request, of_band(old, opened.definition) if old else None)
    form = BandForm(values, Vocabulary.read(), definition=opened.definition, band=old)
    key = key or _free_key(opened, "bands", form.said("name"))
    title = old.name if old else _("Add a band")
    page = Drawer(
        opened, title, _here("band", old), "scoring/band_form.html", f"bands.{key}", Tab.BANDS, old is None
    )  # fmt: skip
    edit = drafts.band_placed(old.key if old else None, form.shape(), form.above)
    return drawer.saved(request, page, form, edit)


def disqualifier(request: HttpRequest, key: str = "") -> HttpResponse:
    """A new disqualifier, or the disqualifier `key`."""
    opened = drawer.opened(request)
    if opened is None:
        return drawer.no_model(request)
    old = _find(opened.definition.disqualifiers, key)
    if key and old is None:
        return saving.gone(request)
    words = Vocabulary.read()
    form = DisqualifierForm(
        drawer.values(request, of_disqualifier(old, words) if old else None), words
    )
    key = key or _free_key(opened, "disqualifiers", form.said("label"))
    title = old.label if old else _("Add a disqualifier")
    page = Drawer(
        opened, title, _here("disqualifier", old), "scoring/disqualifier_form.html",
        f"disqualifiers.{key}", Tab.DISQUALIFIERS, old is None,
    )  # fmt: skip
    edit = _put("disqualifiers", key, form.shape(), is_new=old is None)
    return drawer.saved(request, page, form, edit)


def variant(request: HttpRequest, key: str = "") -> HttpResponse:
    """A new variant, or the variant `key`."""
    opened = drawer.opened(request)
    if opened is None:
        return drawer.no_model(request)
    old = _find(opened.definition.variants, key)
    if key and old is None:
        return saving.gone(request)
    words = Vocabulary.read()
    values = drawer.values(request, of_variant(old, words) if old else None)
    form = VariantForm(values, words, definition=opened.definition)
    key = key or _free_key(opened, "variants", form.said("label"))
    title = old.label if old else _("Add a channel")
    page = Drawer(
        opened, title, _here("variant", old), "scoring/variant_form.html",
        f"variants.{key}", Tab.CHANNELS, old is None,
    )  # fmt: skip
    edit = _put("variants", key, form.shape(), is_new=old is None)
    return drawer.saved(request, page, form, edit)


def remove_band(request: HttpRequest, key: str) -> HttpResponse:
    return saving.edited(request, drafts.removed("bands", key), tab=Tab.BANDS, whole=True)


def remove_disqualifier(request: HttpRequest, key: str) -> HttpResponse:
    edit = drafts.removed("disqualifiers", key)
    return saving.edited(request, edit, tab=Tab.DISQUALIFIERS, whole=True)


def remove_variant(request: HttpRequest, key: str) -> HttpResponse:
    return saving.edited(request, drafts.removed("variants", key), tab=Tab.CHANNELS, whole=True)


def _find(those: Sequence[K], key: str) -> K | None:
    return next((one for one in those if one.key == key), None)


def _free_key(opened: Opened, name: str, label: str) -> str:
    return drafts.free_key(label, drafts.taken(to_json(opened.definition), name))


def _here(name: str, old: Keyed | None) -> str:
    return reverse(f"scoring:{name}", args=[old.key]) if old else reverse(f"scoring:add_{name}")


def _put(name: str, key: str, shape: dict[str, Any], *, is_new: bool) -> Change:
    return (drafts.added if is_new else drafts.replaced)(name, key, shape)
