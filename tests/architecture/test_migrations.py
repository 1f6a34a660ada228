"""What `make check` refuses: migrations that the version before could not live beside. No database is needed."""

import importlib.util
from pathlib import Path

import pytest
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader

from youlin.kernel.migrating import AddIndexBeside, RemoveIndexBeside

ROOT = Path(__file__).resolve().parents[2]
INDEX = models.Index(fields=["district", "created_at"], name="new_index")


def loaded():
    spec = importlib.util.spec_from_file_location("safe_migrations", ROOT / "scripts" / "safe_migrations.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


safe = loaded()


@pytest.fixture(scope="module")
def loader():
    return MigrationLoader(None)


def field(**given):
    return migrations.AddField("mediafile", "added", models.CharField(max_length=8, **given))


def nothing(apps, schema_editor):
    """A step over rows."""


UNSAFE = {
    "a column without a default in the database": (field(default=""), True),
    "a column that goes": (migrations.RemoveField("mediafile", "sha256"), True),
    "a column under another name": (migrations.RenameField("mediafile", "sha256", "digest"), True),
    "a table that goes": (migrations.DeleteModel("mediafile"), True),
    "a column made obligatory": (
        migrations.AlterField("mediafile", "width", models.PositiveIntegerField()),
        True,
    ),
    "an index that stops everybody who writes": (migrations.AddIndex("mediafile", INDEX), True),
    "an index taken away while everybody waits": (
        migrations.RemoveIndex("mediafile", "media_by_state"),
        True,
    ),
    "a unique constraint on rows that are there": (
        migrations.AddConstraint(
            "mediafile", models.UniqueConstraint(fields=["district", "sha256"], name="new_once")
        ),
        True,
    ),
    "an index made beside in a transaction": (AddIndexConcurrently("mediafile", INDEX), True),
    "a column with an index of its own": (
        migrations.AddField("mediafile", "added", models.CharField(max_length=8, null=True, db_index=True)),
        True,
    ),
    "rows changed in one transaction": (migrations.RunPython(nothing), True),
}
SAFE = {
    "a column that may be empty": (field(null=True), True),
    "a column with a default in the database": (field(default="", db_default=""), True),
    "an index made beside": (AddIndexBeside("mediafile", INDEX), False),
    "an index taken away beside": (RemoveIndexBeside("mediafile", "media_by_state"), False),
    "an index as Django makes it beside": (AddIndexConcurrently("mediafile", INDEX), False),
    "a new table": (
        migrations.CreateModel(
            "Fresh",
            [("id", models.BigAutoField(primary_key=True)), ("district", models.CharField(max_length=12))],
            options={"indexes": [models.Index(fields=["district"], name="fresh_district")]},
        ),
        True,
    ),
    "rows changed in small steps": (migrations.RunPython(nothing), False),
}


def found(loader, operation, atomic):
    made = migrations.Migration("9999_new", "kernel")
    made.operations, made.atomic = [operation], atomic
    return list(safe.broken_rules(made, loader.project_state()))


@pytest.mark.parametrize("case", UNSAFE)
def test_what_the_version_before_could_not_live_beside_is_refused(loader, case):
    assert found(loader, *UNSAFE[case])


@pytest.mark.parametrize("case", SAFE)
def test_what_it_can_live_beside_passes(loader, case):
    assert found(loader, *SAFE[case]) == []


def test_every_new_migration_passes_and_those_of_a_release_are_left_alone(loader):
    base = safe.released()
    assert {app for app, _name in base} <= {app for app, _name in safe.ours(loader)}
    assert safe.findings(loader, base) == []
    assert not set(safe.new_ones(loader, base)) & base
    everything = safe.new_ones(loader, set())
    assert set(everything) == safe.ours(loader)
    assert everything.index(("cases", "0006_photos_to_examine")) < everything.index(
        ("cases", "0007_repeats_and_places_of_open_cases")
    )


def test_a_released_migration_that_is_not_there_is_an_error(loader):
    with pytest.raises(Exception, match="0099_gone"):
        safe.new_ones(loader, {("cases", "0099_gone")})


def test_tables_that_no_release_has_may_be_changed_by_the_next_migration(loader):
    """Their indexes, too; and a table that a release has is held to the rules all the same."""
    make, _atomic = SAFE["a new table"]
    change = [
        migrations.RemoveIndex("fresh", "fresh_district"),
        migrations.AddField("fresh", "name", models.CharField(max_length=8, default="")),
        migrations.AddIndex("fresh", models.Index(fields=["name"], name="fresh_name")),
    ]
    held, _atomic = UNSAFE["an index that stops everybody who writes"]
    unreleased: dict[str, str] = {}
    state = loader.project_state(("kernel", "0004_backup_runs"))
    told = []
    for number, operations in enumerate(([make], change, [held])):
        one = migrations.Migration(f"99{number}_it", "kernel")
        one.operations = operations
        told.append(list(safe.broken_rules(one, state, unreleased)))
    assert told[:2] == [[], []] and told[2]
