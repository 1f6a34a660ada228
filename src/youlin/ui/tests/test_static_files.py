"""Static files: kept for ever under an address that changes with them, compressed where the browser can read it."""

import gzip
import re
import warnings
from pathlib import Path

import brotli
import pytest
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.test import Client, RequestFactory

from youlin.ui import static_files
from youlin.ui.static_files import StaticFiles

pytestmark = pytest.mark.django_db  # a response that is closed ends a request, which looks after connections
NAME = "ui/main.js"


@pytest.fixture
def root(settings, tmp_path: Path) -> Path:
    """A place for collections that is empty."""
    settings.STATIC_ROOT = tmp_path / "static"
    return settings.STATIC_ROOT


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=404)


def ask(middleware: StaticFiles, address: str, accept: str = "") -> HttpResponse:
    headers = {"Accept-Encoding": accept} if accept else {}
    response = middleware(RequestFactory().get(address, headers=headers))
    response.body = b"".join(response) if response.streaming else response.content
    response.close()
    return response


def test_a_file_is_kept_for_ever_under_an_address_with_the_digest_of_all(root: Path) -> None:
    static_files.collect()
    middleware = StaticFiles(nothing)
    address = static(NAME)
    assert re.fullmatch(r"/static/[0-9a-f]{12}/ui/main\.js", address)
    response = ask(middleware, address)
    assert response["Cache-Control"] == "max-age=31536000, public, immutable"
    assert response["Content-Type"].startswith("text/javascript")


@pytest.mark.parametrize(
    ("accept", "unpacked"), [("gzip, deflate, br", brotli.decompress), ("gzip", gzip.decompress), ("", bytes)]
)
def test_it_comes_as_small_as_the_browser_can_read_it(root: Path, accept: str, unpacked) -> None:
    folder = static_files.collect()
    response = ask(StaticFiles(nothing), static(NAME), accept)
    assert response["Vary"] == "Accept-Encoding"
    assert unpacked(response.body) == (folder / NAME).read_bytes()


def test_modules_find_each_other_by_the_same_digest(root: Path) -> None:
    """Relative addresses of a module stay behind the digest, so nothing is loaded twice under two names."""
    folder = static_files.collect()
    middleware = StaticFiles(nothing)
    text = (folder / NAME).read_text(encoding="utf-8")
    for other in re.findall(r'from "\./([\w/-]+\.js)"', text):
        assert "immutable" in ask(middleware, static("ui/") + other)["Cache-Control"]


def test_a_page_from_before_an_upgrade_gets_the_files_of_now_but_keeps_them_only_briefly(root: Path) -> None:
    static_files.collect()
    for address in (f"/static/{'0' * 12}/{NAME}", f"/static/{NAME}"):
        response = ask(StaticFiles(nothing), address)
        assert response.status_code == 200 and response["Cache-Control"] == "max-age=60, public"


def test_without_a_collection_the_files_are_served_and_nobody_is_warned(root: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        middleware = StaticFiles(nothing)
    assert not root.exists()
    response = ask(middleware, static(NAME), "br")
    assert response.status_code == 200 and "Content-Encoding" not in response
    assert "immutable" in response["Cache-Control"]


def test_what_is_not_there_and_what_lies_outside_is_not_served(root: Path) -> None:
    static_files.collect()
    for address in ("/static/nothing.js", static("../settings.py"), static("ui"), "/static/", "/report/"):
        assert ask(StaticFiles(nothing), address).status_code == 404


def test_it_is_collected_once_and_one_earlier_collection_stays(root: Path, monkeypatch) -> None:
    first = static_files.collect()
    assert static_files.collect() == first
    for digest in ("1" * 12, "2" * 12):
        monkeypatch.setattr(static_files, "version", lambda digest=digest: digest)
        static_files.collect()
    assert {one.name for one in root.iterdir()} == {"1" * 12, "2" * 12}


def test_small_files_and_pictures_are_not_compressed(root: Path) -> None:
    folder = static_files.collect()
    assert not list(folder.rglob("*.png.br")) and (folder / f"{NAME}.br").exists()


def test_the_pages_name_addressed_files_alone(client: Client, db: None) -> None:
    page = client.get("/ui/").content.decode()
    named = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert named and all(one.startswith(f"/static/{static_files.version()}/") for one in named)
