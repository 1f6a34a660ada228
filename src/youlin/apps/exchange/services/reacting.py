"""What this app does when something is journalled: forward by a programme's rule, wake the deliverer of events."""

from collections.abc import Sequence
from typing import Any

from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from youlin.apps.exchange.models import Subscription
from youlin.apps.exchange.services import delivering
from youlin.apps.exchange.services.forwarding import forward as forward_case
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict
from youlin.kernel.journal import JournalEntry


def forward(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """Forward the cases to `to` (a system's code), as `service` or as the system's table says.

    A case that was closed meanwhile, or is confidential, stays. A system that is not there fails, and is seen.
    """
    for entry in entries:
        if entry.subject_kind == "cases.case":
            _forward(entry, params)


def _forward(entry: JournalEntry, params: dict[str, Any]) -> None:
    try:
        forward_case(
            actor=SYSTEM,
            district=entry.district,
            case_id=entry.subject_id,
            system=str(params.get("to", "")),
            service=str(params.get("service", "")),
        )
    except Conflict:
        return


def wake(entries: Sequence[JournalEntry], params: dict[str, Any]) -> None:
    """Have events delivered soon: one task for any number of entries, none where nobody has subscribed."""
    if not Subscription.objects.filter(district=entries[0].district, state="active").exists():
        return
    ready = DBTaskResult.objects.filter(
        status=TaskResultStatus.READY, task_path=delivering.deliver_events.module_path
    )
    if not ready.exists():
        delivering.deliver_events.enqueue()
