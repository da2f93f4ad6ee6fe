"""Lists that people keep for rules, and the table that reads titles. An edited list changes no score: a model
keeps the lists it was published with."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.models import Max
from django.utils.text import slugify

from leads.models import ValueList
from leads.vocabulary import lists, rule_sql

MOST_VALUES = 20_000


class NameTaken(Exception):
    """Another list has this name."""


class FieldTaken(Exception):
    """Another list controls the words of this field."""


@dataclass(frozen=True)
class Read:
    """How a title is read: names of levels, empty where no word is known."""

    seniority: str
    department: str


def keep(
    found: ValueList | None, *, name: str, values: Sequence[str], controls: str = ""
) -> ValueList:
    """Writes name and values of a list, or makes a new one of plain values; `controls` is the field that people
    fill from it. Raises NameTaken, and FieldTaken where another list controls that field."""
    kept = list(dict.fromkeys(values))
    others = ValueList.objects.exclude(pk=found.pk) if found else ValueList.objects.all()
    if controls and others.filter(controls=controls).exists():
        raise FieldTaken
    try:
        with transaction.atomic():
            if found is None:
                last = ValueList.objects.aggregate(last=Max("position"))["last"] or 0
                key = slugify(name).replace("-", "_")[:60] or f"list_{last + 1}"
                return ValueList.objects.create(
                    key=key, name=name, values=kept, controls=controls, position=last + 1
                )
            ValueList.objects.filter(pk=found.pk).update(name=name, values=kept, controls=controls)
    except IntegrityError:
        raise NameTaken from None
    found.refresh_from_db()
    return found


def read(title: str) -> Read:
    """The seniority and department that the table of today reads out of a title."""
    return read_all({title})[title]


def read_all(titles: Collection[str]) -> dict[str, Read]:
    """What the table of today reads out of each title; two statements."""
    frozen = lists.current()
    parameters = rule_sql.Parameters()
    joined = rule_sql.title_join(frozen, parameters, titles="SELECT unnest(%(titles)s::text[])")
    with connection.cursor() as cursor:
        cursor.execute(
            f"""SELECT l.title, t.seniority, t.department
                  FROM unnest(%(titles)s::text[]) AS l(title) {joined}""",
            {**parameters, "titles": sorted(titles)},
        )
        rows = cursor.fetchall()
    names = {level.key: level.name for level in (*frozen.seniority, *frozen.department)}
    return {
        title: Read(names.get(seniority, ""), names.get(department, ""))
        for title, seniority, department in rows
    }
