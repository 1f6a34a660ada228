"""Receiving, showing and removing photos and recordings."""

import io
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image

from youlin.kernel import clock, jobs, journal
from youlin.kernel.actors import ANONYMOUS, SYSTEM, Actor
from youlin.kernel.errors import Invalid, NotFound
from youlin.kernel.media import personal_data, services, thumbnails
from youlin.kernel.media.models import MediaFile
from youlin.kernel.privacy import registry
from youlin.kernel.tests import pictures

pytestmark = pytest.mark.django_db

DISTRICT = "110102"
LI = Actor("person", person_id=uuid4())


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def receive(data: Any = None, **options: Any) -> MediaFile:
    options = {"district": DISTRICT, "actor": LI, "name": "a.jpg", "purpose": "case", **options}
    return services.receive(data=pictures.jpeg(6, size=(1600, 1200)) if data is None else data, **options)


def recording(name: str = "aac.m4a") -> bytes:
    return (Path(__file__).parent / "recordings" / name).read_bytes()


def shown(media: MediaFile, size: str) -> bytes:
    with services.open_file(media, size).file as file:
        return file.read()


def test_a_photo_is_received_stripped_journalled_and_made_smaller_by_a_job() -> None:
    media = receive()
    assert (media.kind, media.content_type, media.state) == ("photo", "image/jpeg", "received")
    assert (media.width, media.height, media.orientation) == (1600, 1200, 6)
    assert media.uploaded_by == LI.person_id and len(media.sha256) == 64
    assert b"SECRET" not in shown(media, "original") and len(shown(media, "original")) == media.size
    entry = journal.entries_for(media)[-1]
    assert entry.act == "kernel.media_received" and entry.public["after"]["cut"] > 0
    jobs.run_pending()
    media.refresh_from_db()
    assert media.state == "ready"
    with Image.open(io.BytesIO(shown(media, "thumb"))) as image:
        assert image.size == (240, 320)
    with Image.open(io.BytesIO(shown(media, "full"))) as image:
        assert image.size == (960, 1280)


def test_a_photo_can_be_seen_before_the_worker_came_by() -> None:
    media = receive()
    assert shown(media, "thumb")
    names = (media.thumb, media.full)
    jobs.run_pending()
    media.refresh_from_db()
    assert (media.thumb, media.full) == names and media.state == "ready"


def test_the_job_may_run_twice_and_after_a_crash_in_the_middle() -> None:
    media = receive()
    default_storage.save(media.stored.replace(".jpg", ".full.webp"), io.BytesIO(b"half"))
    for _round in range(2):
        thumbnails.thumbnails(district=DISTRICT, media_id=str(media.id))
    media.refresh_from_db()
    assert shown(media, "full").startswith(b"RIFF")
    folder = media.stored.rpartition("/")[0]
    assert len(default_storage.listdir(folder)[1]) == 3
    assert thumbnails.thumbnails(district=DISTRICT, media_id=str(uuid4())) == "gone"


def test_a_recording_is_ready_at_once_and_shown_without_its_tags() -> None:
    media = receive(io.BytesIO(recording()), name="声音.m4a", actor=ANONYMOUS)
    assert (media.kind, media.state, media.content_type) == ("audio", "ready", "audio/mp4")
    assert media.seconds == pytest.approx(0.6) and media.uploaded_by is None
    opened = services.open_file(media, "full")
    with opened.file as file:
        assert opened.content_type == "audio/mp4" and b"SECRET" not in file.read()


def test_the_name_says_nothing() -> None:
    assert receive(pictures.png(), name="photo.jpg").content_type == "image/png"
    with pytest.raises(Invalid):
        receive(b"MZ\x90\x00" + bytes(200), name="photo.jpg")
    assert "SECRET" not in receive(name="SECRET 王小明.jpg").stored


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "空"),
        (pictures.jpeg()[:-40], "不完整"),
        (pictures.png()[:200], "不完整"),
        (pictures.bomb_png(60_000, 60_000), "像素"),
        (pictures.jpeg() + pictures.archive(), "夹带"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (pictures.archive(), "压缩包"),
        (recording().replace(b"soun", b"vide"), "视频"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIC"),
    ],
    ids=range(9),
)
def test_what_cannot_be_taken_is_refused_in_words_and_leaves_nothing(
    data: bytes, words: str, own_folder: Path
) -> None:
    with pytest.raises(Invalid) as caught:
        receive(data, field="photos")
    problem = caught.value.problems[0]
    assert words in problem.message and problem.remedy and problem.field == "photos"
    assert not MediaFile.objects.exists() and not list(own_folder.rglob("*.*"))


def test_files_over_the_limit_are_refused_without_being_read_whole(settings: Any) -> None:
    settings.PHOTO_MAX_BYTES, settings.AUDIO_MAX_BYTES = 2000, 1000

    class Endless(io.RawIOBase):
        def read(self, size: int = -1) -> bytes:
            assert 0 < size <= 2001
            return b"\xff\xd8\xff" + bytes(size - 3)

    for data in (Endless(), recording(), bytes(5000)):
        with pytest.raises(Invalid) as caught:
            receive(data)
        assert "超过" in caught.value.message


def test_a_receipt_that_fails_leaves_no_file(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "append", lambda **k: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        receive()
    assert not list(own_folder.rglob("*.*"))


def test_files_of_rolled_back_receipts_are_swept_and_others_are_not(own_folder: Path) -> None:
    kept = receive()
    with pytest.raises(RuntimeError), transaction.atomic():
        lost = receive()
        raise RuntimeError
    later = clock.now() + timedelta(days=3)
    assert thumbnails.sweep() == 0
    with clock.frozen(later):
        assert thumbnails.sweep() == 1
    assert default_storage.exists(kept.stored) and not default_storage.exists(lost.stored)


@pytest.mark.django_db(transaction=True)
def test_what_is_removed_is_gone_and_journalled(own_folder: Path) -> None:
    media = receive()
    jobs.run_pending()
    media.refresh_from_db()
    for _round in range(2):
        services.remove(media=media, actor=SYSTEM, reason="重复上传")
    assert not list(own_folder.rglob("*.*"))
    assert [entry.act for entry in journal.entries_for(media)] == [
        "kernel.media_received",
        "kernel.media_removed",
    ]
    with pytest.raises(NotFound):
        services.open_file(services.of(DISTRICT, media.id), "thumb")


def test_a_photo_that_no_longer_decodes_is_marked_and_not_shown() -> None:
    media = receive()
    default_storage.delete(media.stored)
    default_storage.save(media.stored, io.BytesIO(b"\xff\xd8\xff broken"))
    assert thumbnails.thumbnails(district=DISTRICT, media_id=str(media.id)) == "failed"
    media.refresh_from_db()
    with pytest.raises(NotFound):
        services.open_file(media, "full")


def test_files_belong_to_their_district_and_sizes_are_known() -> None:
    media = receive()
    assert services.of(DISTRICT, media.id) == media
    with pytest.raises(NotFound):
        services.of("110101", media.id)
    with pytest.raises(NotFound):
        services.open_file(media, "huge")


def test_a_door_says_where_files_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_addresses", [])
    media = receive()
    assert services.url(media) == ""
    services.register_address(lambda media, size: f"/photo/{media.id}/{size}/")
    assert services.url(media, "full") == f"/photo/{media.id}/full/"


def test_a_person_is_told_what_they_sent_and_then_forgotten() -> None:
    media = receive()
    assert personal_data.export(LI.person_id)["files"][0]["id"] == str(media.id)
    personal_data.erase(LI.person_id, SYSTEM)
    assert personal_data.export(LI.person_id) == {}
    assert MediaFile.objects.get().uploaded_by is None
    assert "media" in registry.erasers() and "media" in registry.exporters()
