"""Rows of tables as JSON, exactly, to be put back later."""

import json
from typing import Any, TypeVar

from django.db.models import Model

Row = TypeVar("Row", bound=Model)


def row_of(row: Model) -> dict[str, Any]:
    """All columns of a row; moments as text with all their digits."""
    values = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    kept: dict[str, Any] = json.loads(json.dumps(values, default=str))
    return kept


def of_row(table: type[Row], kept: dict[str, Any]) -> Row:
    """The row again, not saved. Columns that came later hold their default."""
    fields = {field.attname: field for field in table._meta.concrete_fields}
    known = {name: value for name, value in kept.items() if name in fields}
    return table(**{name: fields[name].to_python(value) for name, value in known.items()})
