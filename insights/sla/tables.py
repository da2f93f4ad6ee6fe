"""The tables of the manager's page as files."""

from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from insights.deeds import Deed
from insights.sla.arrivals import arrivals
from insights.sla.asking import Ask, Rate
from insights.sla.days import HOLDERS, days
from insights.sla.matrix import matrix
from insights.sla.people import people
from insights.sla.policies import policies
from insights.sla.staff import staff
from leads.exporting.columns import when
from leads.exporting.tables import Table


def of_matrix(ask: Ask) -> Table:
    """A row for each source and band, with every source there is."""
    header = [
        _("Source"), _("Band"), *_rate_header(), _("Target at least (s)"), _("Target at most (s)"),
        _("Median (s)"), _("90% within (s)"),
    ]  # fmt: skip
    return Table("sla-matrix", header, _matrix(ask))


def _matrix(ask: Ask) -> Iterator[list[object]]:
    found = matrix(ask, most=None)
    for row in [*found.rows, found.total] if found else []:
        for band, cell in [
            *zip(found.bands, row.cells, strict=True),  # type: ignore[union-attr]
            (None, row.all),
        ]:
            if cell is not None:
                yield [
                    row.label, band.name if band else _("All bands"), *_rate(cell.rate), cell.least,
                    cell.most, cell.median, cell.p90,
                ]  # fmt: skip


def of_arrivals(ask: Ask) -> Table:
    """A row for each hour of the week."""
    header = [_("Weekday"), _("Hour"), _("Arrived"), _("Those on shift can take")]
    rows = (
        [day.label, hour, cell.arrived.value, round(cell.room, 1)]
        for day in arrivals(ask).days
        for hour, cell in enumerate(day.cells)
    )
    return Table("sla-arrivals", header, rows)


def of_people(ask: Ask) -> Table:
    """A row for each person."""
    header = [
        _("Person"), *(str(deed.label) for deed in Deed), _("Median from claim to touch (s)"),
        *_rate_header(), _("Passed by"),
        _("Reason most often given"),
    ]  # fmt: skip
    found = people(ask)
    rows = (
        [
            one.user.name if one.user else _("Everybody"),
            *(one.deeds[deed.value].value for deed in Deed), one.median, *_rate(one.rate),
            one.skips.value, one.why,
        ]
        for one in ([*found.rows, found.total] if found else [])
    )  # fmt: skip
    return Table("sla-people", header, rows)


def _rate_header() -> list[str]:
    return [_("Promised"), _("Kept"), _("Late"), _("Kept (%)"), _("Goal (%)")]


def _rate(rate: Rate) -> list[Any]:
    return [rate.all.value, rate.kept.value, rate.late.value, rate.kept.percent, rate.goal]


def of_days(ask: Ask) -> Table:
    """A row for each day or week, with the hours in whose hands the leads were."""
    header = [_("From"), *_rate_header(), *(f"{label} (s)" for _name, _tone, label in HOLDERS)]
    found = days(ask)
    rows = (
        [day.label, *_rate(day.rate), *(getattr(day.held, name) for name, _t, _l in HOLDERS)]
        for day in (found.days if found else [])
    )
    return Table("sla-days", header, rows)


def of_policies(ask: Ask) -> Table:
    """A row for each policy and target."""
    header = [
        _("Policy"), _("Version"), _("Promise"), _("Within"), _("Working time"), _("Last fired"),
        _("Promised"), _("Late"),
    ]  # fmt: skip
    rows = (
        [
            one.name, one.version.number, target.label, target.said, target.is_business,
            when(one.fired), one.all.value, one.late.value,
        ]
        for one in policies(ask)
        for target in one.targets
    )  # fmt: skip
    return Table("sla-policies", header, rows)


def of_reps(ask: Ask) -> Table:
    """A row for each rep: whether they work now, and what they hold."""
    header = [_("Person"), _("Works now"), _("Hours"), _("Holds"), _("Offered")]
    rows = (
        [row.rep.user.name, row.rep.availability.works, row.rep.availability.said, row.holds, row.offered]
        for row in staff(ask).rows
    )  # fmt: skip
    return Table("sla-reps", header, rows)


TABLES: dict[str, Callable[[Ask], Table]] = {
    "days": of_days,
    "matrix": of_matrix,
    "arrivals": of_arrivals,
    "people": of_people,
    "policies": of_policies,
    "reps": of_reps,
}
