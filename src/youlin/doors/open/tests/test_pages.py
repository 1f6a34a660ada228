"""The page about the open doors, and `/healthz`."""

from html.parser import HTMLParser

import pytest
from django.test import Client

from youlin.doors.open.api import v1
from youlin.kernel import health
from youlin.kernel.jobs import WorkerBeat

pytestmark = pytest.mark.django_db


class Cells(HTMLParser):
    """The texts of every table's rows, and the document's title."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.title = self.inside = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
        self.inside = tag if tag in ("td", "th", "title") else self.inside

    def handle_endtag(self, tag) -> None:
        self.inside = "" if tag in ("td", "th", "title") else self.inside

    def handle_data(self, data) -> None:
        if self.inside == "title":
            self.title += data
        elif self.inside:
            self.rows[-1][-1] += data.strip()


def test_the_page_names_every_call_of_both_doors(client: Client) -> None:
    answer = client.get("/api/v1/docs")
    assert answer.status_code == 200
    page = Cells(answer.content.decode())
    assert page.title.split() == ["开放接口", "·", "友邻"]
    told = {tuple(row[:2]) for row in page.rows}
    document = v1.get_openapi_schema(path_prefix="/api/v1/")
    calls = {(method.upper(), path) for path, found in document["paths"].items() for method in found}
    assert calls <= told and ("POST", "/open311/v2/requests.{json|xml}") in told
    assert ["POST", "/api/v1/cases", "反映一个问题", "密钥或登录"] in page.rows
    assert ["GET", "/api/v1/inbox", "登录的人可以看的案件", "登录且在岗"] in page.rows


def test_the_page_needs_no_inline_script_or_style(client: Client) -> None:
    html = client.get("/api/v1/docs").content.decode()
    assert "style=" not in html and "onclick" not in html and "<script>" not in html


def test_the_page_is_read_only(client: Client) -> None:
    assert client.head("/api/v1/docs").status_code == 200
    assert client.post("/api/v1/docs").status_code == 405


class TestHealth:
    @pytest.fixture(autouse=True)
    def _no_jobs_missed(self, monkeypatch) -> None:
        monkeypatch.setattr(health, "_schedule", lambda: {"well": True, "seen": ""})

    def test_all_well_is_200(self, client: Client) -> None:
        WorkerBeat.objects.create(worker="w1")
        answer = client.get("/healthz")
        assert answer.status_code == 200, answer.json()
        told = answer.json()
        assert told["well"] is True
        assert set(told["parts"]) == {"database", "worker", "schedule", "reactions"}
        assert "no-store" in answer["Cache-Control"]
        assert client.head("/healthz").status_code == 200 and client.post("/healthz").status_code == 405

    def test_without_a_worker_it_is_503_and_says_which_part(self, client: Client) -> None:
        answer = client.get("/healthz")
        assert answer.status_code == 503
        told = answer.json()
        assert told["well"] is False and told["parts"]["worker"]["well"] is False
        assert told["parts"]["database"]["well"] is True

    def test_without_a_database_it_still_answers(self, client: Client, monkeypatch) -> None:
        from django.db import OperationalError

        def broken() -> dict:
            raise OperationalError("secret dsn")

        monkeypatch.setattr(health, "_database", broken)
        answer = client.get("/healthz")
        assert answer.status_code == 503 and "secret" not in answer.content.decode()
        assert answer.json()["parts"]["database"] == {"well": False, "seen": "OperationalError"}
