"""Refuse migrations that a process of the version before could not live beside: what is new since a release.

`.venv/bin/python scripts/safe_migrations.py`; part of `make check`. `scripts/released_migrations.txt` names the
released version and the last migration of each app in it (`--release` writes it anew, when a version is released).
Everything after is turned into PostgreSQL's SQL, without a server, and held against the rules of
docs/operator/upgrade.md. Exit code 1 when one is broken.
"""

import argparse
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")

from django.db.backends.base.base import BaseDatabaseWrapper  # noqa: E402
from django.db.migrations import Migration, RunPython, RunSQL  # noqa: E402
from django.db.migrations.loader import MigrationLoader  # noqa: E402
from django.db.migrations.state import ProjectState  # noqa: E402

RELEASED = Path(__file__).with_name("released_migrations.txt")
OURS = "youlin."
LONG_LOCKS = {"DROP_INDEX", "REINDEX"}
"""What the linter only warns of: whoever writes waits until it is done."""
MADE = re.compile(r'CREATE TABLE "(\w+)"')
CHANGED = re.compile(r'ALTER TABLE "(\w+)"')
INDEXED = re.compile(r'CREATE (?:UNIQUE )?INDEX "(\w+)" ON "(\w+)"')
DROPPED = re.compile(r'DROP INDEX (?:IF EXISTS )?"(\w+)"')
OLDEST = 150_000
"""The oldest PostgreSQL that is supported."""


def lines_of(path: Path = RELEASED) -> dict[str, str]:
    """What the list says, without its comment."""
    lines = [line.split("#")[0].split() for line in path.read_text().splitlines()]
    return {word: said for word, said in filter(None, lines)}


def version() -> str:
    """The released version, as git knows it."""
    return lines_of()["version"]


def released() -> set[tuple[str, str]]:
    """The last migration of each app that a release has."""
    return {(app, name) for app, name in lines_of().items() if app != "version"}


def offline() -> BaseDatabaseWrapper:
    """A PostgreSQL that writes SQL down and is never connected to."""
    import psycopg.sql
    from django.db.backends.postgresql.base import DatabaseWrapper
    from django.db.utils import ConnectionHandler

    handler = ConnectionHandler({"default": {"ENGINE": "django.db.backends.postgresql", "NAME": "nowhere"}})
    connection = DatabaseWrapper(handler.settings["default"], "default")
    connection.__dict__["pg_version"] = OLDEST
    connection.ops.compose_sql = lambda sql, values: (
        sql % tuple(psycopg.sql.Literal(value).as_string() for value in values or ())
    )
    return connection


def ours(loader: MigrationLoader) -> set[tuple[str, str]]:
    """Every migration of this project."""
    return {key for key, one in loader.disk_migrations.items() if type(one).__module__.startswith(OURS)}


def new_ones(loader: MigrationLoader, base: set[tuple[str, str]]) -> list[tuple[str, str]]:
    """What no release has, in the order in which it runs."""
    known = {key for leaf in base for key in loader.graph.forwards_plan(leaf) if key[0] == leaf[0]}
    mine, order = ours(loader) - known, []
    for leaf in sorted(loader.graph.leaf_nodes()):
        order += [key for key in loader.graph.forwards_plan(leaf) if key in mine and key not in order]
    return order


def broken_rules(
    migration: Migration, before: ProjectState, unreleased: dict[str, str] | None = None
) -> Iterator[str]:
    """What is wrong with it, in words; `before` becomes the state after it. Nobody uses tables that no release has:
    `unreleased` names them, and their indexes with the table of each, and learns those that are made here."""
    from django_migration_linter.sql_analyser import analyse_sql_statements
    from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

    connection = offline()
    with connection.schema_editor(collect_sql=True, atomic=False) as editor:
        editor.atomic_migration = True  # no transaction is begun: there is nothing to begin it in
        migration.apply(before, editor, collect_sql=True)
        editor.atomic_migration = False
    collected = [line for line in editor.collected_sql if not line.startswith("--")]
    unreleased = {} if unreleased is None else unreleased
    unreleased |= {table: table for line in collected for table in MADE.findall(line)}
    fresh = {name for name, table in unreleased.items() if name == table}
    unreleased |= {
        index: table for line in collected for index, table in INDEXED.findall(line) if table in fresh
    }
    old = [line for line in collected if not _touches(line, unreleased)]
    statements = ["BEGIN;", *old, "COMMIT;"] if migration.atomic else old
    errors, _ignored, warnings = analyse_sql_statements(PostgresqlAnalyser, statements)
    for issue in (*errors, *(one for one in warnings if one.code in LONG_LOCKS)):
        yield f"{issue.message} ({issue.code})"
    for table in sorted({table for line in collected for _index, table in INDEXED.findall(line)} - fresh):
        yield f"whoever writes into {table} waits until an index is made: AddIndexBeside"
    if migration.atomic and any("CONCURRENTLY" in line for line in collected):
        yield "an index cannot be made CONCURRENTLY in a transaction: atomic = False"
    rows = [one for one in migration.operations if isinstance(one, RunPython | RunSQL)]
    if rows and migration.atomic and not fresh:  # who fills a table that is new holds nobody up
        yield "rows are changed in one transaction: atomic = False, and small steps"


def _touches(line: str, unreleased: dict[str, str]) -> bool:
    """Whether a statement changes or indexes a table, or drops an index, that no release has."""
    named = [
        *CHANGED.findall(line),
        *(table for _index, table in INDEXED.findall(line)),
        *DROPPED.findall(line),
    ]
    return bool(named) and named[0] in unreleased


def findings(loader: MigrationLoader, base: set[tuple[str, str]]) -> list[str]:
    """Every rule that a migration after `base` breaks."""
    found: list[str] = []
    unreleased: dict[str, str] = {}
    for key in new_ones(loader, base):
        state = loader.project_state(key, at_end=False)
        migration = loader.graph.nodes[key]
        found += [f"{key[0]} {key[1]}: {words}" for words in broken_rules(migration, state, unreleased)]
    return found


def release(loader: MigrationLoader) -> None:
    """Name what stands now as released."""
    apps = {app for app, _name in ours(loader)}
    lines = [f"{app} {name}" for app, name in sorted(loader.graph.leaf_nodes()) if app in apps]
    head = RELEASED.read_text().splitlines()[0]
    ref = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    RELEASED.write_text("\n".join([head, f"version {ref.stdout.strip()}", *lines, ""]))


def main() -> int:
    """Check; tell; answer with 1 when a rule is broken."""
    options = argparse.ArgumentParser()
    options.add_argument("--release", action="store_true", help="name what stands now as released")
    asked = options.parse_args()
    import django

    django.setup()
    loader = MigrationLoader(None)
    if asked.release:
        release(loader)
        return 0
    base = released()
    found = findings(loader, base)
    for line in found:
        print(f"✗ {line}", file=sys.stderr)
    if found:
        print("  → docs/operator/upgrade.md says how to do it in steps", file=sys.stderr)
        return 1
    print(f"{len(new_ones(loader, base))} new migrations: a process of the version before lives beside each")
    return 0


if __name__ == "__main__":
    sys.exit(main())
