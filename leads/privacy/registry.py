"""How each table forgets a person, and what of it is told to them. Erasing, its preview, the answer to “what do you
know of me” and retention read the same table of tables; the roof fills it, since only it knows every app."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db.models import BinaryField, CharField, JSONField, Model, QuerySet, TextField

# Columns that can hold what somebody wrote.
WORDS = (CharField, TextField, JSONField, BinaryField, ArrayField)


@dataclass(frozen=True)
class Table:
    """One table. Names of columns stand in one text with blanks between.

    `lead` is the way from a row to the person, such as "card__lead"; empty for a table that is tied to nobody.
    `goes`: the rows are deleted. `blanks`: columns emptied. `renews`: columns that get another random value.
    `trims`: a JSON column and the keys that stay in it. `stays`: columns that say nothing of the person; “*”
    for all that are not named. `mentions`: columns of rows tied to nobody that are emptied where they name an
    address of the person. `shows`: what the person is told of it, all columns unless said."""

    label: str
    lead: str = ""
    goes: bool = False
    blanks: str = ""
    renews: str = ""
    trims: tuple[str, tuple[str, ...]] | None = None
    stays: str = ""
    mentions: str = ""
    shows: str = ""
    # Not part of what a person is told.
    ours: bool = False

    @cached_property
    def declared(self) -> set[str]:
        """The columns that somebody thought about."""
        trimmed = self.trims[0] if self.trims else ""
        names = f"{self.blanks} {self.renews} {self.stays} {self.mentions} {trimmed}"
        return set(names.split())


def nothing(why: str) -> Table:
    """A table that holds nothing of a lead; `why` says what it does hold."""
    return Table(why, stays="*", ours=True)


_tables: dict[str, Table] = {}


def filled_with(tables: Mapping[str, Table]) -> None:
    """Names every table of the house, by the label of its model such as "leads.Lead"."""
    _tables.clear()
    _tables.update(tables)


def tables() -> Iterator[tuple[type[Model], Table]]:
    """Every table, in the order in which they are emptied."""
    for name, table in _tables.items():
        yield apps.get_model(name), table


def personal() -> Iterator[tuple[type[Model], Table]]:
    """Tables with rows about one person."""
    return ((model, table) for model, table in tables() if table.lead)


def rows_of(model: type[Model], table: Table, lead_ids: list[int]) -> QuerySet[Any]:
    """The rows of a personal table about these leads."""
    return model._base_manager.filter(**{f"{table.lead}__in": lead_ids})


def empty(field: Any) -> Any:
    """What a column holds when it says nothing."""
    if field.null:
        return None
    if isinstance(field, JSONField):
        return field.get_default() if field.has_default() else {}
    return field.get_default() if field.has_default() and not field.unique else ""


def undeclared(app_labels: set[str]) -> list[str]:
    """Tables and columns with words in them that nobody has declared: “leads.Lead.phone”."""
    missing = []
    for model in apps.get_models():
        name = model._meta.label
        if model._meta.app_label not in app_labels:
            continue
        table = _tables.get(name)
        words = [f.name for f in model._meta.concrete_fields if isinstance(f, WORDS)]
        if table is None:
            missing += [name] if words else []
        elif not table.goes and table.stays != "*":
            missing += [f"{name}.{word}" for word in words if word not in table.declared]
    return missing
