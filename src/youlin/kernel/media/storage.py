"""Files that are on the disk, not only on their way there, before anybody is told that they were received."""

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class Durable(FileSystemStorage):
    """Django's storage in a folder, which waits for the disk: a power cut takes nothing that was acknowledged."""

    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        """Where it is kept, once it is there."""
        kept = super().save(name, content, max_length=max_length)
        file, root = Path(self.path(kept)), Path(self.location)
        for place in (file, *(folder for folder in file.parents if folder.is_relative_to(root))):
            _settle(place)
        return kept


def _settle(place: Path) -> None:
    handle = os.open(place, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
