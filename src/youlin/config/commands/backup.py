"""`youlin backup` and `youlin restore`."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from youlin.kernel import backups
from youlin.kernel.errors import Invalid

PASSPHRASE = "YOULIN_BACKUP_PASSPHRASE"

json_option = click.option("--json", "as_json", is_flag=True, help="For programs: JSON on standard output.")
passphrase_option = click.option(
    "--passphrase-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help=f"File whose first line opens the keys (else {PASSPHRASE}).",
)
folder_argument = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


@click.command()
@folder_argument
@passphrase_option
@click.option("--without-keys", is_flag=True, help="Leave the keys out; they are kept apart by other means.")
@click.option("--keep", default=0, metavar="N", help="Afterwards keep only the N newest backups in FOLDER.")
@json_option
def backup(folder: Path, passphrase_file: Path | None, without_keys: bool, keep: int, as_json: bool) -> None:
    """Back up database, media and keys into a new folder below FOLDER, while the platform runs.

    The keys are sealed with a passphrase, or left out with --without-keys: whoever has keys and data reads
    everything. Lost keys cannot be made again.
    """
    passphrase = None if without_keys else _passphrase(passphrase_file)
    if passphrase is None and not without_keys:
        raise Invalid(
            _("没有给出保护密钥的口令"),
            field="--passphrase-file",
            remedy=_("请用 --passphrase-file 或 %(name)s 给出口令；密钥另行保管时用 --without-keys")
            % {"name": PASSPHRASE},
        )
    with _progress(quiet=as_json) as show:
        made = backups.make(place=folder, passphrase=passphrase, keep=keep, progress=show)
    told = {
        "folder": str(made.folder),
        "bytes": made.bytes,
        "seconds": made.seconds,
        "entries": made.manifest.entries,
        "media": made.manifest.media_files,
        "keys": made.manifest.keys is not None,
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"✓ {made.folder}")
    click.echo(
        f"  {told['entries']} journal entries, {told['media']} media files, {made.bytes / 2**20:.1f} MB, "
        f"{made.seconds} s, " + ("keys sealed" if told["keys"] else "without keys")
    )


@click.command()
@folder_argument
@passphrase_option
@click.option("--check", "only_check", is_flag=True, help="Only check the backup's files; restore nothing.")
@click.option("--force", is_flag=True, help="Also over an installation that is not empty: it is replaced.")
@json_option
def restore(folder: Path, passphrase_file: Path | None, only_check: bool, force: bool, as_json: bool) -> None:
    """Put the backup FOLDER in the place of what is here. Stop the platform first.

    Everything is checked before anything is touched. Erasures made after the backup are done again, everybody
    signs in anew, and the journal is proved. Exit code 1 when it does not hold.
    """
    if only_check:
        _check(folder, as_json)
        return
    with _progress(quiet=as_json) as show:
        done = backups.restore(
            folder=folder, passphrase=_passphrase(passphrase_file), force=force, progress=show
        )
    _tell(done, as_json)
    raise SystemExit(1 if done.breaks else 0)


def _check(folder: Path, as_json: bool) -> None:
    with _progress(quiet=as_json) as show:
        manifest = backups.checked(folder, show)
    told = {"made_at": manifest.made_at, "youlin": manifest.youlin, "entries": manifest.entries}
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
    else:
        click.echo(
            f"✓ {folder}: every file as written, {manifest.entries} journal entries, {manifest.made_at}"
        )


def _tell(done: backups.Restored, as_json: bool) -> None:
    told = {
        "made_at": done.manifest.made_at,
        "entries": done.entries,
        "migrated": done.migrated,
        "erased_again": done.erased_again,
        "missing_media": done.missing,
        "breaks": [str(found) for found in done.breaks],
        "seconds": done.seconds,
    }
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    click.echo(f"✓ as of {done.manifest.made_at}: {done.entries} journal entries, {done.seconds} s")
    click.echo(f"  {done.erased_again} erased again, {done.migrated} migrations, everybody signs in anew")
    for name in done.missing[:10]:
        click.secho(f"  media file missing: {name}", fg="yellow")
    for found in done.breaks:
        click.secho(f"✗ {found}", fg="red", err=True)
    if not done.breaks:
        click.echo("  the journal is proved: every chain, seal and digest holds")


def _passphrase(file: Path | None) -> str | None:
    if file is not None:
        return (file.read_text("utf-8").splitlines() or [""])[0]
    return os.environ.get(PASSPHRASE) or None


@contextmanager
def _progress(*, quiet: bool) -> Iterator[backups.Progress]:
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    tasks: dict[str, TaskID] = {}
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as bar:

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total or None)
            bar.update(tasks[what], completed=done, total=total or None)

        yield show
