"""Filters as JSON, so that a job can ask later what a list asks now."""

from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

from youlin.apps.cases.selectors.rows import CaseFilters

_DATES = frozenset({"reported_from", "reported_to"})
_KNOWN = {field.name: field.default for field in fields(CaseFilters)}


def as_json(filters: CaseFilters) -> dict[str, Any]:
    """What differs from a list without filters."""
    given = {name: getattr(filters, name) for name in _KNOWN}
    return {name: _plain(value) for name, value in given.items() if value != _KNOWN[name]}


def from_json(stored: dict[str, Any]) -> CaseFilters:
    """The filters of `as_json`; what this version does not know is left out."""
    return CaseFilters(**{name: _typed(name, value) for name, value in stored.items() if name in _KNOWN})


def _plain(value: Any) -> Any:
    if isinstance(value, UUID | date):
        return str(value)
    return list(value) if isinstance(value, tuple) else value


def _typed(name: str, value: Any) -> Any:
    if value is not None and name in _DATES:
        return date.fromisoformat(value)
    if value is not None and name == "holder":
        return UUID(value)
    return tuple(value) if isinstance(value, list) else value
