"""Takes back what a file made of open deals, as long as nobody touched them since."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from leads import lifecycle
from leads.importing.open_deals import MARK
from leads.importing.settled import Result
from leads.importing.tally import Tally
from leads.importing.undo_leads import Line
from leads.stages import Stage
from qualification.models import Opportunity, PassedSql

# What a file can say of a deal.
FIELDS = ("deal", "name", "amount", "currency", "expected_on", "owner_id", "stage_id")


def plain(deal: Opportunity) -> dict[str, Any]:
    """What stands on the deal, as a line of an import keeps it."""
    return {key: _text(getattr(deal, key)) for key in FIELDS}


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date) else value


def _value(key: str, kept: Any) -> Any:
    """The other way round."""
    if kept is None or key not in ("amount", "expected_on"):
        return kept
    return Decimal(kept) if key == "amount" else date.fromisoformat(kept)


def undo(lines: Sequence[Line], *, by: User, at: datetime, dry: bool) -> Tally:
    """`lines` come from the last row to the first. Deals that the file opened go, and their leads stand where they
    stood; changed ones say again what they said."""
    tally = Tally()
    known = Opportunity.objects.in_bulk({made for _row, _result, _lead, made, _b in lines if made})
    gone: dict[int, Mapping[str, Any]] = {}
    restored: dict[int, Opportunity] = {}
    for _row, result, _lead, made, before in lines:
        deal, kept = known.get(made or 0), before[MARK]
        if deal is None or result not in (Result.CREATED, Result.UPDATED):
            continue
        now = plain(deal)
        said = kept["wrote"] if result == Result.CREATED else _new(kept["changes"])
        if not deal.is_open or any(now[key] != value for key, value in said.items()):
            tally.count("edited")
        elif result == Result.CREATED:
            tally.count("removed")
            gone[deal.pk] = kept
        else:
            tally.count("restored")
            for key, (old, _new_one) in kept["changes"].items():
                setattr(deal, key, _value(key, old))
            restored[deal.pk] = deal
    if not dry:
        Opportunity.objects.bulk_update(
            [deal for pk, deal in restored.items() if pk not in gone], FIELDS
        )
        _remove([known[pk] for pk in gone], gone, by=by, at=at)
    return tally


def _new(changes: Mapping[str, Any]) -> dict[str, Any]:
    return {key: new for key, (_old, new) in changes.items()}


def _remove(
    some: Sequence[Opportunity], kept: Mapping[int, Mapping[str, Any]], *, by: User, at: datetime
) -> None:
    passed = [pk for one in kept.values() if (pk := one.get("passed"))]
    Opportunity.objects.filter(pk__in=[one.pk for one in some]).delete()
    for stage in {kept[one.pk]["stage"] for one in some}:
        ids = [one.lead_id for one in some if kept[one.pk]["stage"] == stage]
        lifecycle.settle(
            ids, stage, origins=(Stage.OPPORTUNITY,), at=at, by=by, reason="undone"
        )  # fmt: skip
    again = PassedSql.objects.filter(pk__in=passed, end=PassedSql.End.OPENED)
    again.update(ended_at=None, end="")
