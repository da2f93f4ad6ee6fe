"""What a sentence of the timeline is made of: the words that things go by, and the sentence itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from leads import bands
from leads.bands import Band
from leads.fields import LeadField


@dataclass(frozen=True)
class Words:
    """What sentences call things by: bands and fields by key. `viewer_id` is who reads: “You”."""

    viewer_id: int
    bands: Mapping[str, Band]
    fields: Mapping[str, LeadField]

    def band(self, key: str) -> str:
        band = bands.called(key, dict(self.bands))
        return band.name if band else _("no band")

    def field(self, key: str) -> str:
        known = self.fields.get(key)
        return str(known.label) if known else words_of(key.removeprefix("custom."))

    def person(self, user_id: int | None, name: str) -> str:
        return _("You") if user_id is not None and user_id == self.viewer_id else name


@dataclass(frozen=True)
class Sentence:
    """`who` begins it in bold, `text` goes on; `note` stands below; `changes` are (label, old, new)."""

    text: str
    who: str = ""
    note: str = ""
    icon: str = "bolt"
    tone: str = ""
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    # A step of the lifecycle, which mostly goes with a deed that is told beside it.
    is_step: bool = False


Data = Mapping[str, Any]
Builder = Callable[[Data, Words], Sentence]


def words_of(key: str) -> str:
    """“no budget” out of no_budget."""
    return key.replace("_", " ")
