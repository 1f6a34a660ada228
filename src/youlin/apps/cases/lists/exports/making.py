"""Making an export in steps: which cases, then their lines part by part, then the file.

Each step is a task of its own, so the worker is never away for long, and one that dies in the middle only
repeats its step. What is read is what the person may know at that moment.
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from youlin.apps.cases import permission
from youlin.apps.cases.lists import sets, stored
from youlin.apps.cases.lists.exports import columns, writing
from youlin.apps.cases.models import Case, ExportRun
from youlin.apps.cases.selectors import staff
from youlin.apps.duties.selectors import Access
from youlin.kernel import clock, jobs, journal, privacy
from youlin.kernel.actors import Actor

MOST = 200_000
"""Rows of one export; more is no longer a list but a data set, and asks for a narrower filter."""
PART = 2_000
"""Cases that one step reads."""
_CHUNK = 500
_ID = 16


@jobs.job(name="cases.export")
def export_step(*, district: str, run_id: str) -> str:
    """Do the next step of an export and come back for the one after; the state it is in then."""
    run = ExportRun.objects.filter(district=district, id=run_id).first()
    if run is None or run.state not in (ExportRun.State.WAITING, ExportRun.State.RUNNING):
        return "" if run is None else run.state
    with translation.override(run.language or settings.LANGUAGE_CODE):
        try:
            _step(run)
        except Exception:
            run.problem = _("这一步没有成功，正在再试")
            _save(run, "problem")
            raise
    if run.state == ExportRun.State.RUNNING:
        export_step.enqueue(district=district, run_id=run_id)
    return run.state


def clear(run: ExportRun) -> None:
    """Delete every file of an export."""
    names = [run.stored] if run.stored else []
    names += [_name(run, "ids"), *(_name(run, f"{start}.part") for start in range(0, run.total, PART))]
    for name in names:
        with suppress(FileNotFoundError):
            default_storage.delete(name)


def _step(run: ExportRun) -> None:
    access = permission.access(Actor("person", person_id=run.person_id, via="desk"))
    if run.state == ExportRun.State.WAITING:
        _begin(run, access)
    elif run.done < run.total:
        _part(run, access)
    else:
        _finish(run, access.actor)


def _begin(run: ExportRun, access: Access) -> None:
    """Which cases, in the order of the list: sixteen bytes for each."""
    filters = stored.from_json(run.filters)
    found = sets.ids_of(access, filters, run.numbers, most=MOST + 1)
    if len(found) > MOST:
        run.state = ExportRun.State.FAILED
        run.problem = _("超过 %(most)s 行，请缩小筛选范围（例如按时间分几次）") % {"most": f"{MOST:,}"}
        _save(run, "state", "problem")
        return
    _write(_name(run, "ids"), ContentFile(b"".join(one.bytes for one in found)))
    run.state, run.total, run.done = ExportRun.State.RUNNING, len(found), 0
    _save(run, "state", "total", "done")


def _part(run: ExportRun, access: Access) -> None:
    """The next lines, written as JSON; a case that may no longer be known is left out."""
    start = run.done
    with default_storage.open(_name(run, "ids"), "rb") as file:
        file.seek(start * _ID)
        packed = file.read(PART * _ID)
    wanted = [UUID(bytes=packed[place : place + _ID]) for place in range(0, len(packed), _ID)]
    personal = any(columns.COLUMNS[name].personal for name in run.columns)
    with transaction.atomic():
        lines = []
        for place in range(0, len(wanted), _CHUNK):
            cases = _cases(access, wanted[place : place + _CHUNK])
            made = columns.batch(cases, access, full=bool(run.reason), with_people=personal)
            lines += [json.dumps(columns.row(case, made, run.columns), ensure_ascii=False) for case in cases]
            _note_opened(run, made)
        _write(_name(run, f"{start}.part"), ContentFile("\n".join(lines).encode()))
        run.done, run.problem = min(run.total, start + len(wanted)), ""
        _save(run, "done", "problem")


def _cases(access: Access, wanted: list[UUID]) -> list[Case]:
    found = {case.id: case for case in staff.named(access, wanted).defer("routing_reason")}
    return [found[id] for id in wanted if id in found]


def _note_opened(run: ExportRun, made: columns.Batch) -> None:
    """Whose contact left the house in full is written into the history of each case, with the reason."""
    actor = made.access.actor
    opened = [case for case in made.cases if "contact" in run.columns and made.opened(case)]
    if not opened:
        return
    locked = Case.objects.select_for_update().filter(
        district__in={case.district for case in opened}, id__in=[case.id for case in opened]
    )
    list(locked.order_by("id").values_list("id"))
    items = [
        journal.Item(
            act="cases.exported",
            actor=actor,
            subject=case,
            area=case.area_now,
            after={"export": str(run.id), "reporter": str(made.reporters[case.id].id)},
            note=privacy.mask_text(run.reason[:200]),
        )
        for case in opened
    ]
    journal.append_many(items)


def _finish(run: ExportRun, actor: Actor) -> None:
    heading = [str(columns.COLUMNS[name].title) for name in run.columns]
    with tempfile.TemporaryFile() as made:
        if run.format == "csv":
            writing.write_csv(made, heading, _lines(run), bom=run.bom)
        else:
            widths = [columns.COLUMNS[name].width for name in run.columns]
            writing.write_xlsx(made, heading, _lines(run), widths=widths, sheet=_("案件"))
        run.size = made.seek(0, 2)
        made.seek(0)
        run.stored = _write(_name(run, run.format), File(made))
    now = clock.now()
    run.state, run.finished_at = ExportRun.State.READY, now
    run.expires_at = now + timedelta(days=settings.EXPORT_DAYS)
    with transaction.atomic():
        _save(run, "state", "size", "stored", "finished_at", "expires_at")
        after = {"rows": run.total, "bytes": run.size}
        journal.append(act="cases.export_made", actor=actor, subject=run, after=after)
    stored_name, run.stored = run.stored, ""
    clear(run)
    run.stored = stored_name


def _lines(run: ExportRun) -> Iterator[list[columns.Cell]]:
    for start in range(0, run.total, PART):
        with default_storage.open(_name(run, f"{start}.part"), "rb") as part:
            yield from (json.loads(line) for line in part.read().splitlines() if line)


def _name(run: ExportRun, ending: str) -> str:
    return f"exports/{run.district}/{run.id.hex}.{ending}"


def _write(name: str, content: "File[bytes]") -> str:
    """Put a file in the place of what may be there from a step that died."""
    with suppress(FileNotFoundError):
        default_storage.delete(name)
    return default_storage.save(name, content)


def _save(run: ExportRun, *names: str) -> None:
    ExportRun.objects.filter(district=run.district, id=run.id).update(
        **{name: getattr(run, name) for name in names}
    )
