"""Taking photos and recordings in, giving them out, removing them."""

import hashlib
from collections.abc import Callable
from typing import IO, Literal, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from youlin.kernel import clock, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound
from youlin.kernel.media import formats, photos, scanning, thumbnails
from youlin.kernel.media.models import MediaFile

Size = Literal["thumb", "full", "original"]


class Opened(NamedTuple):
    """A file to be sent. The receiver closes `file`."""

    file: File[bytes]
    content_type: str


_addresses: list[Callable[[MediaFile, str], str]] = []


def receive(
    *, district: str, actor: Actor, name: str, data: bytes | IO[bytes], purpose: str, field: str = "media"
) -> MediaFile:
    """Take in one photo or recording: recognised by content, metadata cut, proved whole, stored.

    `name` is what the sender called it; it is neither trusted nor kept. Raises `Invalid`, in words for
    the sender, for anything else than a sound photo or recording within the limits; `Unavailable` while a
    scanner that should look at it cannot be asked.
    """
    try:
        format, clean, size = _examined(data)
    except formats.Damaged as error:
        message = _("文件不完整或已损坏，无法打开")
        raise Invalid(message, field=field, remedy=_("请重新选择这个文件，或者重拍一张")) from error
    except formats.HasPicture as error:
        message = _("这是视频，目前只接收照片和录音")
        raise Invalid(message, field=field, remedy=_("请改用照片，或者只录声音")) from error
    except Invalid as error:
        problem = error.problems[0]
        raise Invalid(problem.message, field=field, remedy=problem.remedy) from error
    return _keep(district=district, actor=actor, purpose=purpose, format=format, clean=clean, size=size)


def open_file(media: MediaFile, size: Size | str = "full") -> Opened:
    """The content to show: `thumb` and `full` of a photo, the recording itself of an audio file.

    The caller has checked that the viewer may see it. `original` (stripped, full size) is for the exports
    of those who answer for the case, never for a page. Raises `NotFound` when there is nothing to show.
    """
    if media.state in (MediaFile.State.REMOVED, MediaFile.State.FAILED):
        raise NotFound(_("这个文件已不能查看"))
    if size == "original" or media.kind == MediaFile.Kind.AUDIO:
        return Opened(_open(media.stored), media.content_type)
    if size not in photos.SIZES:
        raise NotFound()
    if media.state == MediaFile.State.RECEIVED:
        thumbnails.make(media)
    return Opened(_open(media.thumb if size == "thumb" else media.full), "image/webp")


def remove(*, media: MediaFile, actor: Actor, reason: str) -> None:
    """Delete the content for good; the row stays as a sign that there was one."""
    with transaction.atomic():
        gone = MediaFile.objects.filter(district=media.district, id=media.id)
        names = [name for name in (media.stored, media.thumb, media.full) if name]
        state = MediaFile.State.REMOVED
        if not gone.exclude(state=state).update(state=state, stored="", thumb="", full="", sha256=""):
            return
        journal.append(act="kernel.media_removed", actor=actor, subject=media, note=reason)
        transaction.on_commit(lambda: _delete(names))
    media.state, media.stored, media.thumb, media.full, media.sha256 = state, "", "", "", ""


def register_address(address: Callable[[MediaFile, str], str]) -> None:
    """Say where files are shown: a door's function of a file and a size that gives the address."""
    _addresses[:] = [address]


def url(media: MediaFile, size: Size | str = "thumb") -> str:
    """The address at which a door shows `media`; the door checks who may see it. Empty when no door does."""
    return _addresses[0](media, size) if _addresses else ""


def of(district: str, id: UUID) -> MediaFile:
    """One file. Raises `NotFound`."""
    found = MediaFile.objects.filter(district=district, id=id).first()
    if found is None:
        raise NotFound()
    return found


def _examined(data: bytes | IO[bytes]) -> tuple[formats.Format, formats.Clean, int]:
    """The format, and the content without metadata; nothing is decoded before the limits are checked."""
    limits = {"photo": settings.PHOTO_MAX_BYTES, "audio": settings.AUDIO_MAX_BYTES}
    most = max(limits.values())
    content = data[: most + 1] if isinstance(data, bytes) else data.read(most + 1)
    if not content:
        raise Invalid(_("文件是空的"), remedy=_("请重新选择文件；如果刚拍完，请等手机存好再选"))
    if len(content) > most:
        raise _too_large(most)
    format = formats.recognise(content)
    if len(content) > limits[format.kind]:
        raise _too_large(limits[format.kind])
    scanning.demand_clean(content)
    clean = format.clean(content)
    if format.kind == "photo":
        photos.check(clean)
    return format, clean, len(content)


def _too_large(limit: int) -> Invalid:
    message = _("文件超过 %(limit)s MB") % {"limit": limit // (1024 * 1024)}
    return Invalid(message, remedy=_("照片请在相机设置里降低分辨率，录音请缩短后重录"))


def _keep(
    *,
    district: str,
    actor: Actor,
    purpose: str,
    format: formats.Format,
    clean: formats.Clean,
    size: int,
) -> MediaFile:
    media = MediaFile(
        district=district,
        kind=format.kind,
        purpose=purpose,
        content_type=format.content_type,
        size=len(clean.data),
        width=clean.width,
        height=clean.height,
        seconds=clean.seconds,
        orientation=clean.orientation,
        sha256=hashlib.sha256(clean.data).hexdigest(),
        uploaded_by=actor.person_id,
    )
    wanted = f"{district}/{clock.today():%Y/%m/%d}/{media.id.hex}.{format.extension}"
    media.stored = default_storage.save(wanted, ContentFile(clean.data))
    if format.kind == "audio":
        media.state = MediaFile.State.READY
    try:
        with transaction.atomic():
            media.save(force_insert=True)
            after = {"kind": media.kind, "purpose": purpose, "size": media.size, "cut": size - media.size}
            journal.append(act="kernel.media_received", actor=actor, subject=media, after=after, first=True)
            if format.kind == "photo":
                thumbnails.thumbnails.enqueue(district=district, media_id=str(media.id))
    except BaseException:
        _delete([media.stored])
        raise
    return media


def _open(name: str) -> File[bytes]:
    try:
        return default_storage.open(name, "rb")
    except FileNotFoundError as error:
        raise NotFound(_("这个文件已不能查看")) from error


def _delete(names: list[str]) -> None:
    for name in names:
        default_storage.delete(name)
