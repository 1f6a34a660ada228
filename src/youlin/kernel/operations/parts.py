"""The kernel's own looks: work that goes on, journal, disk, database, media, backups."""

import shutil
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Count, Sum
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from youlin.kernel import backups, clock, health, jobs, journal, privacy, reactions
from youlin.kernel.backups import making
from youlin.kernel.journal import JournalDigest, positions
from youlin.kernel.media import scanning
from youlin.kernel.media.models import MediaFile
from youlin.kernel.observing.logs import scrubbed
from youlin.kernel.operations import room
from youlin.kernel.operations.looks import Detail, Finding, State, register
from youlin.kernel.search import following

SHOWN = 20
FULL, FILLING = 0.05, 0.15
"""Shares of the disk that are left when it is too late, and when it is time."""
LEAST_BYTES = 500 * 2**20
BACKUP_DUE, BACKUP_LATE = timedelta(hours=36), timedelta(days=4)
DIGEST_LATE = timedelta(hours=50)
UNMARKED_COUNTED = 100_000

TITLES = {
    "database": _lazy("数据库"),
    "worker": _lazy("工作进程"),
    "schedule": _lazy("定时任务"),
    "reactions": _lazy("联动"),
    "jobs": _lazy("后台任务"),
    "journal": _lazy("日志摘要"),
    "backup": _lazy("备份"),
    "erasures": _lazy("个人信息删除"),
    "disk": _lazy("磁盘"),
    "media": _lazy("照片和录音"),
    "search": _lazy("查找标记"),
    "scanner": _lazy("文件查毒"),
}
REMEDIES = {
    "database": _lazy("请检查 DATABASE_URL 和数据库服务"),
    "worker": _lazy("请启动 youlin run 或 youlin worker；积压的工作会接着做"),
    "schedule": _lazy("请看日志里这些任务的错误，并确认工作进程在运行"),
}


def register_all() -> None:
    """Add the kernel's looks, in the order of the page."""
    looks = {
        "database": _database,
        "worker": lambda: _alive("worker"),
        "schedule": lambda: _alive("schedule"),
        "reactions": _reactions,
        "jobs": _jobs,
        "journal": _journal,
        "backup": _backup,
        "erasures": _erasures,
        "disk": _disk,
        "media": _media,
        "search": _search,
        "scanner": _scanner,
    }
    for name, look in looks.items():
        register(name, TITLES[name], look)


def _database() -> Finding:
    part = health.look("database")
    figures = {"bytes": float(making.database().size())} if part["well"] else {}
    size = f"，{_size(figures['bytes'])}" if figures else ""
    refused = room.of_database() if part["well"] else ""
    seen = part["seen"] + size + (f"；{refused}" if refused else "")
    remedy = room.remedy() if refused else ""
    return _finding("database", "ok" if part["well"] and not refused else "late", seen, remedy, figures)


def _alive(name: str) -> Finding:
    part = health.look(name)
    figures = {k: v for k, v in part.items() if isinstance(v, int | float) and not isinstance(v, bool)}
    return _finding(name, "ok" if part["well"] else "late", part["seen"], figures=figures)


def _reactions() -> Finding:
    part = health.look("reactions")
    late = not part["well"] or part["stuck"]
    state: State = "late" if late else "soon" if part["retrying"] else "ok"
    remedy = _("看下面最近的错误，先消除原因，再点“再试一次”；重试中的会自己再试") if state != "ok" else ""
    if not part["well"]:
        remedy = _("积压没有减少：请确认工作进程在运行，没有长时间不结束的事务")
    details = [
        Detail(
            title=f"{failure.reaction} · {journal.label(failure.entry.act)}",
            text=scrubbed((failure.last_error.splitlines() or [""])[0])[:300],
            at=failure.failed_at,
            id=failure.id,
            retry="reaction",
        )
        for failure in reactions.failing()[:SHOWN]
    ]
    figures = {k: float(part[k]) for k in ("entries", "age_seconds", "retrying", "stuck")}
    return _finding("reactions", state, part["seen"], remedy, figures, details)


def _jobs() -> Finding:
    failed = jobs.failed()
    count, waiting = failed.count(), jobs.waiting()
    details = [
        Detail(
            title=task.task_path,
            text=scrubbed((task.traceback.strip().splitlines() or [""])[-1])[:300],
            at=task.finished_at,
            id=task.pk,
            retry="job",
        )
        for task in failed[:SHOWN]
    ]
    seen = _("等待 %(waiting)s 个，失败 %(failed)s 个") % {"waiting": waiting, "failed": count}
    remedy = _("看下面最近的错误，先消除原因，再点“再试一次”") if count else ""
    figures = {"waiting": float(waiting), "failed": float(count)}
    return _finding("jobs", "soon" if count else "ok", seen, remedy, figures, details)


def _journal() -> Finding:
    latest = {
        digest.district: digest
        for digest in JournalDigest.objects.order_by("district", "upto_epoch", "upto_seq")
    }
    old = clock.now() - DIGEST_LATE
    late = [
        district
        for district in positions.districts()
        if (latest[district].made_at < old if district in latest else _stood_before(old))
        and (district not in latest or journal.end_of(district) != latest[district].upto)
    ]
    last = max((digest.made_at for digest in latest.values()), default=None)
    seen = _("最近签署于 %(at)s") % {"at": _local(last)} if last else _("还没有签署过")
    if late:
        seen += _("；超过两天没有签署：%(names)s") % {"names": "、".join(late)}
    remedy = _("请看定时任务 journal.digest 的错误；之后运行 youlin doctor --journal") if late else ""
    return _finding("journal", "late" if late else "ok", seen, remedy, {"districts_late": float(len(late))})


def _stood_before(moment: datetime) -> bool:
    """Whether the installation is older; what it knows may be older still, so its first migration says."""
    return MigrationRecorder(connection).migration_qs.filter(applied__lt=moment).exists()


def _backup() -> Finding:
    good, latest = backups.latest_good_backup(), backups.latest_backup()
    remedy = _("运行 youlin backup，并让它每晚自动运行（docs/operator/backup.md）")
    if good is None:
        stood = _stood_before(clock.now() - BACKUP_LATE)
        seen = scrubbed(latest.error)[:300] if latest else _("还没有备份过")
        return _finding("backup", "late" if stood or latest else "soon", seen, remedy)
    age = clock.now() - good.at
    seen = _("最近一次 %(at)s，%(size)s，用时 %(seconds)s 秒，在 %(place)s") % {
        "at": _local(good.at),
        "size": _size(good.bytes),
        "seconds": round(good.seconds, 1),
        "place": good.place,
    }
    failed = latest is not None and latest.error
    if failed and latest is not None:
        seen += _("；之后失败：%(error)s") % {"error": scrubbed(latest.error)[:200]}
    state: State = "late" if age > BACKUP_LATE or failed else "soon" if age > BACKUP_DUE else "ok"
    figures = {"age_seconds": max(age.total_seconds(), 0.0), "bytes": float(good.bytes)}
    return _finding("backup", state, seen, remedy if state != "ok" else "", figures)


def _erasures() -> Finding:
    waiting = len(privacy.pending_erasures())
    if waiting:
        seen = _("%(count)s 个已删除的人又出现了，可能来自旧备份") % {"count": waiting}
        return _finding(
            "erasures", "late", seen, "youlin privacy replay-erasures", {"pending": float(waiting)}
        )
    return _finding("erasures", "ok", _("全部有效"), figures={"pending": 0.0})


def _disk() -> Finding:
    usage = shutil.disk_usage(settings.YOULIN_HOME)
    share = usage.free / usage.total
    refused = room.of_files()
    full = refused or share < FULL or usage.free < LEAST_BYTES
    state: State = "late" if full else "soon" if share < FILLING else "ok"
    seen = _("%(home)s 剩余 %(free)s（%(share)s%%）") % {
        "home": settings.YOULIN_HOME,
        "free": _size(usage.free),
        "share": round(share * 100),
    }
    seen += f"；{refused}" if refused else ""
    remedy = _("请清理日志和旧备份，或换更大的磁盘；写满后只能看，不能上报") if state != "ok" else ""
    return _finding(
        "disk", state, seen, remedy, {"free_bytes": float(usage.free), "bytes": float(usage.total)}
    )


def _media() -> Finding:
    kept = MediaFile.objects.exclude(state=MediaFile.State.REMOVED).aggregate(n=Count("id"), size=Sum("size"))
    failed = MediaFile.objects.filter(state=MediaFile.State.FAILED).count()
    seen = _("%(count)s 个文件，%(size)s") % {"count": kept["n"], "size": _size(kept["size"] or 0)}
    if failed:
        seen += _("；%(count)s 个无法生成缩略图") % {"count": failed}
    figures = {"files": float(kept["n"]), "bytes": float(kept["size"] or 0), "failed": float(failed)}
    return _finding("media", "ok", seen, figures=figures)


def _search() -> Finding:
    """Whether the rows of a version before have the marks that searches are narrowed by."""
    left = following.unmarked(UNMARKED_COUNTED)
    figures = {"unmarked": float(left)}
    if not left:
        return _finding("search", "ok", _("全部做好"), figures=figures)
    words = _("还有至少 %(count)s 行没做好") if left == UNMARKED_COUNTED else _("还有 %(count)s 行没做好")
    remedy = _("不用动手：工作进程每分钟接着做；做好以前查找慢一些，结果不受影响")
    return _finding("search", "soon", words % {"count": left}, remedy, figures)


def _scanner() -> Finding:
    """Whether the scanner answers; off is no fault, because every file is rewritten."""
    if not scanning.is_on():
        return _finding("scanner", "ok", _("没有启用：照片和录音都重写后才保存，不另外查毒"))
    try:
        return _finding("scanner", "ok", scanning.version()[:80])
    except scanning.NoScanner as error:
        seen = _("查毒服务没有回答（%(why)s），照片和录音都不接收") % {"why": error}
        return _finding("scanner", "late", seen, _("请启动 clamd，或检查 YOULIN_CLAMD 的地址"))


def _finding(
    name: str,
    state: State,
    seen: str,
    remedy: str = "",
    figures: dict[str, float] | None = None,
    details: list[Detail] | None = None,
) -> Finding:
    if state == "late" and not remedy:
        remedy = str(REMEDIES.get(name, ""))
    return Finding(name, TITLES[name], state, seen, remedy, figures or {}, details or [])


def _local(moment: datetime | None) -> str:
    return localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else ""


def _size(count: float) -> str:
    """Bytes for people."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return f"{size:.1f} TB"
