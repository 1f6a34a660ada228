"""The way back: everything checked before anything is touched, erasures done again, the journal proved."""

import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.utils.translation import gettext as _

from youlin.kernel import clock, journal, privacy
from youlin.kernel.actors import SYSTEM
from youlin.kernel.backups import files, keybox, making, manifest
from youlin.kernel.backups.manifest import Manifest, Progress, silent
from youlin.kernel.backups.models import BackupRun
from youlin.kernel.errors import Conflict, Invalid
from youlin.kernel.jobs import WorkerBeat, machine, worker
from youlin.kernel.journal import Break
from youlin.kernel.media.models import MediaFile
from youlin.kernel.privacy import erasures

ERASURES = "erasures.jsonl"


@dataclass(frozen=True)
class Restored:
    """What came of it. `breaks` is empty when the journal holds; `missing` names media that a row speaks of."""

    manifest: Manifest
    entries: int
    erased_again: int
    migrated: int
    breaks: list[Break]
    missing: list[str]
    seconds: float


def restore(
    *, folder: Path, passphrase: str | None = None, force: bool = False, progress: Progress = silent
) -> Restored:
    """Put a backup in the place of what is here. The platform must not run meanwhile.

    Raises `Invalid` or `Conflict`, in words, before anything is touched: a damaged or foreign backup, a newer
    version, keys that do not fit, an installation that is not empty (unless `force`), a platform that runs.
    A failure later puts everything back. Whoever is in the list of erasures, the backup's or the present one,
    is erased again; sessions end; the journal is proved from first to last entry.
    """
    begun = time.monotonic()
    folder = folder.resolve()
    plan = manifest.checked(folder, progress)
    _refuse_what_does_not_fit(plan)
    _refuse_to_overwrite(force)
    keys = _keys(folder, plan, passphrase)
    with ExitStack() as undone_by_failure:
        undone_by_failure.enter_context(_keys_in_place(keys, force))
        manifest.prove_signature(folder)
        undone_by_failure.enter_context(_media_in_place(folder, plan, progress))
        undone_by_failure.enter_context(making.database().replaced(folder, plan.journal, progress))
        migrated = _migrate(plan)
        _end_what_was_under_way()
        again = privacy.replay_erasures()
        missing = _missing_media()
        breaks = journal.verify(progress=lambda done, total: progress("journal", done, total))
        _note(folder, plan, begun)
    return Restored(plan, plan.entries, again, migrated, breaks, missing, round(time.monotonic() - begun, 2))


def _refuse_what_does_not_fit(plan: Manifest) -> None:
    if plan.vendor != connection.vendor:
        message = _("这份备份来自 %(theirs)s，而这里用的是 %(ours)s") % {
            "theirs": plan.server,
            "ours": connection.display_name,
        }
        raise Invalid(message, field="DATABASE_URL", remedy=_("请让 DATABASE_URL 指向同一种数据库"))
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    installed = {app for app, _name in known}
    newer = [
        f"{app}.{name}"
        for app, names in plan.migrations.items()
        for name in names
        if app in installed and (app, name) not in known
    ]
    if newer:
        message = _("备份由更新的版本 %(version)s 建立，本程序不认识 %(names)s") % {
            "version": plan.youlin,
            "names": "、".join(newer[:3]),
        }
        raise Invalid(message, field="FOLDER", remedy=_("请先把友邻升级到那个版本"))


def _refuse_to_overwrite(force: bool) -> None:
    here = [str(making.media_folder())] if _has_files(making.media_folder()) else []
    kind = making.database()
    if not kind.is_empty():
        here.insert(0, connection.display_name)
        _refuse_while_running()
    if here and not force:
        message = _("这里已有数据：%(what)s") % {"what": "、".join(here)}
        raise Conflict(message, remedy=_("请换一个空的 YOULIN_HOME 和空的数据库；确实要覆盖时加 --force"))


def _refuse_while_running() -> None:
    """A worker that gave a sign within its lease, and whose process is not known to be gone, is at work."""
    if WorkerBeat._meta.db_table not in connection.introspection.table_names():
        return
    beats = WorkerBeat.objects.filter(heartbeat__gt=clock.now() - worker.LEASE)
    if any(not machine.is_gone(beat.worker) for beat in beats):
        raise Conflict(_("友邻正在运行"), remedy=_("请先停止所有 youlin run 和 youlin worker，半分钟后再试"))


def _keys(folder: Path, plan: Manifest, passphrase: str | None) -> dict[str, bytes]:
    """The keys that the backup brings; empty where they were kept apart and have to be here already."""
    if plan.keys is not None and passphrase is not None:
        return keybox.open_box((folder / plan.keys.file).read_bytes(), passphrase)
    if not Path(settings.DATA_PROTECTION_KEY_FILE).exists():
        place = settings.KEYS_FOLDER
        if plan.keys is None:
            message = _("备份里没有密钥，%(place)s 里也没有") % {"place": place}
            raise Invalid(message, field="keys", remedy=_("请先把单独保管的密钥文件夹放到那里"))
        message = _("需要打开 keys.sealed 的口令")
        raise Invalid(
            message, field="passphrase", remedy=_("请用 --passphrase-file 给出，或先放好密钥文件夹")
        )
    return {}


@contextmanager
def _keys_in_place(brought: dict[str, bytes], force: bool) -> Iterator[None]:
    """The backup's keys where keys belong, and both lists of erasures joined; as it was if anything fails."""
    folder = Path(settings.KEYS_FOLDER)
    main = Path(settings.DATA_PROTECTION_KEY_FILE)
    if brought and main.exists() and main.read_bytes() != brought.get(main.name) and not force:
        message = _("这里的数据保护密钥与备份里的不同")
        raise Conflict(message, remedy=_("请换一个空的 YOULIN_HOME；确实要覆盖时加 --force"))
    before = {path.name: path.read_bytes() for path in folder.glob("*") if path.is_file()}
    wanted = {**before, **brought}
    wanted[ERASURES] = erasures.joined(before.get(ERASURES, b""), brought.get(ERASURES, b""))
    try:
        _write_keys(folder, wanted)
        yield
    except BaseException:
        for name in wanted.keys() - before.keys():
            (folder / name).unlink(missing_ok=True)
        _write_keys(folder, before)
        raise


def _write_keys(folder: Path, content: dict[str, bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name, data in content.items():
        if not (folder / name).exists() or (folder / name).read_bytes() != data:
            files.write_whole(folder / f".{name}.restoring", data)
            (folder / f".{name}.restoring").replace(folder / name)


@contextmanager
def _media_in_place(folder: Path, plan: Manifest, progress: Progress) -> Iterator[None]:
    """The backup's media in the place of the present ones, which come back if anything fails."""
    place = making.media_folder()
    draft, aside = place.with_name(place.name + ".restoring"), place.with_name(place.name + ".replaced")
    for left in (draft, aside):
        shutil.rmtree(left, ignore_errors=True)
    files.unpack(folder / plan.media.file, draft, lambda done, total: progress("media", done, total))
    if place.exists():
        place.rename(aside)
    draft.rename(place)
    try:
        yield
    except BaseException:
        shutil.rmtree(place)
        if aside.exists():
            aside.rename(place)
        raise
    shutil.rmtree(aside, ignore_errors=True)


def _migrate(plan: Manifest) -> int:
    """Bring an older database up to this version; how many migrations that took."""
    call_command("migrate", verbosity=0, interactive=False)
    before = sum(map(len, plan.migrations.values()))
    return sum(map(len, making.applied_migrations().values())) - before


def _end_what_was_under_way() -> None:
    """Sessions of then do not open doors now; workers of then are gone, and their leases run out."""
    from django.contrib.sessions.models import Session

    Session.objects.all().delete()
    WorkerBeat.objects.all().delete()


def _missing_media() -> list[str]:
    """Files that a row speaks of and that are not there."""
    kept = MediaFile.objects.exclude(state=MediaFile.State.REMOVED).exclude(stored="")
    place = making.media_folder()
    return [name for name in kept.values_list("stored", flat=True).iterator() if not (place / name).exists()]


def _note(folder: Path, plan: Manifest, begun: float) -> None:
    run = BackupRun(
        kind=BackupRun.Kind.RESTORE, place=str(folder), seconds=round(time.monotonic() - begun, 2)
    )
    with transaction.atomic():
        run.save(force_insert=True)
        after = {"made_at": plan.made_at, "entries": plan.entries}
        journal.append(act="kernel.backup_restored", actor=SYSTEM, subject=run, after=after, first=True)


def _has_files(folder: Path) -> bool:
    return folder.is_dir() and any(path.is_file() for path in folder.rglob("*"))
