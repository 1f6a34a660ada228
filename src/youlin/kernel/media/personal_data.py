"""What the media table knows of a person: that they sent a file. The files belong to what they show."""

from typing import Any
from uuid import UUID

from youlin.kernel import privacy
from youlin.kernel.actors import Actor
from youlin.kernel.media.models import MediaFile


def register() -> None:
    """Tell `privacy` how to export and erase it."""
    privacy.register_exporter("media", export)
    privacy.register_eraser("media", erase)


def export(person_id: UUID) -> dict[str, Any]:
    """The files a person sent."""
    files = MediaFile.objects.filter(uploaded_by=person_id).order_by("created_at")
    rows = [
        {"id": str(file.id), "kind": file.kind, "purpose": file.purpose, "at": file.created_at.isoformat()}
        for file in files
    ]
    return {"files": rows} if rows else {}


def erase(person_id: UUID, actor: Actor) -> None:
    """Forget who sent the files."""
    MediaFile.objects.filter(uploaded_by=person_id).update(uploaded_by=None)
