"""Tables that are made at once."""

import pytest
from django.db import connection, models
from django.db.migrations.operations import CreateModel
from django.db.migrations.state import ProjectState

from accounts.tables import CreateTables

ID = ("id", models.BigAutoField(primary_key=True))


@pytest.fixture
def shelves() -> CreateTables:
    """A table, and one that refers to it."""
    shelf = models.ForeignKey("accounts.shelf", models.CASCADE)
    return CreateTables([CreateModel("Shelf", [ID]), CreateModel("Book", [ID, ("shelf", shelf)])])


def test_tables_that_refer_to_one_another_are_made_and_dropped(
    db: None, shelves: CreateTables
) -> None:
    before, after = ProjectState(), ProjectState()
    shelves.state_forwards("accounts", after)
    with connection.schema_editor() as editor:
        shelves.database_forwards("accounts", editor, before, after)
    assert {"accounts_shelf", "accounts_book"} <= set(connection.introspection.table_names())
    with connection.schema_editor() as editor:
        shelves.database_backwards("accounts", editor, after, before)
    assert not {"accounts_shelf", "accounts_book"} & set(connection.introspection.table_names())


def test_their_models_are_rendered_once(
    shelves: CreateTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = ProjectState()
    assert not list(known.apps.get_models())
    again: list[str] = []
    monkeypatch.setattr(
        ProjectState, "reload_model", lambda _state, _app, model: again.append(model)
    )
    shelves.state_forwards("accounts", known)
    assert not again
    assert {model.__name__ for model in known.apps.get_models()} == {"Shelf", "Book"}
