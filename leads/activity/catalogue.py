"""What items are understood by: the kinds and their names, the fields of a lead, whose visits are our own. Few rows
that seldom change, so each process keeps what it made of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.kept import Kept
from leads import fields
from leads.activity import detection, signatures
from leads.activity.detection import Own
from leads.fields import LeadField


@dataclass(frozen=True)
class Catalogue:
    """`kinds` gives the key of a kind by each slug it goes by."""

    kinds: Mapping[str, str]
    fields: Mapping[str, LeadField]
    own: Own


def _made() -> Catalogue:
    return Catalogue(signatures.names(), fields.catalogue(), detection.own())


_KEPT = Kept(
    _made,
    "leads_eventkind",
    "leads_attributefield",
    "leads_valuelist WHERE controls <> ''",
    "leads_ownvisits",
)


def read() -> Catalogue:
    """One statement while nothing has changed."""
    return _KEPT.read()
