"""Whether database, worker, schedule and reactions are alive: for `/healthz` and `youlin doctor`."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from youlin.kernel import clock, jobs, reactions
from youlin.kernel.jobs.worker import LEASE

Part = dict[str, Any]
LATE = timedelta(minutes=5)
"""Entries unread and jobs not started for so long mean that the work does not go on."""


def health() -> dict[str, Any]:
    """`{"well": bool, "parts": {name: {"well": bool, "seen": words, …figures}}}`; never raises.

    Parts: `database`, `worker` (age of the newest heartbeat, seconds), `schedule` (latest run of every
    recurring job), `reactions` (entries not read yet, failures). A part is well while its work goes on;
    single failures are told in its words. Nothing personal.
    """
    parts = {"database": _looked(_database)}
    if parts["database"]["well"]:
        for name, look in {"worker": _worker, "schedule": _schedule, "reactions": _reactions}.items():
            parts[name] = _looked(look)
    return {"well": all(part["well"] for part in parts.values()), "parts": parts}


def look(name: str) -> Part:
    """One of the parts of `health`."""
    return _looked(
        {"database": _database, "worker": _worker, "schedule": _schedule, "reactions": _reactions}[name]
    )


def _looked(look: Callable[[], Part]) -> Part:
    try:
        return look()
    except DatabaseError as error:
        return {"well": False, "seen": type(error).__name__}


def _database() -> Part:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"well": True, "seen": connection.display_name, "vendor": connection.vendor}


def _worker() -> Part:
    beats = list(jobs.WorkerBeat.objects.order_by("-heartbeat").values_list("heartbeat", flat=True))
    alive = [beat for beat in beats if clock.now() - beat < LEASE]
    if not beats:
        return {"well": False, "seen": _("没有工作进程"), "workers": 0, "age_seconds": None}
    age = max((clock.now() - beats[0]).total_seconds(), 0)
    seen = _("%(count)s 个工作进程，最近心跳在 %(age)s 秒前") % {"count": len(alive), "age": round(age)}
    return {"well": bool(alive), "seen": seen, "workers": len(alive), "age_seconds": round(age, 1)}


def _schedule() -> Part:
    runs = jobs.latest_runs()
    due = {name: schedule.slot(clock.now()) for name, schedule in jobs.schedules().items()}
    missed = [r.name for r in runs if r.slot != due[r.name] and clock.now() - due[r.name] > LATE]
    failed = [run.name for run in runs if run.status == "FAILED"]
    latest = max((run.slot for run in runs if run.slot), default=None)
    seen = _("最近一次 %(at)s") % {"at": _local(latest)} if latest else _("还没有运行过")
    if missed:
        seen += _("；未按时运行：%(names)s") % {"names": "、".join(missed)}
    if failed:
        seen += _("；失败：%(names)s") % {"names": "、".join(failed)}
    figures = {run.name: {"due": _local(run.slot), "status": run.status} for run in runs}
    return {"well": not missed, "seen": seen, "jobs": figures}


def _reactions() -> Part:
    entries, age = reactions.backlog()
    failing = reactions.failing()
    stuck = failing.filter(state=reactions.ReactionFailure.State.STUCK).count()
    waiting = failing.count() - stuck
    seen = _("待处理 %(entries)s 条，重试中 %(waiting)s 个，需要处理 %(stuck)s 个") % {
        "entries": entries,
        "waiting": waiting,
        "stuck": stuck,
    }
    figures = {"entries": entries, "age_seconds": round(age.total_seconds(), 1)}
    return {"well": age < LATE, "seen": seen, **figures, "retrying": waiting, "stuck": stuck}


def _local(moment: datetime | None) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""
