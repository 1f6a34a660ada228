"""A file that was received is on the disk, with the folders that lead to it."""

import os
from pathlib import Path
from unittest import mock

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from youlin.kernel.media.storage import Durable


def test_a_file_and_its_new_folders_are_on_the_disk_before_it_is_received(tmp_path: Path) -> None:
    settled: list[Path] = []

    def note(handle: int) -> None:
        settled.append(Path(os.readlink(f"/proc/self/fd/{handle}")))

    with mock.patch("youlin.kernel.media.storage.os.fsync", note):
        name = Durable(location=tmp_path).save("110102/2026/a.jpg", ContentFile(b"x"))
    assert settled == [tmp_path / name, tmp_path / "110102" / "2026", tmp_path / "110102", tmp_path]
    assert (tmp_path / name).read_bytes() == b"x"


def test_it_is_what_photos_are_kept_in() -> None:
    assert isinstance(default_storage, Durable)
