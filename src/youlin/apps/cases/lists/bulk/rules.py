"""Which acts are done on many cases, which of them can be taken back, and what the cases were before. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_datetime

from youlin.apps.cases import workflow
from youlin.apps.cases.models import Case, CaseClock

MOST = 1000
"""How many cases one run has at most."""
AT_ONCE = 20
"""Runs up to this size are done while the person waits; larger ones by a job."""
UNDO_FOR = timedelta(minutes=15)
"""How long a run can be taken back."""

REVERSIBLE = frozenset({"cases.filed", "cases.dispatched", "cases.transferred", "cases.recategorised"})
"""Journal acts with an inverse: whose turn it is, in which open state, under which category. Whatever speaks to
the petitioner (answering, closing, voiding, merging) has none."""

_PLAIN = ("state", "is_open", "outcome", "category", "holder_duty", "sent_back", "reworked", "escalation")
_IDS = ("holder_id", "handler_id", "lead_unit_id")
_TIMES = ("filed_at", "dispatched_at", "handled_at", "verified_at")


def for_many(act: workflow.Act) -> bool:
    """Whether the act can be asked once for many cases: no photo of each, no question that each answers alone."""
    asks_each = act.photos or any(field.required for field in act.fields)
    return act.role in ("", "duplicate") and act.actor != "reporter" and not asks_each


def can_undo(table: workflow.Workflow, act: workflow.Act, state: str) -> bool:
    """Whether the act, done in `state`, can be taken back as long as nothing else has happened."""
    return (
        act.journal_act in REVERSIBLE
        and not act.role
        and table.state(state).open
        and table.state(act.target(state)).open
    )


def snapshot(case: Case, running: Iterable[CaseClock]) -> dict[str, Any]:
    """What an undo needs to put back: ids, codes and times, no name and no text."""
    times = {name: getattr(case, name) for name in _TIMES}
    return {
        **{name: getattr(case, name) for name in _PLAIN},
        **{name: str(value) if (value := getattr(case, name)) else None for name in _IDS},
        **{name: value.isoformat() if value else None for name, value in times.items()},
        "clocks": [str(clock.id) for clock in running],
    }


def put_back(case: Case, before: Mapping[str, Any]) -> None:
    """The case in memory as it was."""
    for name in _PLAIN:
        setattr(case, name, before[name])
    for name in _IDS:
        setattr(case, name, UUID(before[name]) if before[name] else None)
    for name in _TIMES:
        setattr(case, name, _time(before[name]))


def _time(text: str | None) -> datetime | None:
    return parse_datetime(text) if text else None
