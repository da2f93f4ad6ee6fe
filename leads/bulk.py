"""Writes many rows in one statement. They travel as one JSON text, which costs a fifth of what a parameter for
each value costs."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.db.models import Model


def insert(objects: Sequence[Model]) -> None:
    """Inserts the objects, all of one model. Gives them ids; raises IntegrityError like any INSERT."""
    if not objects:
        return
    model = type(objects[0])
    missing = [made for made in objects if made.pk is None]
    for made, number in zip(missing, _new_ids(model, len(missing)), strict=True):
        made.pk = number
    fields = list(model._meta.concrete_fields)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    _run(
        f'INSERT INTO "{model._meta.db_table}" ({columns}) SELECT {columns} FROM {_rows(fields)}',
        objects,
        fields,
    )


def insert_like(pattern: Model, keys: Sequence[int]) -> None:
    """Inserts a row for each primary key, all else as in `pattern`."""
    meta = pattern._meta
    key = meta.pk
    rest = [field for field in meta.concrete_fields if field is not key]
    columns = ", ".join(f'"{field.column}"' for field in (key, *rest))
    values = ", ".join(["%s"] * len(rest))
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO "{meta.db_table}" ({columns})'
            f" SELECT k::bigint, {values} FROM jsonb_array_elements_text(%s::jsonb) AS t(k)",
            [*(getattr(pattern, field.attname) for field in rest), json.dumps(list(keys))],
        )


def update(objects: Sequence[Model], names: Sequence[str]) -> None:
    """Writes the named fields of objects that stand in the database; the caller holds their locks."""
    if not objects:
        return
    meta = type(objects[0])._meta
    by_name = {field.name: field for field in meta.concrete_fields}
    fields = [by_name[name] for name in names]
    changes = ", ".join(f'"{field.column}" = r."{field.column}"' for field in fields)
    key = meta.pk
    _run(
        f'UPDATE "{meta.db_table}" t SET {changes} FROM {_rows([key, *fields])}'
        f' WHERE t."{key.column}" = r."{key.column}"',
        objects,
        [key, *fields],
    )


def _new_ids(model: type[Model], count: int) -> list[int]:
    if not count:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [model._meta.db_table, model._meta.pk.column, count],
        )
        return [row[0] for row in cursor.fetchall()]


def _rows(fields: Sequence[Any]) -> str:
    types = ", ".join(f'"{field.column}" {field.rel_db_type(connection)}' for field in fields)
    return f"jsonb_to_recordset(%s::jsonb) AS r({types})"


def _run(sql: str, objects: Sequence[Model], fields: Sequence[Any]) -> None:
    names = [(field.column, field.attname) for field in fields]
    rows = [{column: getattr(made, name) for column, name in names} for made in objects]
    # str: moments and UUIDs are written as PostgreSQL reads them.
    text = json.dumps(rows, default=str, ensure_ascii=False)
    with connection.cursor() as cursor:
        cursor.execute(sql, [text])
