"""Making a backup: database first, media after it, keys sealed, the signed manifest last; whole or not at all."""

import shutil
import tempfile
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

from youlin.kernel import clock, journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.backups import files, heads, keybox, manifest, postgresql, sqlite
from youlin.kernel.backups.manifest import Manifest, Part, Progress, silent
from youlin.kernel.backups.models import BackupRun
from youlin.kernel.errors import Invalid
from youlin.kernel.journal import signing
from youlin.kernel.privacy import erasures

PREFIX = "youlin-"
MEDIA, KEYS = "media.tar", "keys.sealed"
_DRAFT = ".making-"


@dataclass(frozen=True)
class Made:
    """A finished backup."""

    folder: Path
    manifest: Manifest
    seconds: float

    @property
    def bytes(self) -> int:
        """How much room it takes."""
        return sum(part.bytes for part in self.manifest.parts)


def make(*, place: Path, passphrase: str | None, keep: int = 0, progress: Progress = silent) -> Made:
    """Back up database, media and (with a passphrase) keys into a new folder below `place`, while all runs.

    `keep` leaves only so many of the newest backups there (0: all). What went wrong is noted for the operator's
    page and raised: `Invalid` in words, or whatever the disk or the database said.
    """
    begun = time.monotonic()
    if passphrase is not None:
        keybox.check(passphrase)
    try:
        made = _made(place.resolve(), passphrase, progress, begun)
    except Exception as error:
        _note(place, 0, begun, f"{type(error).__name__}: {error}")
        raise
    _note(made.folder, made.bytes, begun, "")
    if keep:
        _forget_old(place.resolve(), keep)
    return made


def database() -> ModuleType:
    """The module that knows this kind of database."""
    return postgresql if connection.vendor == "postgresql" else sqlite


def applied_migrations() -> dict[str, list[str]]:
    """Every migration that this database has seen, by app."""
    found: dict[str, list[str]] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        found.setdefault(app, []).append(name)
    return found


def media_folder() -> Path:
    """Where photos and recordings lie."""
    return Path(settings.MEDIA_ROOT)


def _made(place: Path, passphrase: str | None, progress: Progress, begun: float) -> Made:
    _prepare(place)
    moment = clock.local_now()
    draft = Path(tempfile.mkdtemp(prefix=_DRAFT, dir=place))
    try:
        written = _fill(draft, passphrase, moment.isoformat(timespec="seconds"), progress)
        folder = _published(draft, place / f"{PREFIX}{moment:%Y%m%d-%H%M%S}")
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return Made(folder, written, round(time.monotonic() - begun, 2))


def _prepare(place: Path) -> None:
    """Have the folder there, clear of what broke off, with room enough."""
    try:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in place.glob(f"{_DRAFT}*"):
            shutil.rmtree(left)
    except OSError as error:
        message = _("不能写入 %(place)s：%(words)s") % {"place": place, "words": error.strerror}
        raise Invalid(message, field="FOLDER", remedy=_("请另选一个可写的文件夹")) from error
    needed = database().size() + files.bytes_below(media_folder())
    free = shutil.disk_usage(place).free
    if free < needed:
        sizes = {"place": place, "free": free // 2**20, "needed": needed // 2**20}
        message = _("%(place)s 只剩 %(free)s MB，备份约需 %(needed)s MB") % sizes
        raise Invalid(message, field="FOLDER", remedy=_("请腾出空间，或另选一个文件夹"))


def _fill(draft: Path, passphrase: str | None, moment: str, progress: Progress) -> Manifest:
    kind = database()
    # Rows before files: a file without a row does no harm, a row without its file would.
    ends = kind.dump(draft, progress)
    count = files.pack(media_folder(), draft / MEDIA, lambda done, total: progress("media", done, total))
    if passphrase is not None:
        files.write_whole(draft / KEYS, keybox.close(_keys(), passphrase))
    written = Manifest(
        made_at=moment,
        youlin=version("youlin"),
        vendor=connection.vendor,
        server=kind.server(),
        migrations=applied_migrations(),
        journal=heads.as_data(ends),
        erasures=len(erasures.people()),
        database=_part(draft, kind.FILE, progress),
        media=_part(draft, MEDIA, progress),
        media_files=count,
        keys=_part(draft, KEYS, progress) if passphrase is not None else None,
    )
    manifest.write(draft, written)
    return written


def _keys() -> dict[str, bytes]:
    folder = Path(settings.KEYS_FOLDER)
    signing.sign(b"")  # on first use this makes the key that will sign the manifest: it must be among them
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def _part(folder: Path, name: str, progress: Progress) -> Part:
    path = folder / name
    digest = files.sha256(path, lambda done, total: progress(name, done, total))
    return Part(name, path.stat().st_size, digest)


def _published(draft: Path, wanted: Path) -> Path:
    """Give the finished backup its name; a second one within the same second gets a number."""
    for number in range(1, 100):
        target = wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}")
        if not target.exists():
            draft.rename(target)
            files.settle(target.parent)
            return target
    raise FileExistsError(wanted)


def _forget_old(place: Path, keep: int) -> None:
    whole = sorted(path.parent for path in place.glob(f"{PREFIX}*/{manifest.NAME}"))
    for old in whole[:-keep]:
        shutil.rmtree(old)


def _note(place: Path, size: int, begun: float, error: str) -> None:
    """Write down how it went; a database that cannot take even that does not hide the real error."""
    run = BackupRun(
        kind=BackupRun.Kind.BACKUP,
        place=str(place),
        bytes=size,
        seconds=round(time.monotonic() - begun, 2),
        error=error[:2000],
    )
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            act = "kernel.backup_failed" if error else "kernel.backup_made"
            journal.append(act=act, actor=SYSTEM, subject=run, after={"bytes": size}, first=True)
    except Exception:
        if not error:
            raise
