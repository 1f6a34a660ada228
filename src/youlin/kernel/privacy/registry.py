"""Who knows something of a person: every app says how to export, erase and outdate what it keeps."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from youlin.kernel.actors import Actor

Exporter = Callable[[UUID], dict[str, Any]]
Eraser = Callable[[UUID, Actor], object]


@dataclass(frozen=True)
class RetentionRule:
    """How long one kind of record is kept. `expire` deletes or blanks what is older; how many."""

    name: str
    kind: str
    default_days: int
    expire: Callable[[datetime], int]

    @property
    def days(self) -> int:
        """Days to keep, from `settings.RETENTION_DAYS` where the operator has set them for this rule."""
        chosen: dict[str, int] = getattr(settings, "RETENTION_DAYS", {})
        return int(chosen.get(self.name, self.default_days))


_exporters: dict[str, Exporter] = {}
_erasers: dict[str, Eraser] = {}
_rules: dict[str, RetentionRule] = {}


def register_exporter(name: str, export: Exporter) -> None:
    """`export(person_id)` gives what an app knows of a person, ready for JSON, empty when nothing."""
    _exporters[name] = export


def register_eraser(name: str, erase: Eraser) -> None:
    """`erase(person_id, actor)` removes or blanks it, in the caller's transaction. Doing it twice is harmless."""
    _erasers[name] = erase


def register_retention(name: str, kind: str, days: int, expire: Callable[[datetime], int]) -> None:
    """`expire(before)` outdates records of `kind` older than that moment; run every night."""
    _rules[name] = RetentionRule(name, kind, days, expire)


def exporters() -> dict[str, Exporter]:
    """All, by name, in order."""
    return dict(sorted(_exporters.items()))


def erasers() -> dict[str, Eraser]:
    """All, by name, in order."""
    return dict(sorted(_erasers.items()))


def retention_rules() -> list[RetentionRule]:
    """All, by name, in order."""
    return [rule for _name, rule in sorted(_rules.items())]
