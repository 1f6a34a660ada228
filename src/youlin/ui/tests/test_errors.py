"""What goes wrong is told in words, in the form the caller asked for."""

import json

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, YoulinError
from youlin.ui import errors

ERRORS = [
    (NotAllowed("不归您", remedy="找赵敏"), 403),
    (NotFound(), 404),
    (Invalid("太长", field="where"), 400),
    (Conflict(), 409),
    (Invalid(problems=[Problem("a", "一"), Problem(None, "二", "改")]), 400),
]


def handled(error: YoulinError, **headers: str) -> HttpResponse:
    request = RequestFactory().post("/x", headers=headers)
    middleware = errors.ErrorsInWords(lambda r: HttpResponse())
    response = middleware.process_exception(request, error)
    assert response is not None
    return response


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_a_person_gets_a_page(error: YoulinError, status: int) -> None:
    response = handled(error, accept="text/html")
    html = response.content.decode()
    assert response.status_code == status
    for problem in error.problems:
        assert problem.message in html
        assert problem.remedy in html
    assert "您填写的内容还在" in html
    assert 'href="/"' in html


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_htmx_gets_a_toast_and_the_page_stays(error: YoulinError, status: int) -> None:
    response = handled(error, hx_request="true")
    assert response.status_code == status
    assert response["HX-Retarget"] == "#toasts"
    assert response["HX-Reswap"] == "beforeend"
    html = response.content.decode()
    assert html.count("data-toast") == len(error.problems)
    assert "<html" not in html


@pytest.mark.parametrize(("error", "status"), ERRORS)
def test_a_program_gets_json(error: YoulinError, status: int) -> None:
    response = handled(error, accept="application/json")
    body = json.loads(response.content)
    assert response.status_code == body["status"] == status
    assert body["problems"] == [
        {"field": p.field, "message": p.message, "remedy": p.remedy} for p in error.problems
    ]


def test_a_boosted_link_gets_a_whole_page() -> None:
    assert b"<html" in handled(NotFound(), hx_request="true", hx_boosted="true").content


def test_other_exceptions_are_left_alone() -> None:
    middleware = errors.ErrorsInWords(lambda r: HttpResponse())
    assert middleware.process_exception(RequestFactory().get("/"), ValueError()) is None


def test_the_way_back_leads_only_into_the_platform() -> None:
    ours = handled(NotFound(), referer="http://testserver/desk/").content.decode()
    theirs = handled(NotFound(), referer="https://elsewhere.example/").content.decode()
    assert 'href="http://testserver/desk/"' in ours
    assert "elsewhere" not in theirs


@pytest.mark.parametrize(
    ("view", "status"),
    [(errors.bad_request, 400), (errors.forbidden, 403), (errors.not_found, 404), (errors.csrf_failed, 403)],
)
def test_djangos_own_failures_speak_too(view, status: int) -> None:
    response = view(RequestFactory().get("/"))
    assert response.status_code == status
    assert "<h1>" in response.content.decode()


def test_a_server_error_has_words() -> None:
    response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "不是您的" in response.content.decode()


def test_when_even_the_error_page_fails_a_plain_one_is_left(monkeypatch, caplog) -> None:
    real = errors.render_to_string

    def broken(name, *args):
        if name == "ui/error.html":
            raise RuntimeError("no database")
        return real(name, *args)

    monkeypatch.setattr(errors, "render_to_string", broken)
    response = errors.server_error(RequestFactory().get("/"))
    assert "系统出错了" in response.content.decode()
    assert "the error page itself failed" in caplog.text


def test_an_unknown_address_is_answered_in_words(client: Client) -> None:
    response = client.get("/no/such/address", headers={"accept": "text/html"})
    assert response.status_code == 404
    assert "没有找到" in response.content.decode()


def test_an_error_is_never_kept_by_a_cache() -> None:
    assert handled(NotFound())["Cache-Control"] == "no-store"
