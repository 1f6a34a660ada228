"""Files of a backup: checksums, whole writes, and the media folder as one tar."""

import hashlib
import io
import os
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

CHUNK = 1024 * 1024
Counted = Callable[[int, int], None]


def sha256(path: Path, progress: Counted) -> str:
    """The SHA-256 of a file, 64 hex digits."""
    total, done, digest = path.stat().st_size, 0, hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
            done += len(chunk)
            progress(done, total)
    return digest.hexdigest()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file of the owner's alone, on the disk before going on."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def settle(path: Path) -> None:
    """Have a file or a folder's entries on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def bytes_below(folder: Path) -> int:
    """How much the files of a folder hold."""
    return sum(size for _path, size in _files(folder))


def pack(source: Path, target: Path, progress: Counted) -> int:
    """All files below `source` as one tar; how many. A file that goes meanwhile was removed, and is left out."""
    total, done, count = bytes_below(source), 0, 0
    with tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as tar:
        for path, size in _files(source):
            try:
                content = path.read_bytes()
            except FileNotFoundError:
                continue
            tar.addfile(_entry(path.relative_to(source), len(content)), io.BytesIO(content))
            count += 1
            done += size
            progress(done, max(total, done))
    os.chmod(target, 0o600)
    settle(target)
    return count


def unpack(source: Path, target: Path, progress: Counted) -> int:
    """Put the files of a tar below `target`; how many. Refuses names that lead out of it."""
    count, total = 0, source.stat().st_size
    target.mkdir(parents=True, exist_ok=True)
    with tarfile.open(source) as tar:
        for member in tar:
            content = tar.extractfile(member) if member.isreg() else None
            place = (target / member.name).resolve()
            if content is None or not place.is_relative_to(target.resolve()):
                raise ValueError(member.name)
            place.parent.mkdir(parents=True, exist_ok=True)
            _copy(content, place)
            count += 1
            progress(content.tell() + member.offset_data, total)
    return count


def _copy(content: IO[bytes], place: Path) -> None:
    with place.open("wb") as file:
        while chunk := content.read(CHUNK):
            file.write(chunk)


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    for path in sorted(folder.rglob("*")) if folder.is_dir() else []:
        try:
            if path.is_file() and not path.is_symlink():
                yield path, path.stat().st_size
        except FileNotFoundError:
            continue


def _entry(name: Path, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name.as_posix())
    entry.size, entry.mode = size, 0o600
    return entry
