"""A real server with its worker and a real Chromium. The demonstration is loaded once, and copied for each file."""

import fcntl
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Response, expect, sync_playwright

from tests.faults import copies
from tests.faults.running import free_port, kill_all

ROOT = Path(__file__).resolve().parents[2]
YOULIN = str(Path(sys.executable).with_name("youlin"))
PATIENCE = 120_000
"""How long anything may take before a test gives up, in milliseconds: a busy machine is no failure."""
AT_FIRST = ["manage", "shell", "-c", "from youlin.kernel import jobs; jobs.run_due()"]
"""What a worker begins with: figures, what is expected of them, open data. Done before, it takes no journey's time."""
LOADING = [["manage", "migrate", "-v0"], ["demo", "load"]]
if not os.environ.get("DATABASE_URL"):
    LOADING.append(AT_FIRST)  # the few files that also run on PostgreSQL look at none of it
CHROMIUM = next((p for p in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(p).exists()), "")
SWITCHES = [
    "--no-sandbox",
    "--no-first-run",
    "--disable-quic",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-gpu-compositing",
    "--use-fake-device-for-media-stream",
]
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
WANGS_GRID = {"latitude": 39.898056, "longitude": 116.378952}
"""A point in the unit grid of 王建国 (前门西河沿, the first grid of the demonstration's home street)."""


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A running demonstration and its environment: one of our own, or the one at YOULIN_TRY_AT in YOULIN_TRY_HOME.

    Each file of journeys has one as it was loaded: none finds its lists emptied by another.
    """
    if os.environ.get("YOULIN_TRY_AT"):
        yield (
            os.environ["YOULIN_TRY_AT"],
            {**os.environ, "YOULIN_HOME": os.environ.get("YOULIN_TRY_HOME", "")},
        )
        return
    made, home, port = loaded_once(tmp_path_factory), tmp_path_factory.mktemp("home"), free_port()
    with database() as database_url:
        environment = at_home(home, database_url)
        copies.put(made, environment)
        command = [YOULIN, "run", "--port", str(port)]
        with open(home / "run.log", "w") as log:
            process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=log, stderr=log)
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until_served(url, process, home / "run.log")
            yield url, environment
        finally:
            kill_all(process)  # what it leaves is thrown away
            shutil.rmtree(home, ignore_errors=True)


def at_home(home: Path, database_url: str) -> dict[str, str]:
    return {**os.environ, "YOULIN_HOME": str(home), "YOULIN_DEMO": "1", "DATABASE_URL": database_url}


def loaded_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration with its figures and open data, put away: made once, copied for every file of this run."""
    own = tmp_path_factory.getbasetemp()
    place = own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own
    made = place / "demonstration"
    with (place / "demonstration.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            home = tmp_path_factory.mktemp("loading")
            with database() as database_url:
                environment = at_home(home, database_url)
                for words in LOADING:
                    done = subprocess.run(
                        [YOULIN, *words], env=environment, cwd=ROOT, capture_output=True, text=True
                    )
                    assert done.returncode == 0, done.stderr[-4000:]
                copies.keep(environment, made)
            shutil.rmtree(home)
    return made


@pytest.fixture(scope="module")
def address(served):
    """The address of the running demonstration."""
    return served[0]


@pytest.fixture
def beside(served):
    """`beside("manage", "shell", …)` runs a command in the demonstration's installation, as its operator would."""

    def run(*words: str) -> str:
        done = subprocess.run(
            [YOULIN, *words], env=served[1], cwd=ROOT, capture_output=True, text=True, timeout=300
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout

    return run


@contextmanager
def database() -> Iterator[str]:
    """A database for server and worker: SQLite (""), or an empty one of its own on the server of `DATABASE_URL`."""
    server = os.environ.get("DATABASE_URL", "")
    if not server:
        yield ""
        return
    name = f"youlin_browser_{secrets.token_hex(4)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        try:
            yield urlunsplit(urlsplit(server)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def wait_until_served(url: str, process: subprocess.Popen, log: Path, patience: float = 900) -> None:
    give_up = time.monotonic() + patience
    while time.monotonic() < give_up:
        if process.poll() is not None:
            raise AssertionError("the server ended:\n" + log.read_text()[-4000:])
        try:
            urllib.request.urlopen(f"{url}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise AssertionError("the server did not answer:\n" + log.read_text()[-4000:])


@pytest.fixture(scope="session")
def browser():
    if not CHROMIUM:
        pytest.fail("no Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE)
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES, timeout=PATIENCE)
        yield found
        found.close()


def settled(page: Page) -> None:
    """The page is there and so are its moving parts, where there is a network to fetch them over."""
    page.wait_for_load_state()
    page.wait_for_function("() => !navigator.onLine || !document.querySelector(':not(:defined)')")


def settling(page: Page, go: Callable[..., Response | None]) -> Callable[..., Response | None]:
    """`page.goto` or `page.reload` that comes back when keys and buttons of the page do something."""

    def gone(*args, **options) -> Response | None:
        answer = go(*args, **options)
        settled(page)
        return answer

    return gone


def be(page: Page, username: str) -> None:
    """Sign in as one of the cast, with one click."""
    page.goto("/demo/")
    with page.expect_navigation():
        page.locator(f'form:has(input[value="{username}"]) button').click()
    settled(page)


def until(page: Page, come: Callable[[], bool], what: str) -> None:
    """Look again, on the page as it is by then, until it has come about."""
    give_up = time.monotonic() + PATIENCE / 1000
    while not come():
        assert time.monotonic() < give_up, f"{page.url}: {what}"
        page.wait_for_timeout(500)
        page.reload()


def promised(page: Page, script: str, given: object) -> str:
    """What a script in the page comes to, asked again until it is something. (`wait_for_function` takes the promise
    itself for an answer.)"""
    give_up = time.monotonic() + PATIENCE / 1000
    while not (found := page.evaluate(script, given)):
        assert time.monotonic() < give_up, f"{page.url}: {given}"
        page.wait_for_timeout(200)
    return found


def kept_draft(page: Page, words: str) -> str:
    """What the device keeps of forms that are being written, once these words are in it."""
    script = """words => new Promise(done => { indexedDB.open("youlin").onsuccess = e =>
         e.target.result.transaction("drafts").objectStore("drafts").getAll().onsuccess = r => {
           e.target.result.close();
           const kept = JSON.stringify(r.target.result);
           done(kept.includes(words) ? kept : "");
         } })"""
    return promised(page, script, words)


@pytest.fixture
def open_as(browser: Browser, address: str):
    """`open_as("wang_jianguo", PHONE)` → a page signed in as that one; no name: nobody.

    Nothing moves on it, and the service worker is left out unless `service_workers="allow"`: where the server
    takes seconds, the worker would rightly show what it kept, which is not what most journeys look at.
    """
    contexts: list[BrowserContext] = []

    def opened(username: str = "", size: dict = DESK, **options) -> Page:
        given = {
            "viewport": size,
            "locale": "zh-CN",
            "base_url": address,
            "geolocation": WANGS_GRID,
            "permissions": ["geolocation"],
            "has_touch": size is PHONE,
            "reduced_motion": "reduce",
            "service_workers": "block",
            **options,
        }
        context = browser.new_context(**given)
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.goto = settling(page, page.goto)
        page.reload = settling(page, page.reload)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(f"script: {error}"))
        page.on(
            "console", lambda m: page.problems.append(m.text) if "Content Security Policy" in m.text else None
        )
        if username:
            be(page, username)
        return page

    yield opened
    problems = [p for c in contexts for page in c.pages for p in getattr(page, "problems", [])]
    for context in contexts:
        context.close()
    assert not problems


@pytest.fixture
def reported(open_as):
    """`reported("楼道堆着纸箱")` → number and tracking address of a case in 王建国's grid, sent as a phone sends it."""

    def send(
        text: str, category: str = "event.sanitation.exposed_garbage", photo: bytes = b""
    ) -> tuple[str, str]:
        phone = open_as(size=PHONE).request
        form = {
            "text": text,
            "category": category,
            "lon": str(WANGS_GRID["longitude"]),
            "lat": str(WANGS_GRID["latitude"]),
            "idempotency_key": secrets.token_hex(16),
        }
        if photo:
            form["photos"] = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo}
        headers = {"X-CSRFToken": phone.get("/ui/csrf").json()["token"], "Accept": "application/json"}
        answer = phone.post("/report/", multipart=form, headers=headers)
        assert answer.status == 201, answer.text()
        number, receipt = answer.json()["number"], answer.json()["receipt"]
        return number, receipt.replace("/report/", "/track/", 1)

    return send


@pytest.fixture
def picture():
    """`picture(page, "desk")` takes a screenshot that a guide shows. Only `make pictures` keeps it in docs/images:
    every run has other numbers and times in it, and a test run must leave the tree as it was."""
    guides = [*ROOT.glob("docs/**/*.md"), *ROOT.glob("README*.md")]
    shown = set(re.findall(r"images/([\w-]+)\.png", "".join(one.read_text("utf-8") for one in guides)))
    kept = ROOT / ("docs/images" if os.environ.get("YOULIN_PICTURES") == "1" else "test-results/pictures")

    def take(page: Page, name: str, **options) -> None:
        if name not in shown:
            return
        kept.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=kept / f"{name}.png", animations="disabled", **options)

    return take


@pytest.fixture(scope="session")
def axe_source() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")


def _meant(page: Page, violation: dict) -> list[str]:
    """The places of a finding. Marks on a map lie where they lie, and the list beside has the same: WCAG 2.5.8
    excepts them."""
    places = [node["target"][0] for node in violation["nodes"]]
    if violation["id"] != "target-size":
        return places
    on_a_map = "place => Boolean(document.querySelector(place)?.closest('youlin-map, .map'))"
    return [place for place in places if not page.evaluate(on_a_map, place)]


@pytest.fixture
def accessible(axe_source):
    """Fails when axe-core finds anything on the page (WCAG 2.2 AA and its best practices)."""

    def check(page: Page) -> None:
        settled(page)
        page.wait_for_function(
            "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
        )
        page.evaluate(axe_source)
        found = page.evaluate(
            "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']})"
        )
        told = [
            f"{v['id']}: {v['help']} {places}" for v in found["violations"] if (places := _meant(page, v))
        ]
        assert not told, f"{page.url}: " + "; ".join(told)

    return check
