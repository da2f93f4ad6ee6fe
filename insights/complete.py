"""Whether a lead came with what sales needs to know: as it was when it was handed over, not as reps completed it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from handoff.models import Handoff
from leads.models import LeadChange

NOTHING = Value("", output_field=TextField())


def with_known(handoffs: QuerySet[Handoff], keys: Iterable[str]) -> QuerySet[Handoff]:
    """Each with what `complete` asks for."""
    return handoffs.alias(**{_name(key): _then(key) for key in sorted(set(keys))})


def complete(keys: Iterable[str]) -> Q:
    """All of these fields of the lead were known at the handover; for handoffs that came `with_known`."""
    return Q(*(Q(**{f"{_name(key)}__gt": ""}) for key in keys))


def _name(key: str) -> str:
    return f"known_{key.replace('.', '_')}"


def _then(key: str) -> Any:
    """The value at the handover: what the first change after it replaced, else what stands there now."""
    later = LeadChange.objects.filter(
        lead=OuterRef("lead"), known_at__gt=OuterRef("opened_at"), old__has_key=key
    )
    replaced = later.order_by("known_at", "id").annotate(was=Coalesce(KT(f"old__{key}"), NOTHING))
    if key.startswith("custom."):
        now: Any = KT(f"lead__attributes__{key.removeprefix('custom.')}")
    else:
        now = Cast(F(f"lead__{key}"), TextField())
    return Coalesce(Subquery(replaced.values("was")[:1]), now, NOTHING, output_field=TextField())
