"""Every example of the guide to the open doors works as it is printed."""

import re
import shlex
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from django.http import HttpResponse
from django.test import Client

from tests.cast import GRID, PASSWORD, Cast, point_in
from youlin.apps.cases.tests import factories
from youlin.doors.open.tests.api import a_photo

GUIDE = Path(__file__).parents[5] / "docs" / "guides" / "open.md"
BLOCKS = re.findall(r"```sh\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.S)
WITH_VALUE = {"-H", "-d", "--data-urlencode", "-F", "-b", "-c"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def shell(people: Cast, api_key: str) -> dict[str, str]:
    """What the guide's variables stand for."""
    receipt = factories.reported()
    return {
        "HOST": "",
        "KEY": api_key,
        "NUMBER": receipt.number,
        "TOKEN": receipt.token,
        "NAME": "zhao",
        "PASSWORD": PASSWORD,
    }


def test_there_are_examples() -> None:
    assert len(BLOCKS) > 8


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.split("\n")[0][:50])
def test_an_example_works_as_it_is_printed(shell: dict[str, str], block: str) -> None:
    browser = Client(enforce_csrf_checks=True)
    for line in block.replace("\\\n", " ").splitlines():
        if line.startswith("CSRF="):
            shell["CSRF"] = browser.cookies["csrftoken"].value
        elif line.startswith("curl "):
            answer = curl(browser, line, shell)
            assert answer.status_code in (200, 201, 302), f"{line}\n{answer.content.decode()}"


def curl(browser: Client, line: str, shell: dict[str, str]) -> HttpResponse:
    """Do what curl would do, at a place in the test's district."""
    lon, lat = point_in(GRID)
    line = re.sub(r"\$(\w+)", lambda name: shell[name[1]], line)
    words = shlex.split(line.replace("116.378952", str(lon)).replace("39.898056", str(lat)))[1:]
    given: list[tuple[str, str]] = []
    rest = []
    while words:
        word = words.pop(0)
        if word in WITH_VALUE:
            given.append((word, words.pop(0)))
        else:
            rest.append(word)
    [url] = [word for word in rest if word != "-G"]
    headers = dict(value.split(": ", 1) for option, value in given if option == "-H")
    if any(option == "-F" for option, _value in given):
        return browser.post(url, {"photos": a_photo()}, headers=headers)
    body = "&".join(
        _encoded(option, value) for option, value in given if option in ("-d", "--data-urlencode")
    )
    if "-G" in rest or not body:
        return browser.get(f"{url}?{body}" if body else url, headers=headers)
    kind = headers.pop("Content-Type", "application/x-www-form-urlencoded")
    return browser.generic("POST", url, body, content_type=kind, headers=headers)


def _encoded(option: str, value: str) -> str:
    name, _is, text = value.partition("=")
    return f"{name}={quote_plus(text)}" if option == "--data-urlencode" else value
