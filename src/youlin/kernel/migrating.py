"""Changing the tables while people work on them: short locks, indexes made beside, one migration at a time.

Django's `migrate` runs within `careful()` here, whoever calls it (`youlin run`, a restore, a developer).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, cast

from django.db import NotSupportedError, OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex, RemoveIndex
from django.db.migrations.state import ProjectState

LOCK_WITHIN = timedelta(seconds=3)
"""A migration that has to wait longer for a table gives way to those who stand behind it, and tries again."""
TRIES = 20
PAUSE = 1.0
_ONE_AT_A_TIME = 8_117_300_311
"""The number of the advisory lock that says: somebody migrates."""
_NO_LOCK = "55P03"


class AddIndexBeside(AddIndex):
    """An index on a table that is in use. On PostgreSQL nobody who writes waits for it (`CONCURRENTLY`).

    Needs `atomic = False` in its migration. May be run again when it was broken off: an index that is there is
    kept, one that was left half-made is made anew.
    """

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = _table(self, to_state, app_label, schema_editor)
        if model is None or (not schema_editor.collect_sql and self._is_made(schema_editor.connection)):
            return
        with _beside(schema_editor) as how:
            cast(Any, schema_editor).add_index(model, self.index, **how)

    def _is_made(self, connection: BaseDatabaseWrapper) -> bool:
        name = self.index.name
        if _standing(connection, name) is False:
            with connection.cursor() as cursor:
                cursor.execute(f'DROP INDEX CONCURRENTLY "{name}"')
        return bool(_standing(connection, name))


class RemoveIndexBeside(RemoveIndex):
    """Take an index away from a table that is in use: on PostgreSQL nobody waits for it (`CONCURRENTLY`).

    Needs `atomic = False` in its migration; may be run again when it was broken off.
    """

    atomic = False

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = _table(self, from_state, app_label, schema_editor)
        gone = not schema_editor.collect_sql and _standing(schema_editor.connection, self.name) is None
        if model is None or gone:
            return
        index = from_state.models[app_label, self.model_name_lower].get_index_by_name(self.name)
        with _beside(schema_editor) as how:
            cast(Any, schema_editor).remove_index(model, index, **how)


def _table(
    operation: AddIndex | RemoveIndex,
    state: ProjectState,
    app_label: str,
    schema_editor: BaseDatabaseSchemaEditor,
) -> Any | None:
    """The model whose index it is; None where another database has its table. Raises `NotSupportedError` in a
    transaction, where PostgreSQL makes and drops no index beside."""
    connection = schema_editor.connection
    model = cast(Any, state.apps.get_model(app_label, operation.model_name))
    if not operation.allow_migrate_model(connection.alias, model):
        return None
    if connection.vendor == "postgresql" and connection.in_atomic_block:
        raise NotSupportedError(f"{type(operation).__name__} needs atomic = False in its migration")
    return model


@contextmanager
def _beside(schema_editor: BaseDatabaseSchemaEditor) -> Iterator[dict[str, bool]]:
    """How the editor is asked, patiently, not to hold up who writes."""
    connection = schema_editor.connection
    with patient(connection, schema_editor.collect_sql):
        yield {"concurrently": True} if connection.vendor == "postgresql" else {}


def _standing(connection: BaseDatabaseWrapper, name: str) -> bool | None:
    """Whether the index of that name can be used; None when there is none."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", [f'"{name}"']
            )
        else:
            cursor.execute("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = %s", [name])
        found = cursor.fetchone()
        return bool(found[0]) if found else None


@contextmanager
def patient(connection: BaseDatabaseWrapper, collect_sql: bool = False) -> Iterator[None]:
    """Without `lock_timeout`: whoever makes an index `CONCURRENTLY` holds nobody up while they wait."""
    if connection.vendor != "postgresql" or collect_sql:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()[0]
        cursor.execute("SET lock_timeout = 0")
        try:
            yield
        finally:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])


def careful(connection: BaseDatabaseWrapper, migrate: Callable[[], None]) -> None:
    """Migrate with short locks, tried again when a table was not to be had; one process at a time on PostgreSQL.

    Raises `OperationalError` when a table was not to be had in all that time; migrating again goes on there.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        migrate()
        return
    with _alone(connection), connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()[0]
        within = f"{int(LOCK_WITHIN.total_seconds() * 1000)}ms"
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [within])
        try:
            _until_locked(migrate)
        finally:
            cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])


def _until_locked(migrate: Callable[[], None]) -> None:
    for last in (*[False] * (TRIES - 1), True):
        try:
            migrate()
            return
        except OperationalError as error:
            if last or getattr(error.__cause__, "sqlstate", "") != _NO_LOCK:
                raise
            time.sleep(PAUSE)


@contextmanager
def _alone(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Asked for again and again rather than waited for: who waits within a statement keeps indexes from being made."""
    with connection.cursor() as cursor:
        while True:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_ONE_AT_A_TIME])
            if cursor.fetchone()[0]:
                break
            time.sleep(PAUSE)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_ONE_AT_A_TIME])
