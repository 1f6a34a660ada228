"""The database is away: what is written waits in the outbox, which says so, and arrives once."""

import functools
import re
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, until
from tests.browser.test_journey import field_act, fill_report
from tests.browser.test_offline import PHOTO, chip, with_worker

pytestmark = pytest.mark.browser

WAITS = "系统暂时不能保存 · 1 件待发，已存好"


@pytest.fixture
def open_as(open_as):
    """With the service worker: it is what these tests are about."""
    return functools.partial(open_as, service_workers="allow")


@pytest.fixture
def away(served):
    """`with away():` nobody gets a connection (PostgreSQL), or nobody can write (SQLite, locked from outside)."""
    environment = served[1]
    return _refused(environment["DATABASE_URL"]) if environment.get("DATABASE_URL") else _locked(environment)


def _refused(url: str):
    name = urlsplit(url).path.lstrip("/")

    @contextmanager
    def away():
        server = urlunsplit(urlsplit(url)._replace(path="/template1"))
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
            )
            try:
                yield
            finally:
                connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')

    return away


def _locked(environment: dict):
    @contextmanager
    def away():
        file = Path(environment["YOULIN_HOME"]) / "youlin.sqlite3"
        connection = sqlite3.connect(file, timeout=60, isolation_level=None)
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            connection.rollback()
            connection.close()

    return away


def answers(page, path: str) -> list[int]:
    """The status of every answer to a post to addresses that end in `path`, from now on."""
    seen: list[int] = []

    def note(response) -> None:
        if response.request.method == "POST" and response.url.endswith(path):
            seen.append(response.status)

    page.context.on("response", note)
    return seen


def test_a_report_and_the_act_that_answers_it_wait_for_the_database_and_arrive_once(open_as, away):
    number = report_written_meanwhile(open_as, away)
    worker = open_as("wang_jianguo", PHONE)
    worker.goto("/field/")
    with_worker(worker)
    until(worker, lambda: worker.get_by_text(number).count() > 0, f"{number} is not on today's list")
    worker.goto(f"/field/case/{number}/")
    field_act(worker, "接单")
    worker.goto(f"/field/case/{number}/")
    form = worker.locator("details.field-act", has=worker.locator("summary", has_text=re.compile("^反馈$")))
    until(worker, lambda: form.count() > 0, "nothing to report yet")
    told = answers(worker, "/act/feedback/")
    with away():
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        form.locator("textarea").fill("已清运，数据库不在的时候写的")
        form.locator("input[type=file]").first.set_input_files(PHOTO)
        expect(form.locator("youlin-photos img")).to_have_count(1)
        form.get_by_role("button", name="反馈", exact=True).click()
        expect(chip(worker)).to_have_text(WAITS)
        assert set(told) <= {503}, "without a connection it stops at asking for the form's token"

    expect(chip(worker)).to_be_hidden()
    worker.goto(f"/field/case/{number}/")
    done = worker.get_by_text("已清运，数据库不在的时候写的")
    until(worker, lambda: done.count() > 0, "the act has not arrived")
    expect(done).to_have_count(1)
    expect(worker.get_by_text("待核查").first).to_be_visible()
    assert len([status for status in told if status != 503]) == 1, told


def report_written_meanwhile(open_as, away) -> str:
    """A report that waits in the outbox and arrives once; its number."""
    page = open_as(size=PHONE)
    page.goto("/")
    with_worker(page)
    fill_report(page, "花坛边堆着暴露垃圾，数据库不在的时候写的")
    told = answers(page, "/report/")
    with away():
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_text("系统暂时不能保存，已存在本机，恢复后自动发出。")).to_be_visible()
        expect(chip(page)).to_have_text(WAITS)
        assert set(told) == {503}

    expect(chip(page)).to_have_text("1 件已发出，看回执")
    assert told.count(201) == 1
    chip(page).click()
    page.get_by_role("link", name="看回执").click()
    expect(page.locator("[data-number]")).to_be_visible()
    return page.locator("[data-number]").inner_text().strip()
