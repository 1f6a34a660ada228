"""Files from strangers: things that are two things at once, bombs, names that lead elsewhere, half a gigabyte."""

import gzip
import io
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.exceptions import RequestDataTooBig
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.handlers.wsgi import LimitedStream
from django.test import Client, RequestFactory

from tests.cast import DISTRICT, GRID, make_cast, make_district, point_in
from tests.security.test_requests import Endless
from youlin.apps.cases.imports import files, mapping
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories as cases
from youlin.apps.cases.tests.test_import_reading import MAPPING
from youlin.apps.parties import clients
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid
from youlin.kernel.media import services as media_services
from youlin.kernel.media.models import MediaFile
from youlin.kernel.tests import pictures

pytestmark = pytest.mark.django_db

PAGE = b"<!doctype html><script>alert(document.cookie)</script>"
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
NO_PHOTOS = {
    "a page": PAGE,
    "a drawing with a script": DRAWING,
    "a drawing behind an XML head": b'<?xml version="1.0"?>' + DRAWING,
    "a moving picture that is a script": b"GIF89a/*" + b"\0" * 20 + b"*/=1;alert(1)",
    "a photo with a page behind": pictures.jpeg() + PAGE,
    "a photo with an archive behind": pictures.png() + pictures.archive(),
    "a page that begins like a photo": b"\xff\xd8\xff\xe0" + PAGE,
    "a program": b"MZ\x90\x00" + b"\0" * 200,
    "a program of Linux": b"\x7fELF\x02\x01\x01" + b"\0" * 200,
    "an archive": pictures.archive(),
    "a document": b"%PDF-1.7\n1 0 obj <</JS (app.alert(1))>>",
    "half a photo": pictures.jpeg()[:200],
    "nothing": b"",
}
NAMES = (
    "../../../evil.jpg", "..\\..\\evil.jpg", "/etc/passwd", "C:\\autoexec.bat", "a\0.php.jpg", "x" * 300 + ".jpg",
    "a.jpg/../../b.php", "con.jpg", "<script>alert(1)</script>.jpg", "; rm -rf / #.jpg", "a\r\nSet-Cookie: b=c.jpg",
    "\u202egpj.exe", "．．／evil.jpg", ".htaccess", "%2e%2e%2fevil.jpg",
)  # fmt: skip


@pytest.fixture
def browser(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.PACE_VISITOR = settings.PACE_ADDRESS = ""
    make_district()
    make_cast()
    cases.make_tables()
    return Client()


def report(browser: Client, *photos: SimpleUploadedFile):
    lon, lat = point_in(GRID)
    fields = {
        "text": "楼下垃圾满溢", "category": cases.GARBAGE, "lon": f"{lon:.6f}", "lat": f"{lat:.6f}",
        "idempotency_key": cases.key(), "photos": list(photos),
    }  # fmt: skip
    return browser.post("/report/", fields)


def stored() -> list[Path]:
    root = Path(default_storage.base_location)
    return [path for path in root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("what", NO_PHOTOS)
def test_what_is_no_photo_is_refused_whatever_it_calls_itself(browser, what):
    _client, key = clients.issue_key(actor=SYSTEM, district=DISTRICT, name="小程序")
    page = report(browser, SimpleUploadedFile("holiday.jpg", NO_PHOTOS[what], "image/jpeg"))
    assert page.status_code == 400 and "holiday.jpg" in page.content.decode()
    answer = browser.post(
        "/api/v1/photos",
        {"photos": [SimpleUploadedFile("holiday.jpg", NO_PHOTOS[what], "image/jpeg")]},
        headers={"X-API-Key": key},
    )
    assert answer.status_code == 400 and answer.json()["problems"][0]["remedy"]
    assert not stored() and not MediaFile.objects.exists() and not Case.objects.exists()


def test_no_name_of_a_file_leads_anywhere(browser, tmp_path):
    for name in NAMES:
        file = SimpleUploadedFile("a.jpg", pictures.jpeg(), "image/jpeg")
        file._name = name  # as it came over the wire: Django's own setter would already cut it
        page = report(browser, file)
        assert page.status_code in (302, 303), (name, page.content.decode()[:300])
    kept = stored()
    assert len(kept) == len(NAMES), "one file each, in the one folder"
    for path in kept:
        assert path.relative_to(tmp_path / "media").parts[0] == DISTRICT
        assert path.suffix == ".jpg" and len(path.stem) == 32
    assert {path.name for path in tmp_path.iterdir()} == {"media"}


def test_a_picture_that_unpacks_to_anything_is_refused(browser):
    bomb = pictures.bomb_png(60_000, 60_000)
    tracemalloc.start()
    page = report(browser, SimpleUploadedFile("bomb.png", bomb, "image/png"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert page.status_code == 400 and "像素" in page.content.decode()
    assert peak < 60 * 2**20, "3.6 thousand million pixels were not decoded"


def test_a_packed_file_without_an_end_of_line_does_not_fill_the_memory(tmp_path):
    declared = tmp_path / "mapping.yaml"
    declared.write_text(MAPPING, encoding="utf-8")
    path = tmp_path / "table.csv.gz"
    with gzip.open(path, "wb") as packed:
        for _each in range(200):
            packed.write(b"0" * 2**20)
    tracemalloc.start()
    with pytest.raises(Invalid) as refused:
        files.check(path, mapping.load(declared))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.problems[0].field == "table.csv.gz" and peak < 40 * 2**20


class Dripping:
    """A body of a form with one large file, made while it is read."""

    HEAD = b'--x\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n'
    TAIL = b"\r\n--x--\r\n"

    def __init__(self, size: int) -> None:
        self.length = len(self.HEAD) + size + len(self.TAIL)
        self.parts = self._made(size)

    def _made(self, size: int) -> Iterator[bytes]:
        yield self.HEAD
        block = pictures.jpeg() + b"\0" * 60_000
        while size > 0:
            yield block[:size]
            size -= len(block)
        yield self.TAIL

    def read(self, *size: int) -> bytes:
        return next(self.parts, b"")

    readline = read


def test_150_megabytes_go_by_without_staying_in_memory(browser, settings):
    body = Dripping(150 * 2**20)
    request = RequestFactory().generic(
        "POST", "/report/", b"x", content_type="multipart/form-data; boundary=x"
    )
    request.META["CONTENT_LENGTH"] = str(body.length)
    request._stream = body
    tracemalloc.start()
    with request.FILES["photos"] as file:
        size = file.size
        with pytest.raises(Invalid) as refused:
            media_services.receive(district=DISTRICT, actor=SYSTEM, name="a.jpg", data=file, purpose="case")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size == 150 * 2**20 and "15 MB" in refused.value.message
    assert peak < 3 * settings.PHOTO_MAX_BYTES, "at most what a photo may have is looked at"


def test_500_megabytes_without_a_length_are_not_read(browser):
    request = RequestFactory().generic(
        "POST", "/report/", b"x", content_type="multipart/form-data; boundary=x"
    )
    del request.META["CONTENT_LENGTH"]
    request._stream = LimitedStream(Endless(), 0)  # what WSGI makes of a body that tells no length
    assert not request.POST and not request.FILES


def test_a_body_that_is_no_form_has_a_small_limit(browser):
    for path in ("/api/v1/cases", "/report/suggest/"):
        request = RequestFactory().generic("POST", path, b"x", content_type="application/json")
        request.META["CONTENT_LENGTH"] = str(100 * 2**20)
        request._stream = Endless()
        with pytest.raises(RequestDataTooBig):
            _body = request.body


def test_too_many_photos_are_refused_by_number(browser):
    photos = [SimpleUploadedFile(f"{n}.jpg", pictures.jpeg(), "image/jpeg") for n in range(12)]
    page = report(browser, *photos)
    assert page.status_code == 400 and "9" in page.content.decode() and not stored()


def test_a_photo_is_given_out_as_nothing_but_a_photo(browser):
    page = report(browser, SimpleUploadedFile("a.jpg", pictures.jpeg(), "image/jpeg"))
    assert page.status_code in (302, 303)
    media = MediaFile.objects.get()
    token = page.headers["Location"].split("t=")[1]
    answer = browser.get(f"/photo/{media.id}/thumb/?t={token}")
    assert answer.status_code == 200 and answer["Content-Type"] == "image/webp"
    assert answer["X-Content-Type-Options"] == "nosniff" and "sandbox" in answer["Content-Security-Policy"]
    body = io.BytesIO(b"".join(answer.streaming_content)).getvalue()
    assert body[:4] == b"RIFF" and body[8:12] == b"WEBP"
