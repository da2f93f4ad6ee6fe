"""The values of fields that hold one of a few, with what people call them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from leads.models import AttributeField, EventKind
from leads.stages import Direction, Stage
from leads.vocabulary.lists import Frozen

# What rule_sql.LEAD_TYPE makes of a lead.
LEAD_TYPES = [
    ("marketing", _("Marketing")),
    ("product", _("Product")),
    ("service", _("Service")),
]


def value_choices(frozen: Frozen) -> dict[str, list[tuple[str, Any]]]:
    """The values of fields that hold one of a few, with their labels, by the field's key."""
    custom = AttributeField.objects.filter(type=AttributeField.Type.CHOICE)
    return {
        "title.seniority": [(level.key, level.name) for level in frozen.seniority],
        "title.department": [(level.key, level.name) for level in frozen.department],
        "stage": list(Stage.choices),
        "lead_type": list(LEAD_TYPES),
        "direction": list(Direction.choices),
        **{f"custom.{one.key}": [(v, v) for v in map(str, one.choices)] for one in custom},
    }


def kind_labels() -> dict[str, str]:
    """What people call the kinds of events, by key."""
    return dict(EventKind.objects.values_list("key", "label"))
