"""The looks: each says how one part stands, in words, with figures and what to do."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import DatabaseError
from django.utils.functional import Promise
from django.utils.translation import gettext as _

log = logging.getLogger(__name__)

State = Literal["ok", "soon", "late"]
"""Well; well, but look at it in the next days; not well."""


@dataclass(frozen=True)
class Detail:
    """One thing below a finding: what hangs, the last error, since when; `retry` names the button's address."""

    title: str
    text: str = ""
    at: datetime | None = None
    id: UUID | None = None
    retry: Literal["", "reaction", "job"] = ""


@dataclass(frozen=True)
class Finding:
    """One part as it stands. `remedy` says what to do; `figures` are numbers for machines, by plain name."""

    name: str
    title: str | Promise
    state: State
    seen: str
    remedy: str = ""
    figures: dict[str, float] = field(default_factory=dict)
    details: Sequence[Detail] = ()

    @property
    def well(self) -> bool:
        """Whether nothing has to be done now."""
        return self.state != "late"


Look = Callable[[], Finding]
_looks: dict[str, tuple[str | Promise, Look]] = {}


def register(name: str, title: str | Promise, look: Look) -> None:
    """Add a look under `name` (a word that metrics can carry); the order of registering is the page's."""
    _looks[name] = (title, look)


def findings() -> list[Finding]:
    """Every part as it stands now; a look that fails is itself a finding."""
    return [_looked(name, title, look) for name, (title, look) in _looks.items()]


def _looked(name: str, title: str | Promise, look: Look) -> Finding:
    try:
        return look()
    except DatabaseError as error:
        seen = _("数据库没有回答（%(kind)s）") % {"kind": type(error).__name__}
        return Finding(name, title, "late", seen, _("请先恢复数据库"))
    except Exception as error:
        log.exception("the look %s failed", name)
        return Finding(name, title, "late", type(error).__name__, _("请看日志"))
