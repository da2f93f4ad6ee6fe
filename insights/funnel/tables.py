"""The funnel as a file."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from insights.funnel.cohorts import Cohort, Funnel
from leads.exporting.tables import Table


def of_funnel(funnel: Funnel | None) -> Table:
    """A row for each cohort, and one for all of them."""
    header = [
        _("Cohort"),
        _("MQL"),
        _("SQL"),
        _("Opportunity"),
        _("Won"),
        _("Median time to SQL (s)"),
    ]
    for step in (_("MQL to SQL"), _("SQL to opportunity"), _("Opportunity to won")):
        header += [
            _("%(step)s: judged") % {"step": step}, _("%(step)s: taken") % {"step": step},
            _("%(step)s: too young") % {"step": step},
        ]  # fmt: skip
    return Table("funnel", header, _rows([*funnel.rows, funnel.total] if funnel else []))


def _rows(cohorts: list[Cohort]) -> Iterator[list[object]]:
    for one in cohorts:
        each = [
            number.value
            for step in one.steps.values()
            for number in (step.judged, step.taken, step.young)
        ]
        median = round(one.median.total_seconds()) if one.median is not None else None
        counts = [number.value for number in (one.mqls, one.sqls, one.opportunities, one.won)]
        yield [one.label, *counts, median, *each]
