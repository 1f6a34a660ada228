"""Files are shown to a clamd where the operator has one; what it finds, and its absence, keep a file out."""

import socketserver
import tempfile
from pathlib import Path

import pytest
from django.test import override_settings

from youlin.kernel import operations
from youlin.kernel.actors import ANONYMOUS
from youlin.kernel.errors import Invalid, Unavailable
from youlin.kernel.media import scanning, services
from youlin.kernel.media.models import MediaFile
from youlin.kernel.tests.clamd import EICAR, LIMIT, Garbled, Handler, Tcp, served
from youlin.kernel.tests.pictures import jpeg

NOBODY_THERE = "tcp://127.0.0.1:1"


@pytest.fixture
def clamd(settings):
    """A clamd on a port of its own, and the setting that leads to it."""
    with served(Tcp(("127.0.0.1", 0), Handler)) as server:
        settings.CLAMD = f"tcp://127.0.0.1:{server.server_address[1]}"
        yield server


def receive(data: bytes) -> MediaFile:
    return services.receive(district="110102", actor=ANONYMOUS, name="a.jpg", data=data, purpose="case")


def test_what_is_clean_comes_back_clean_in_chunks_of_any_number(clamd):
    for size in (0, 1, 64 * 1024, 64 * 1024 + 1, 300_000):
        assert scanning.scan(b"a" * size) == ""
    assert [len(one) for one in clamd.seen] == [0, 1, 65536, 65537, 300_000]
    assert scanning.version().startswith("ClamAV ")


def test_what_is_found_is_named(clamd):
    assert scanning.scan(b"before" + EICAR + b"after") == "Eicar-Test-Signature"


def test_a_local_socket_does_as_well():
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "clamd.ctl")
        with (
            served(socketserver.ThreadingUnixStreamServer(path, Handler)),
            override_settings(CLAMD=f"unix://{path}"),
        ):
            assert scanning.scan(EICAR) == "Eicar-Test-Signature"
            assert scanning.scan(b"clean") == ""


def test_what_is_no_clamd_no_answer_and_no_address_are_all_no_scanner(clamd):
    with pytest.raises(scanning.NoScanner):
        scanning.scan(b"a" * (LIMIT + 1))
    with served(Tcp(("127.0.0.1", 0), Garbled)) as other:
        for address in (
            f"tcp://127.0.0.1:{other.server_address[1]}",
            NOBODY_THERE,
            "clamd",
            "unix:///nowhere",
        ):
            with override_settings(CLAMD=address), pytest.raises(scanning.NoScanner):
                scanning.scan(b"a")


@pytest.mark.django_db
def test_a_photo_is_scanned_before_it_is_opened(clamd):
    photo = jpeg()
    assert receive(photo).kind == "photo"
    assert clamd.seen == [photo]
    with pytest.raises(Invalid) as refused:
        receive(photo + EICAR)
    assert "Eicar-Test-Signature" in refused.value.problems[0].message
    assert MediaFile.objects.count() == 1


@pytest.mark.django_db
def test_without_the_scanner_nothing_is_taken_and_words_say_so():
    with override_settings(CLAMD=NOBODY_THERE), pytest.raises(Unavailable) as refused:
        receive(jpeg())
    assert refused.value.status == 503
    assert "无法检查" in refused.value.problems[0].message and "再试" in refused.value.problems[0].remedy
    assert not MediaFile.objects.exists()


@pytest.mark.django_db
def test_off_as_shipped_and_the_operator_is_told_either_way(clamd):
    def told():
        return next(one for one in operations.findings() if one.name == "scanner")

    found = told()
    assert found.state == "ok" and "ClamAV 1.4.3" in found.seen
    with override_settings(CLAMD=NOBODY_THERE):
        found = told()
        assert found.state == "late" and "YOULIN_CLAMD" in found.remedy
    with override_settings(CLAMD=""):
        found = told()
        assert found.state == "ok" and "没有启用" in found.seen
        assert receive(jpeg()).kind == "photo"
