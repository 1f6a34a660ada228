"""The interface's own pages, and what the content policy asks of every template."""

import json
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse

from youlin.ui import assets, examples, navigation, static_files, words

PAGES = ["/ui/", "/ui/?width=phone&zoom=2", "/offline/", *(f"/ui/example/{name}" for name in examples.PAGES)]
SCRIPTS = [p for p in (assets.FOLDER / "ui").rglob("*.js") if p.name != "words.js"]


@pytest.mark.parametrize("url", PAGES)
def test_a_page_holds_nothing_inline(client: Client, url: str) -> None:
    html = client.get(url).content.decode()
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son[a-z]+=", html)
    assert "<style" not in html
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))


@pytest.mark.parametrize("url", PAGES)
def test_a_page_has_no_id_twice_and_no_dangling_reference(client: Client, url: str) -> None:
    html = client.get(url).content.decode()
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids)), sorted(i for i in ids if ids.count(i) > 1)
    for value in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', html):
        assert set(value.split()) <= set(ids)


@pytest.mark.parametrize("url", PAGES)
def test_a_page_is_one_main_one_heading_and_a_way_past_the_navigation(client: Client, url: str) -> None:
    html = client.get(url).content.decode()
    assert html.count("<main") == 1
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert 'class="skip" href="#main"' in html


def test_examples_say_that_they_are_examples(client: Client) -> None:
    assert "示例" in client.get("/ui/").content.decode()


def test_the_gallery_shows_every_icon_and_element(client: Client) -> None:
    html = client.get("/ui/").content.decode()
    elements = {path.stem for path in (assets.FOLDER / "ui/elements").glob("*.js")}
    assert {e for e in elements if f"<youlin-{e}" not in html} == set()


def test_the_worker_may_serve_the_whole_platform(client: Client) -> None:
    response = client.get("/sw.js")
    assert response["Service-Worker-Allowed"] == "/"
    assert response["Content-Type"].startswith("text/javascript")
    assert "no-cache" in response["Cache-Control"]
    head = response.content.decode().split("const KEPT = ", 1)[1].split(";\n", 1)[0]
    kept = json.loads(head)
    assert kept["version"] == assets.version()
    assert f"/static/{static_files.version()}/ui/main.js" in kept["files"]


def test_every_kept_file_exists() -> None:
    missing = [name for name in assets.kept_files() if finders.find(name) is None]
    assert [name for name in missing if not name.startswith("vendor/")] == []


def test_the_manifest_names_icons_that_exist(client: Client) -> None:
    manifest = client.get("/manifest.webmanifest").json()
    for icon in manifest["icons"]:
        assert (assets.FOLDER / icon["src"].removeprefix(f"/static/{static_files.version()}/")).exists()


def test_the_manifest_speaks_the_readers_language_and_has_icons_of_any_shape(client: Client) -> None:
    told = client.get("/manifest.webmanifest", headers={"Accept-Language": "en"}).json()
    assert (told["lang"], told["name"]) == ("en", "Youlin")
    assert {(icon["purpose"], icon["sizes"]) for icon in told["icons"]} == {
        (purpose, size) for purpose in ("any", "maskable") for size in ("192x192", "512x512")
    }
    assert "/places/" in {one["url"] for one in told["shortcuts"]}


def test_the_offline_page_leads_to_what_is_kept(client: Client) -> None:
    page = client.get("/offline/").content.decode()
    assert 'href="/places/"' in page and 'href="/report/"' in page


def test_the_worker_imports_every_doors_part_and_keeps_its_files(client: Client) -> None:
    script = client.get("/sw.js").content.decode()
    for number, name in enumerate(assets.parts()):
        assert f'import * as part{number} from "/static/{static_files.version()}/{name}";' in script
    assert assets.parts() and set(assets.parts()) <= set(assets.kept_files())


def test_a_chosen_theme_colours_the_phones_bar_too(client: Client) -> None:
    client.post("/ui/theme", {"theme": "dark"})
    page = client.get("/ui/").content.decode()
    assert page.count('name="theme-color"') == 1 and '"#131917"' in page


def test_the_token_comes_with_the_person_and_is_never_cached(client: Client) -> None:
    response = client.get("/ui/csrf")
    assert response.json()["token"]
    assert response.json()["person"] == ""
    assert "no-store" in response["Cache-Control"]


def test_the_theme_is_remembered_and_drawn_by_the_server(client: Client) -> None:
    response = client.post("/ui/theme", {"theme": "dark", "next": "/ui/"})
    assert (response.status_code, response["Location"]) == (303, "/ui/")
    assert 'data-theme="dark"' in client.get("/ui/").content.decode()


def test_an_unknown_theme_is_the_systems_own(client: Client) -> None:
    client.post("/ui/theme", {"theme": "pink"})
    assert 'data-theme="auto"' in client.get("/ui/").content.decode()


def test_after_the_theme_nobody_is_led_elsewhere(client: Client) -> None:
    response = client.post("/ui/theme", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert response["Location"] == "/"


def test_the_language_can_be_changed(client: Client) -> None:
    response = client.post("/ui/language", {"language": "en", "next": "/ui/"})
    assert response.status_code == 302
    assert 'lang="en"' in client.get("/ui/").content.decode()


def test_the_scripts_sentences_are_listed() -> None:
    said = set()
    for path in SCRIPTS:
        said |= set(re.findall(r'(?<![\w.])t\(\s*"([^"]+)"', path.read_text(encoding="utf-8")))
    assert said == set(words.SENTENCES)


def test_sentences_are_served_in_a_known_language_only(client: Client) -> None:
    assert "关闭" in client.get("/ui/words/en.json").json()
    assert client.get("/ui/words/xx.json").status_code == 404


def test_the_navigation_shows_what_may_be_seen(rf, monkeypatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("ui:gallery", "组件", order=2)
    navigation.register("ui:offline", "藏", order=1, visible=lambda request: False)
    navigation.register("ui:no-such", "无", order=3)
    request = rf.get(reverse("ui:gallery"))
    assert navigation.shown(request) == []
    request.user = AnonymousUser()
    shown = navigation.shown(request)
    assert [(entry.label, entry.current) for entry in shown] == [("组件", True)]


def test_of_two_entries_that_hold_a_page_only_the_nearer_is_current(rf, monkeypatch) -> None:
    monkeypatch.setattr(navigation, "_entries", {})
    navigation.register("ui:gallery", "组件", order=1)
    navigation.register("ui:words", "词", order=2)
    monkeypatch.setattr(
        navigation, "reverse", {"ui:gallery": "/desk/", "ui:words": "/desk/call/"}.__getitem__
    )
    request = rf.get("/desk/call/7/")
    request.user = AnonymousUser()
    assert [(entry.label, entry.current) for entry in navigation.shown(request)] == [
        ("组件", False),
        ("词", True),
    ]


@pytest.mark.parametrize(("name", "status"), [("refused", 403), ("conflict", 409), ("invalid", 400)])
def test_the_gallerys_failures_fail_as_promised(client: Client, name: str, status: int) -> None:
    assert client.get(f"/ui/example/{name}").status_code == status
