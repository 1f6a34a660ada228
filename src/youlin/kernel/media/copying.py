"""A file for another district: media are rows of one district, so what goes across a line is copied."""

import hashlib
from datetime import date
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from youlin.kernel import journal
from youlin.kernel.actors import SYSTEM
from youlin.kernel.media import thumbnails
from youlin.kernel.media.models import MediaFile


def copied(media: MediaFile, *, district: str, id: UUID, day: date) -> MediaFile | None:
    """The content under a name that follows from `id` and `day`, and its row, unsaved; None if there is nothing.

    Again it finds what it made: a file that was written only in part is written anew.
    """
    if not media.stored or media.state in (MediaFile.State.REMOVED, MediaFile.State.FAILED):
        return None
    try:
        with default_storage.open(media.stored, "rb") as source:
            content = source.read()
    except FileNotFoundError:
        return None
    extension = media.stored.rpartition(".")[2]
    name = _stored(f"{district}/{day:%Y/%m/%d}/{id.hex}.{extension}", content)
    return MediaFile(
        id=id,
        district=district,
        kind=media.kind,
        purpose=media.purpose,
        content_type=media.content_type,
        size=media.size,
        width=media.width,
        height=media.height,
        seconds=media.seconds,
        orientation=media.orientation,
        sha256=hashlib.sha256(content).hexdigest(),
        stored=name,
        state=MediaFile.State.READY if media.kind == MediaFile.Kind.AUDIO else MediaFile.State.RECEIVED,
        uploaded_by=media.uploaded_by,
        created_at=media.created_at,
    )


def keep(media: MediaFile) -> None:
    """Write the row of a copied file, in the caller's transaction."""
    media.save(force_insert=True)
    after = {"kind": media.kind, "purpose": media.purpose, "size": media.size, "copied": True}
    journal.append(act="kernel.media_received", actor=SYSTEM, subject=media, after=after, first=True)
    if media.kind == MediaFile.Kind.PHOTO:
        thumbnails.thumbnails.enqueue(district=media.district, media_id=str(media.id))


def _stored(name: str, content: bytes) -> str:
    if default_storage.exists(name):
        with default_storage.open(name, "rb") as there:
            if there.read() == content:
                return name
        default_storage.delete(name)
    return default_storage.save(name, ContentFile(content))
