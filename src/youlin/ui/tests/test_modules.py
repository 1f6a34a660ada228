"""A page asks at once for all that its script imports."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.template import Context, Template
from django.test import Client
from django.urls import reverse

from youlin.ui import modules

MAIN = "ui/main.js"


def test_all_that_a_script_imports_is_known_and_is_there() -> None:
    """Written the other way round from how it is found: each import names a file that is in the list."""
    known = {MAIN, *modules.imported(MAIN)}
    for name in known:
        path = finders.find(name)
        assert path, name
        named = re.findall(
            r'^(?:import .*|} )from "\./([\w/-]+\.js)";', Path(path).read_text("utf-8"), re.MULTILINE
        )
        assert {f"ui/{one}" for one in named} <= known


def test_modules_of_another_folder_are_found_and_each_is_named_once() -> None:
    found = modules.imported("ui/elements/map.js")
    assert "ui/map/pins.js" in found and "ui/words.js" in found
    assert len(found) == len(set(found)) and "ui/elements/map.js" not in found


def test_a_script_without_imports_and_one_that_is_not_there_import_nothing() -> None:
    assert modules.imported("ui/person.js") == modules.imported("ui/nothing.js") == ()


def test_styles_come_before_scripts() -> None:
    html = Template('{% load youlin_ui %}{% module "ui/main.js" %}').render(Context())
    assert html.count('rel="modulepreload"') == len(modules.imported(MAIN)) > 5
    assert html.count('fetchpriority="low"') == html.count("<link") + html.count("<script")


@pytest.mark.django_db
def test_another_languages_sentences_are_asked_for_with_the_page_and_come_small(client: Client) -> None:
    address = reverse("ui:words", args=["en"])
    for language, wanted in (("en", True), ("zh-hans", False)):
        page = client.get(reverse("ui:offline"), headers={"accept-language": language}).content.decode()
        assert (re.search(rf'rel="preload"\s+as="fetch"\s+href="{address}"', page) is not None) is wanted
    small = client.get(address, headers={"accept-encoding": "gzip"})
    assert small["Content-Encoding"] == "gzip" and len(small.content) < len(client.get(address).content) / 2
