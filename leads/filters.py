"""The filters over the lead list. All of them stand in the URL, so that a view can be sent to a colleague."""

from datetime import UTC, date, datetime, time

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import ApiKey, User
from leads import queries
from leads.bands import Band
from leads.expressions import LAST_ACTIVITY
from leads.hygiene import issues
from leads.models import Lead
from leads.stages import Stage

NOBODY, ME = "nobody", "me"
SCORES = {"min_value": -1_000_000, "max_value": 1_000_000}


class LeadFilter(django_filters.FilterSet):
    """`data` is the query of the URL, `user` who asks (a key is nobody's “me”), `known` the bands of the model."""

    q = django_filters.CharFilter(
        method="by_text",
        max_length=120,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    stage = django_filters.ChoiceFilter(
        field_name="score__stage", choices=Stage, empty_label=_("Any stage"), label=_("Stage")
    )
    band = django_filters.ChoiceFilter(
        field_name="score__band", empty_label=_("Any band"), label=_("Band")
    )
    score_from = django_filters.NumberFilter(
        field_name="score__total", lookup_expr="gte", label=_("Score from"), **SCORES
    )
    score_to = django_filters.NumberFilter(
        field_name="score__total", lookup_expr="lte", label=_("Score to"), **SCORES
    )
    source = django_filters.ChoiceFilter(empty_label=_("Any source"), label=_("Source"))
    owner = django_filters.ChoiceFilter(
        method="by_owner", empty_label=_("Any owner"), label=_("Owner")
    )
    issue = django_filters.ChoiceFilter(
        method="by_issue", choices=issues.CHOICES, empty_label=_("Any data"), label=_("Data")
    )
    active_since = django_filters.DateFilter(
        method="by_activity",
        label=_("Active since"),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(
        self,
        data: QueryDict,
        queryset: QuerySet[Lead],
        *,
        user: User | ApiKey,
        known: dict[str, Band],
    ) -> None:
        super().__init__(data, queryset)
        self.user = user
        self.filters["band"].extra["choices"] = [(band.key, band.name) for band in known.values()]
        self.filters["source"].extra["choices"] = [(name, name) for name in queries.sources()]
        people = User.objects.filter(is_active=True).values_list("public_id", "name")
        self.filters["owner"].extra["choices"] = [
            *([(ME, _("Me"))] if isinstance(user, User) else []),
            (NOBODY, _("Nobody")),
            *((str(public_id), name) for public_id, name in people),
        ]

    def by_text(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        return queries.search(leads, value)

    def by_owner(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        if value == NOBODY:
            return leads.filter(score__owner_id=None)
        if value == ME:
            return leads.filter(score__owner_id=self.user.pk)
        owner = User.objects.filter(public_id=value).values("pk")
        return leads.filter(score__owner_id__in=owner)

    def by_issue(self, leads: QuerySet[Lead], name: str, value: str) -> QuerySet[Lead]:
        return leads.alias(**issues.PARTS).filter(issues.ISSUES[value].asks(clock.now()))

    def by_activity(self, leads: QuerySet[Lead], name: str, value: date) -> QuerySet[Lead]:
        begin = datetime.combine(value, time.min, timezone.get_current_timezone())
        return leads.annotate(active=LAST_ACTIVITY).filter(active__gte=begin.astimezone(UTC))

    @property
    def asked(self) -> dict[str, str]:
        """The filters that are filled in, as they stand in the URL."""
        return {name: self.data[name] for name in self.filters if self.data.get(name)}
