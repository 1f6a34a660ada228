"""Tables are changed while people work: short locks, indexes made beside, and again when it was broken off."""

import pytest
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from youlin.kernel import migrating

pytestmark = pytest.mark.django_db(transaction=True)

NAME = "made_beside"


def made() -> list[bool]:
    """Whether the index is there, and whether it can be used."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT indisvalid FROM pg_index JOIN pg_class ON oid = indexrelid WHERE relname = %s", [NAME]
            )
        else:
            cursor.execute("SELECT 1 FROM sqlite_master WHERE name = %s", [NAME])
        return [bool(row[0]) for row in cursor.fetchall()]


@pytest.fixture
def make():
    """Makes the index beside."""
    before = MigrationLoader(connection).project_state()
    adding = migrating.AddIndexBeside(
        "idempotencyrecord", models.Index(fields=["district", "created_at"], name=NAME)
    )
    after = before.clone()
    adding.state_forwards("kernel", after)

    def run(*, atomic: bool = False) -> None:
        with connection.schema_editor(atomic=atomic) as editor:
            adding.database_forwards("kernel", editor, before, after)

    def take_away() -> None:
        removing = migrating.RemoveIndexBeside("idempotencyrecord", NAME)
        gone = after.clone()
        removing.state_forwards("kernel", gone)
        with connection.schema_editor(atomic=False) as editor:
            removing.database_forwards("kernel", editor, after, gone)

    run.undone = take_away
    yield run
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX IF EXISTS {NAME}")


def test_an_index_is_made_once_however_often_it_is_asked_for(make):
    make()
    make()
    assert made() == [True]


def test_an_index_is_taken_away_once_however_often_that_is_asked_for(make):
    make()
    make.undone()
    make.undone()
    assert made() == []
