"""People are called because something was journalled: an alert, a case of a sort. Declared by programmes."""

import logging
from collections.abc import Sequence
from typing import Any

from youlin.apps.cases.models import Case
from youlin.apps.responders.services import calling
from youlin.kernel import jobs, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import YoulinError
from youlin.kernel.journal import JournalEntry

ACTION = "responders.call_out"
_log = logging.getLogger(__name__)


def register() -> None:
    """Tell the kernel: `do: responders.call_out` with `task`, `what`, and `wanted`, `emergency`, `why` if need be."""
    reactions.register_action(ACTION, call_out)


def call_out(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """Call people for the cases that entries are about; one job for all of them."""
    found = [
        [str(entry.id), str(entry.subject_id)] for entry in entries if entry.subject_kind == "cases.case"
    ]
    if found:
        call_for_cases.enqueue(district=entries[0].district, found=found, params=params)


@jobs.job(name="responders.react", attempts=5)
def call_for_cases(*, district: str, found: list[list[str]], params: dict[str, Any]) -> None:
    """A call-out for each case, once for an entry. What cannot be called (at night, no place) is left to people."""
    for entry, case_id in found:
        number = Case.objects.filter(district=district, id=case_id).values_list("number", flat=True).first()
        try:
            calling.call_out(
                actor=SYSTEM,
                district=district,
                call_for=calling.CallFor(
                    kind=str(params.get("task", "")),
                    what=str(params.get("what", "")),
                    wanted=int(params.get("wanted", 1)),
                    emergency=bool(params.get("emergency", False)),
                    why=str(params.get("why", "")),
                    case=number or "",
                ),
                idempotency_key=f"reaction:{entry}",
            )
        except YoulinError as error:
            _log.warning("nobody was called for a case: %s", error.message)
