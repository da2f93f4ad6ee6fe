"""The filters over the lead list. All of them stand in the URL, so that a view can be sent to a colleague."""

from datetime import UTC, date, datetime, time
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import clock
from accounts.models import ApiKey, User
from leads import queries
from leads.bands import Band
from leads.expressions import LAST_ACTIVITY
from leads.hygiene import issues
from leads.models import AttributeField, Lead
from leads.stages import Stage

NOBODY, ME = "nobody", "me"
CUSTOM = "custom."
SCORES = {"min_value": -1_000_000, "max_value": 1_000_000}


class WholeNumberFilter(django_filters.Filter):
    field_class = forms.IntegerField


def _of_custom_field(declared: AttributeField) -> django_filters.Filter:
    """`custom.<key>`, asked for as its type is."""
    kind, types = declared.type, AttributeField.Type
    usual = {
        "field_name": f"{CUSTOM}{declared.key}",
        "label": declared.label,
        "method": "by_custom_field",
    }
    if kind == types.NUMBER:
        return WholeNumberFilter(**usual)
    if kind == types.DATE:
        date_input = forms.DateInput(attrs={"type": "date"})
        return django_filters.DateFilter(widget=date_input, **usual)
    if kind == types.BOOLEAN:
        choices = [("true", _("Yes")), ("false", _("No"))]
        return django_filters.ChoiceFilter(choices=choices, empty_label=_("Either"), **usual)
    if kind == types.CHOICE:
        words = [(word, word) for word in declared.choices]
        return django_filters.ChoiceFilter(choices=words, empty_label=_("Any"), **usual)
    return django_filters.CharFilter(max_length=120, **usual)


class LeadFilter(django_filters.FilterSet):
    """`data` is the query of the URL, `user` who asks (a key is nobody's “me”), `known` the bands of the model."""

    q = django_filters.CharFilter(
        method="by_text",
        max_length=120,
        label=_("Search"),
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
        for declared in AttributeField.objects.all():
            own = _of_custom_field(declared)
            own.parent, own.model = self, Lead
            self.filters[own.field_name] = own

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

    def by_custom_field(self, leads: QuerySet[Lead], name: str, value: Any) -> QuerySet[Lead]:
        """Texts by a part of them, everything else by the whole. No index helps: queries.patiently stops it."""
        number = list(self.filters).index(name)
        said = f"custom_{number}"
        lookup = "icontains" if type(self.filters[name]) is django_filters.CharFilter else "exact"
        text = value.isoformat() if isinstance(value, date) else str(value)
        found = leads.alias(**{said: KeyTextTransform(name.removeprefix(CUSTOM), "attributes")})
        return found.filter(**{f"{said}__{lookup}": text})

    @property
    def custom(self) -> list[Any]:
        """The fields of the form that ask for custom fields."""
        return [field for field in self.form if field.name.startswith(CUSTOM)]

    @property
    def too_broad(self) -> str:
        """What to tell who asked for more than can be looked through."""
        slow = [
            str(self.filters[name].label)
            for name in self.asked
            if name.startswith(CUSTOM) or name in ("q", "issue")
        ]
        return _(
            "There are too many leads to look through each for this (%(what)s). Narrow it first: choose a stage, "
            "a band, an owner or a source, or give a score from which on."
        ) % {"what": ", ".join(slow) or _("the order of the list")}

    @property
    def asked(self) -> dict[str, str]:
        """The filters that are filled in, as they stand in the URL."""
        return {name: self.data[name] for name in self.filters if self.data.get(name)}
