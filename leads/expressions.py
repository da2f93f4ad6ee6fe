"""Values that the database reckons out of a lead's columns: lists filter and sort by them, indexes hold them."""

from datetime import UTC, datetime

from django.db.models import BooleanField, DateTimeField, Field, Func, TextField, Value
from django.db.models.functions import Coalesce, Concat, Lower, NullIf, Trim

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
SPACE = Value(" ")

# What a search looks into, in small letters.
SEARCHED = Lower(
    Concat(
        "first_name", SPACE, "last_name", SPACE, "email", SPACE, "company_name", SPACE, "external_id",
        output_field=TextField(),
    )
)  # fmt: skip

# What a list by name is sorted by: the name that is shown, in small letters.
SHOWN_NAME = Lower(
    Coalesce(
        NullIf(Trim(Concat("first_name", SPACE, "last_name")), Value("")), "email", "external_id",
        output_field=TextField(),
    )
)  # fmt: skip

# A lead that never did anything stands last, and NULL could not be compared as part of a row.
LAST_ACTIVITY = Coalesce("last_activity_at", Value(LONG_AGO), output_field=DateTimeField())


class RowValue(Func):
    """(a, b): compared by the database from left to right."""

    template = "(%(expressions)s)"
    output_field = Field()


class RowBefore(Func):
    """Whether the first row value stands before the second."""

    template = "%(expressions)s"
    arg_joiner = " < "
    output_field = BooleanField()


class RowAfter(RowBefore):
    """Whether the first row value stands after the second."""

    arg_joiner = " > "
