"""The manifest of a backup: what is in it, from which versions, with which checksums and journal heads, signed."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from youlin.kernel import canonical
from youlin.kernel.backups import files
from youlin.kernel.errors import Invalid
from youlin.kernel.journal import signing

FORMAT = 1
NAME = "manifest.json"

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how much (0: not known)."""


def silent(what: str, done: int, total: int) -> None:
    """A progress that nobody looks at."""


@dataclass(frozen=True)
class Part:
    """One file of the backup."""

    file: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """See the fields; `journal` holds the head of every district's journal (`heads.Heads`) as plain JSON."""

    made_at: str
    youlin: str
    vendor: str
    server: str
    migrations: dict[str, list[str]]
    journal: dict[str, Any]
    erasures: int
    database: Part
    media: Part
    media_files: int
    keys: Part | None
    format: int = FORMAT

    @property
    def parts(self) -> list[Part]:
        """Every file that belongs to it."""
        return [part for part in (self.database, self.media, self.keys) if part is not None]

    @property
    def entries(self) -> int:
        """How many journal entries are in it."""
        return sum(int(head["entries"]) for head in self.journal.values())


def write(folder: Path, manifest: Manifest) -> None:
    """Sign `manifest` and put it into the backup; the last file to appear there."""
    statement = canonical.normal(asdict(manifest))
    key_id, signature = signing.sign(canonical.dumps(statement))
    content = {**statement, "signed_by": key_id, "signature": signature}
    files.write_whole(folder / NAME, json.dumps(content, ensure_ascii=False, indent=1).encode())


def read(folder: Path) -> Manifest:
    """The manifest of a backup, as it stands there. Raises `Invalid` when there is none that can be read."""
    return _parsed(folder, _content(folder))


def checked(folder: Path, progress: Progress = silent) -> Manifest:
    """The manifest, once every file has the size and checksum it names. Raises `Invalid` for the first that has not.

    The signature is another matter, because its key may still be in the backup: `prove_signature`.
    """
    manifest = read(folder)
    for part in manifest.parts:
        path = folder / part.file
        if not path.is_file():
            raise _broken(folder, _("缺少文件 %(file)s") % {"file": part.file})
        if path.stat().st_size != part.bytes:
            raise _broken(folder, _("文件 %(file)s 的大小不符，可能没有复制完") % {"file": part.file})
        if files.sha256(path, partial(progress, part.file)) != part.sha256:
            raise _broken(folder, _("文件 %(file)s 的校验值不符，内容被改动或损坏") % {"file": part.file})
    return manifest


def prove_signature(folder: Path) -> None:
    """Raises `Invalid` unless a key of this installation signed the manifest."""
    content = _content(folder)
    key_id, signature = content.pop("signed_by", ""), content.pop("signature", "")
    if not signing.is_signed(canonical.dumps(content), signature, by=key_id):
        raise _broken(folder, _("清单不是由本系统的签名密钥签署的"))


def _content(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / NAME).read_bytes())
    except FileNotFoundError as error:
        message = _("%(folder)s 不是备份：没有 manifest.json") % {"folder": folder}
        raise Invalid(message, field="FOLDER", remedy=_("请给出 youlin backup 建立的文件夹")) from error
    except ValueError as error:
        raise _broken(folder, _("清单 manifest.json 无法读取")) from error
    if not isinstance(content, dict):
        raise _broken(folder, _("清单 manifest.json 无法读取"))
    return content


def _parsed(folder: Path, content: dict[str, Any]) -> Manifest:
    if content.get("format") != FORMAT:
        message = _("备份的格式 %(format)s 不认识") % {"format": content.get("format")}
        raise Invalid(message, field="FOLDER", remedy=_("请用建立备份的那个版本的友邻来恢复"))
    try:
        fields = {name: content[name] for name in Manifest.__dataclass_fields__}
        for name in ("database", "media", "keys"):
            fields[name] = Part(**fields[name]) if fields[name] is not None else None
            if fields[name] is not None and Path(fields[name].file).name != fields[name].file:
                raise ValueError(name)
        return Manifest(**fields)
    except (KeyError, TypeError, ValueError) as error:
        raise _broken(folder, _("清单 manifest.json 不完整")) from error


def _broken(folder: Path, what: str) -> Invalid:
    return Invalid(
        _("备份 %(folder)s：%(what)s") % {"folder": folder, "what": what},
        field="FOLDER",
        remedy=_("请使用另一份备份；什么都没有改动"),
    )
