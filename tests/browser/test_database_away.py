"""The database is away: what residents and grid workers write waits in the outbox, which says so, and arrives once."""

import re
import sqlite3
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PHONE
from tests.browser.test_journey import SOON, field_act, fill_report, send_report, wait_for_holder
from tests.browser.test_offline import chip, posts, with_worker

pytestmark = pytest.mark.browser

WAITS = "系统暂时不能保存 · 1 件待发，已存好"
BACK = 60_000


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


def test_a_report_waits_for_the_database_and_arrives_once(open_as, away):
    page = open_as(size=PHONE)
    page.goto("/")
    with_worker(page)
    fill_report(page, "花坛边堆着暴露垃圾，数据库不在的时候写的")
    told = answers(page, "/report/")
    with away():
        page.get_by_role("button", name="提交").click()
        expect(page.get_by_text("系统暂时不能保存，已存在本机，恢复后自动发出。")).to_be_visible(timeout=BACK)
        expect(chip(page)).to_have_text(WAITS)
        assert set(told) == {503}

    expect(chip(page)).to_have_text("1 件已发出，看回执", timeout=BACK)
    assert told.count(201) == 1
    chip(page).click()
    page.get_by_role("link", name="看回执").click()
    expect(page.locator("[data-number]")).to_be_visible(timeout=SOON)
    expect(page.get_by_text("数据库不在的时候写的")).to_be_visible()


def test_an_act_in_the_field_waits_for_the_database_and_is_done_once(open_as, away):
    resident = open_as(size=PHONE)
    resident.goto("/")
    fill_report(resident, "电线杆下有一堆暴露垃圾，等清运")
    number, _track = send_report(resident)
    wait_for_holder(open_as("sun_lixin"), number, "王建国")

    worker = open_as("wang_jianguo", PHONE)
    worker.goto("/field/")
    with_worker(worker)
    worker.goto(f"/field/case/{number}/")
    field_act(worker, "接单")
    worker.goto(f"/field/case/{number}/")
    told, sent = answers(worker, "/act/feedback/"), posts(worker, "/act/feedback/")
    with away():
        form = worker.locator(
            "details.field-act", has=worker.locator("summary", has_text=re.compile("^反馈$"))
        )
        if form.get_attribute("open") is None:
            form.locator("summary").click()
        form.locator("textarea").fill("已清运，数据库不在的时候写的")
        form.get_by_role("button", name="反馈", exact=True).click()
        expect(chip(worker)).to_have_text(WAITS, timeout=BACK)
        assert not [status for status in told if status < 500]

    expect(chip(worker)).to_be_hidden(timeout=BACK)
    assert [status for status in told if status < 500] == [told[-1]] and len(sent) == len(told)
    worker.goto(f"/field/case/{number}/")
    expect(worker.get_by_text("已清运，数据库不在的时候写的")).to_have_count(1)
    expect(worker.get_by_text("待核查").first).to_be_visible()


def test_what_is_refused_does_not_wait(open_as):
    page = open_as(size=PHONE)
    page.goto("/")
    with_worker(page)
    page.goto("/report/")
    page.get_by_label("发生了什么").fill("没有写在哪里，也没有选类别")
    told = answers(page, "/report/")
    page.locator("form[data-outbox]").evaluate("form => { form.noValidate = true; }")
    page.get_by_role("button", name="提交").click()
    expect(page.locator("[data-outbox-problems]")).to_be_visible(timeout=SOON)
    expect(chip(page)).to_have_text("1 件被退回，请看一下")
    time.sleep(3)
    assert told == [422], "a refusal is not sent again"


def test_pages_of_the_field_can_be_read_while_the_database_is_away(open_as, away):
    worker = open_as("wang_jianguo", PHONE)
    worker.goto("/field/")
    with_worker(worker)
    worker.goto("/field/")
    heading = worker.get_by_role("heading", name="今天", exact=True)
    expect(heading).to_be_visible()
    with away():
        worker.goto("/field/")
        expect(heading).to_be_visible()
