"""The list of erasures that outlives the database: one line for each, in `erasures.jsonl` beside the keys.

It names nobody but by id. A restored backup brings erased people back; this list takes them out again.
A second copy on another machine's disk (`YOULIN_ERASURES_COPY`) survives the loss of this one.
"""

import json
import os
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid

BEGUN, DONE = "begun", "done"


def path() -> Path:
    """Where the list lies."""
    return Path(settings.KEYS_FOLDER) / "erasures.jsonl"


def copies() -> list[Path]:
    """The list and, where there is one, its copy elsewhere."""
    copy = settings.ERASURES_COPY
    return [path(), Path(copy)] if copy else [path()]


def write(person_id: UUID, actor: Actor, state: str) -> None:
    """Add a line to every copy and have it on the disk before going on."""
    line = {"person": str(person_id), "state": state, "at": clock.now().isoformat(), "by": actor.key}
    for file in copies():
        _append(file, json.dumps(line).encode() + b"\n")


def people() -> list[UUID]:
    """Everybody in any copy, once. A last line that broke off is passed over; any other bad line is told."""
    found: dict[UUID, None] = {}
    for file in copies():
        if file.exists():
            found |= dict.fromkeys(_people(file))
    return list(found)


def joined(first: bytes, second: bytes) -> bytes:
    """Two lists as one: every whole line of either, once."""
    lines = [line for content in (first, second) for line in content.split(b"\n")[:-1]]
    return b"".join(line + b"\n" for line in dict.fromkeys(lines))


def _append(file: Path, line: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(handle, line)
        os.fsync(handle)
    finally:
        os.close(handle)


def _people(file: Path) -> list[UUID]:
    lines = file.read_text("utf-8").split("\n")
    found: dict[UUID, None] = {}
    for number, line in enumerate(lines, start=1):
        try:
            if line:
                found[UUID(json.loads(line)["person"])] = None
        except (ValueError, KeyError, TypeError) as error:
            if number == len(lines):
                break
            message = _("%(file)s 第 %(line)s 行无法读取") % {"file": str(file), "line": number}
            raise Invalid(message, remedy=_("请从备份恢复这个文件")) from error
    return list(found)
