"""What came of a run: counts while it goes on, every case when it is over, and until when it can be taken back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from youlin.apps.cases import permission
from youlin.apps.cases.lists import owners
from youlin.apps.cases.lists.bulk import rules
from youlin.apps.cases.models import BulkItem, BulkRun
from youlin.apps.duties import selectors as duties
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound

RECENT = 20
KEPT_DAYS = 90


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run in words. `undo_until` is there while it can still be taken back; `can_undo` counts its cases."""

    id: UUID
    name: str
    at: datetime
    total: int
    done: int
    refused: int
    running: bool
    is_undo: bool
    can_undo: int = 0
    undo_until: datetime | None = None
    undone_by: UUID | None = None
    undoes: UUID | None = None

    @property
    def finished(self) -> int:
        return self.done + self.refused

    @property
    def percent(self) -> int:
        return 100 * self.finished // self.total if self.total else 100


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One case of a run."""

    number: str
    title: str
    state: str
    problem: str


def bulk_run(actor: Actor, run_id: UUID) -> RunRow:
    """One's own run. Raises `NotFound`."""
    run = _runs(actor).filter(id=run_id).first()
    if run is None:
        raise NotFound(_("没有这次批量办理"))
    return _row(run)


def bulk_runs(actor: Actor) -> tuple[RunRow, ...]:
    """One's latest runs, the newest first; two queries for each."""
    return tuple(_row(run) for run in _runs(actor).order_by("-created_at")[:RECENT])


def bulk_items(actor: Actor, run_id: UUID) -> tuple[ItemRow, ...]:
    """The cases of one's run: refused ones first, as far as one may still know them."""
    run = _runs(actor).filter(id=run_id).first()
    if run is None:
        raise NotFound(_("没有这次批量办理"))
    access = permission.access(actor)
    items = BulkItem.objects.filter(district=run.district, run=run).select_related("case")
    known = [item for item in items.order_by("-state", "position") if permission.may_know(access, item.case)]
    return tuple(ItemRow(one.case.number, one.case.title, one.state, one.problem) for one in known)


def forget_before(before: datetime) -> int:
    """Delete runs older than a moment; the cases and the journal keep what was done."""
    rows = BulkRun.objects.filter(district__in=duties.all_districts(), created_at__lt=before)
    return rows.delete()[0]


def _runs(actor: Actor) -> QuerySet[BulkRun]:
    districts = owners.districts(permission.access(actor))
    return BulkRun.objects.filter(district__in=districts, person_id=owners.person_of(actor))


def _row(run: BulkRun) -> RunRow:
    items = BulkItem.objects.filter(district=run.district, run=run)
    by_state = {row["state"]: row["n"] for row in items.values("state").annotate(n=Count("pk")).order_by()}
    done = by_state.get(BulkItem.State.DONE, 0)
    later = BulkRun.objects.filter(district=run.district, undoes=run).values_list("id", flat=True).first()
    until = run.finished_at + rules.UNDO_FOR if run.finished_at else None
    may = run.undoes_id is None and later is None and until is not None and clock.now() <= until
    return RunRow(
        id=run.id,
        name=run.act_name,
        at=run.created_at,
        total=run.total,
        done=done,
        refused=by_state.get(BulkItem.State.REFUSED, 0),
        running=run.state == BulkRun.State.RUNNING,
        is_undo=run.undoes_id is not None,
        can_undo=items.filter(state=BulkItem.State.DONE).exclude(before={}).count() if may else 0,
        undo_until=until if may else None,
        undone_by=later,
        undoes=run.undoes_id,
    )
