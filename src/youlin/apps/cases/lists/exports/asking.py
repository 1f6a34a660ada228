"""Asking for an export, fetching it, and letting go of it when its time is over."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import IO, Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from youlin.apps.cases import permission
from youlin.apps.cases.lists import owners, stored
from youlin.apps.cases.lists.exports import making
from youlin.apps.cases.lists.exports.columns import COLUMNS, UNMASK
from youlin.apps.cases.models import ExportRun
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.duties import selectors as duties
from youlin.kernel import clock, journal, privacy
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.idempotency import once
from youlin.kernel.privacy.unmasking import checked_reason

AT_A_TIME = 3
"""Exports of one person that may be in the making at once."""
RECENT = 20
FORMATS = ("csv", "xlsx")


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export in words."""

    id: UUID
    format: str
    at: datetime
    state: str
    state_name: str
    total: int
    done: int
    size: int
    full: bool
    problem: str
    expires_at: datetime | None

    @property
    def percent(self) -> int:
        return min(100, 100 * self.done // self.total) if self.total else 0

    @property
    def going_on(self) -> bool:
        return self.state in (ExportRun.State.WAITING, ExportRun.State.RUNNING)


@transaction.atomic
def ask_export(
    *,
    actor: Actor,
    filters: CaseFilters,
    numbers: Sequence[str] = (),
    columns: Sequence[str],
    format: str,
    bom: bool = True,
    reason: str = "",
    idempotency_key: str,
) -> ExportRun:
    """Have a table made of the cases of a list (or of the chosen ones) that the actor may know.

    With a `reason` contacts are shown in full where the actor holds `person.unmask`; the reason is journalled.
    Raises `Invalid` for no or unknown columns, `NotAllowed`, `Conflict` while too many are in the making.
    """
    access = permission.access(actor)
    district, person_id = owners.home(access), owners.person_of(actor)
    chosen = [name for name in COLUMNS if name in set(columns)]
    _check(access, chosen, columns, format)
    why = _reason(access, chosen, reason)
    payload = {
        "filters": stored.as_json(replace(filters, district=filters.district or actor.district)),
        "numbers": list(numbers),
        "columns": chosen,
        "format": format,
        "bom": bom,
        "reason": why,
    }
    with once(
        district=district, actor=actor, act="cases.export", key=idempotency_key, payload=payload
    ) as asking:
        if asking.prior is not None:
            return ExportRun.objects.get(district=district, id=asking.prior["run"])
        _check_room(district, person_id)
        run = _begin(actor, district, person_id, payload)
        making.export_step.enqueue(district=run.district, run_id=str(run.id))
        asking.save({"run": str(run.id)})
    return run


def _begin(actor: Actor, district: str, person_id: UUID, asked: dict[str, Any]) -> ExportRun:
    """The run as it was asked for, journalled without what may name somebody in the reason."""
    run = ExportRun.objects.create(
        district=district, person_id=person_id, language=get_language() or "", **asked
    )
    after = {
        "format": run.format,
        "columns": run.columns,
        "full": bool(run.reason),
        "chosen": len(run.numbers),
    }
    note = privacy.mask_text(run.reason)
    journal.append(act="cases.export_asked", actor=actor, subject=run, after=after, note=note, first=True)
    return run


@transaction.atomic
def fetch_export(*, actor: Actor, export_id: UUID) -> tuple[IO[bytes], ExportRow]:
    """One's own finished file, after noting that it was taken. Raises `NotFound`, `Conflict` while it is made."""
    run = _mine(actor).filter(id=export_id).first()
    if run is None:
        raise NotFound(_("没有这个导出"))
    if run.state == ExportRun.State.EXPIRED or (run.expires_at and run.expires_at <= clock.now()):
        raise NotFound(_("文件已过期并删除"), remedy=_("请重新导出"))
    if run.state != ExportRun.State.READY:
        raise Conflict(_("文件还没生成"), remedy=_("生成后可在这里下载"))
    try:
        file = default_storage.open(run.stored, "rb")
    except FileNotFoundError as error:
        raise NotFound(_("文件已不在"), remedy=_("请重新导出")) from error
    journal.append(act="cases.export_fetched", actor=actor, subject=run, after={"rows": run.done})
    return file, _row(run)


def exports(actor: Actor) -> tuple[ExportRow, ...]:
    """One's latest exports, the newest first. One query."""
    return tuple(_row(run) for run in _mine(actor).order_by("-created_at")[:RECENT])


def may_unmask(actor: Actor) -> bool:
    """Whether the actor can see anybody's contact in full at all."""
    access = permission.access(actor)
    return access.holds_any(UNMASK) and access.holds_any(permission.SEE_REPORTER)


def expire(before: datetime) -> int:
    """Delete the files of exports asked for before a moment, and those whose making has stopped; how many."""
    rows = ExportRun.objects.filter(district__in=duties.all_districts(), created_at__lt=before)
    kept = rows.exclude(state__in=(ExportRun.State.EXPIRED, ExportRun.State.FAILED))
    count = 0
    for run in kept.iterator(chunk_size=100):
        making.clear(run)
        values = {"state": ExportRun.State.EXPIRED, "stored": "", "size": 0, "filters": {}, "numbers": []}
        count += ExportRun.objects.filter(district=run.district, id=run.id).update(**values)
    return count


def _check(access: duties.Access, chosen: list[str], asked: Sequence[str], format: str) -> None:
    if not chosen or len(chosen) != len(set(asked)):
        raise Invalid(_("没有选列"), field="columns", remedy=_("至少选一列"))
    if format not in FORMATS:
        raise Invalid(_("没有这种格式"), field="format", remedy=_("选 CSV 或 Excel"))


def _reason(access: duties.Access, chosen: list[str], reason: str) -> str:
    """The reason when contacts are wanted in full, checked; "" when they stay masked."""
    if not reason.strip():
        return ""
    if not any(COLUMNS[name].personal for name in chosen):
        raise Invalid(
            _("没有选含个人信息的列，不需要理由"), field="reason", remedy=_("清空理由，或选“联系方式”")
        )
    if not (access.holds_any(UNMASK) and access.holds_any(permission.SEE_REPORTER)):
        raise NotAllowed(_("查看完整联系方式需要相应岗位"))
    return checked_reason(reason)


def _check_room(district: str, person_id: UUID) -> None:
    going_on = (ExportRun.State.WAITING, ExportRun.State.RUNNING)
    recent = clock.now() - timedelta(hours=1)
    rows = ExportRun.objects.filter(
        district=district, person_id=person_id, state__in=going_on, created_at__gt=recent
    )
    if rows.count() >= AT_A_TIME:
        raise Conflict(_("同时最多生成 %(n)d 个导出") % {"n": AT_A_TIME}, remedy=_("请等前面的生成完"))


def _mine(actor: Actor) -> QuerySet[ExportRun]:
    districts = owners.districts(permission.access(actor))
    return ExportRun.objects.filter(district__in=districts, person_id=owners.person_of(actor))


def _row(run: ExportRun) -> ExportRow:
    return ExportRow(
        id=run.id,
        format=run.format,
        at=run.created_at,
        state=run.state,
        state_name=run.get_state_display(),
        total=run.total,
        done=run.done,
        size=run.size,
        full=bool(run.reason),
        problem=run.problem,
        expires_at=run.expires_at,
    )
