"""A file of requests as its mapping says it is written: the columns it must have, and its rows."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from youlin.apps.cases.imports.mapping import Mapping, Moment
from youlin.kernel import tables
from youlin.kernel.errors import Invalid
from youlin.kernel.tables import Form, Row, digest

__all__ = ["Row", "check", "digest", "rows"]


def check(path: Path, mapping: Mapping) -> list[str]:
    """The file's columns; raises `Invalid` where it cannot be read or lacks a column of the mapping."""
    present = tables.columns(path, _form(mapping))
    missing = {key: name for key, name in mapping.columns.named().items() if name not in present}
    if missing:
        named = "、".join(f"{key}: {name}" for key, name in missing.items())
        raise Invalid(
            _("文件里没有对应文件写的列：%(named)s。") % {"named": named},
            field=path.name,
            remedy=_("文件里的列有：%(columns)s。") % {"columns": "、".join(present)},
        )
    return present


def rows(path: Path, mapping: Mapping) -> Iterator[tuple[int, Row]]:
    """Each row with its number, from 1 after the header. Empty cells are empty text."""
    return tables.rows(path, _form(mapping))


def _form(mapping: Mapping) -> Form:
    moments = [getattr(mapping.columns, name) for name in type(mapping.columns).model_fields]
    return Form(
        encoding=mapping.file.encoding,
        delimiter=mapping.file.delimiter,
        sheet=mapping.file.sheet,
        dates={moment.column: moment.format for moment in moments if isinstance(moment, Moment)},
    )
