"""Columns of whole numbers out of a statement, without a Python object for each of millions of values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import psycopg
from django.db import connection

from scoring.impact.vectors.packing import Array, smallest

# The head of PostgreSQL's binary copy, and rows that are read at a time.
HEAD, PIECE = 19, 50_000


def columns(sql: str, parameters: Mapping[str, Any], names: Sequence[str]) -> list[Array]:
    """The named columns of a statement, each whole numbers without nulls, in the order of its rows."""
    row = np.dtype([part for n in range(len(names)) for part in _field(n)])
    row = np.dtype([("fields", ">i2"), *((name, row.fields[name][0]) for name in row.names)])  # type: ignore[index,union-attr]
    pieces: list[list[Array]] = [[] for _name in names]
    for data in _pieces(_copy(sql, parameters, names), row.itemsize):
        rows = np.frombuffer(data, row)
        for n, piece in enumerate(pieces):
            piece.append(smallest(rows[f"v{n}"]))
    return [np.concatenate(piece) if piece else np.zeros(0, np.uint8) for piece in pieces]


def whole_columns(sql: str, parameters: Sequence[Any], names: Sequence[str]) -> list[Array]:
    """The same in one answer, in little more than half the time: PostgreSQL packs the rows in several processes, and
    not each is a message of its own. But it and we hold all of them at once, and they come in any order."""
    row = " || ".join(f"int8send(x.{name}::bigint)" for name in names)
    text = f"SELECT string_agg({row}, ''::bytea) FROM ({sql}) x"
    connection.ensure_connection()
    whole = connection.ops.compose_sql(text, parameters)  # type: ignore[attr-defined]
    # Binary, since it is twice as long as text; Django's own cursor cannot.
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(whole, binary=True)
        (packed,) = cursor.fetchone() or (None,)
    return list(np.frombuffer(packed or b"", ">i8").reshape(-1, len(names)).T.astype(np.int64))


def _field(n: int) -> list[tuple[str, str]]:
    return [(f"l{n}", ">i4"), (f"v{n}", ">i8")]


def _copy(sql: str, parameters: Mapping[str, Any], names: Sequence[str]) -> Iterator[bytes]:
    wanted = ", ".join(f"x.{name}::bigint" for name in names)
    text = f"COPY (SELECT {wanted} FROM ({sql}) x) TO STDOUT (FORMAT BINARY)"
    whole = connection.ops.compose_sql(text, parameters)  # type: ignore[attr-defined]
    with connection.cursor() as cursor, cursor.copy(whole) as copy:
        yield from copy


def _pieces(blocks: Iterator[bytes], size: int) -> Iterator[bytes]:
    """Whole rows, many at a time."""
    held, waiting, begun = bytearray(), PIECE * size, False
    for block in blocks:
        held += block
        if not begun and len(held) >= HEAD:
            del held[:HEAD]
            begun = True
        if len(held) >= waiting:
            whole = len(held) // size * size
            # The two bytes that end the copy are never a whole row.
            yield bytes(held[:whole])
            del held[:whole]
    yield bytes(held[: len(held) // size * size])
