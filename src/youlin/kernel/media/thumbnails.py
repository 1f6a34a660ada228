"""The smaller pictures of a photo, made by a worker; the nightly search for files nothing refers to."""

import logging
from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from youlin.kernel import clock, jobs
from youlin.kernel.media import photos
from youlin.kernel.media.formats import Damaged
from youlin.kernel.media.models import MediaFile

_log = logging.getLogger(__name__)
_SWEPT_AFTER = timedelta(days=2)
_SWEPT_DAYS = 7


@jobs.job(name="media.thumbnails", attempts=5)
def thumbnails(*, district: str, media_id: str) -> str:
    """Make the smaller pictures of one photo; the state it is in then. Doing it again changes nothing."""
    media = MediaFile.objects.filter(district=district, id=UUID(media_id)).first()
    if media is None:
        return "gone"
    if media.state == MediaFile.State.RECEIVED:
        make(media)
    return media.state


def make(media: MediaFile) -> None:
    """Make and store the smaller pictures; the photo is then ready, or failed when it cannot be decoded."""
    with default_storage.open(media.stored) as file:
        data = file.read()
    try:
        made = photos.smaller(data)
    except Damaged:
        _log.exception("photo %s of %s cannot be decoded", media.id, media.district)
        _note(media, state=MediaFile.State.FAILED)
        return
    stem = media.stored.rpartition(".")[0]
    names = {size: _stored(f"{stem}.{size}.webp", content) for size, content in made.items()}
    _note(media, state=MediaFile.State.READY, **names)


def _stored(name: str, content: bytes) -> str:
    """Store under exactly this name: a second run replaces what the first one wrote."""
    default_storage.delete(name)
    return default_storage.save(name, ContentFile(content))


def _note(media: MediaFile, **values: str) -> None:
    rows = MediaFile.objects.filter(district=media.district, id=media.id, state=MediaFile.State.RECEIVED)
    rows.update(**values)
    for name, value in values.items():
        setattr(media, name, value)


@jobs.every(name="media.sweep", daily_at="03:50")
def sweep() -> int:
    """Delete the files of receipts that were rolled back, two to nine days old; how many."""
    swept = 0
    for folder, names in _recent_folders():
        stems = {name: _id_of(name) for name in names}
        wanted = {stem for stem in stems.values() if stem}
        district = folder.partition("/")[0]
        rows = MediaFile.objects.filter(district=district, id__in=wanted)
        known = set(rows.exclude(state=MediaFile.State.REMOVED).values_list("id", flat=True))
        for name, stem in stems.items():
            if stem and stem not in known:
                default_storage.delete(f"{folder}/{name}")
                swept += 1
    return swept


def _recent_folders() -> Iterator[tuple[str, list[str]]]:
    """The folders of the days that are swept, with the names in them."""
    last = clock.today() - _SWEPT_AFTER
    for district in _folders():
        for number in range(_SWEPT_DAYS):
            folder = f"{district}/{last - timedelta(days=number):%Y/%m/%d}"
            try:
                _directories, names = default_storage.listdir(folder)
            except FileNotFoundError:
                continue
            yield folder, names


def _folders() -> list[str]:
    try:
        return default_storage.listdir("")[0]
    except FileNotFoundError:
        return []


def _id_of(name: str) -> UUID | None:
    """The id that a stored name begins with; None for a name that is not ours."""
    try:
        return UUID(hex=name.partition(".")[0][:32])
    except ValueError:
        return None
