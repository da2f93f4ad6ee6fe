"""Nobody adds a table or a column without saying how it forgets a person."""

from typing import Any

import pytest
from django.apps import apps

from leadhub import personal
from leads.privacy import registry

OURS = {"accounts", "leads", "scoring", "handoff", "qualification", "insights", "leadhub"}


def test_every_table_and_column_says_how_it_forgets() -> None:
    assert registry.undeclared(OURS) == [], "Add a line to leadhub/personal.py for each of these."


def test_what_is_declared_exists() -> None:
    for name, table in personal.TABLES.items():
        columns = {field.name for field in apps.get_model(name)._meta.get_fields()}
        assert table.declared - {"*"} <= columns, name


def test_a_column_that_nobody_declared_is_named(monkeypatch: Any) -> None:
    monkeypatch.setitem(registry._tables, "handoff.Touch", registry.Table("Touches", "lead"))
    monkeypatch.delitem(registry._tables, "leads.LeadChange")
    missing = registry.undeclared(OURS)
    assert {"handoff.Touch.note", "handoff.Touch.kind", "leads.LeadChange"} <= set(missing)


@pytest.mark.django_db
def test_every_table_about_a_person_can_be_asked_for_one() -> None:
    for model, table in registry.personal():
        assert registry.rows_of(model, table, [0]).count() == 0
        shown = table.shows.split()
        assert not list(registry.rows_of(model, table, [0]).values(*shown)), table.label
