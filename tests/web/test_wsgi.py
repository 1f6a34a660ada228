"""What arrives before any view."""

import io

import pytest


@pytest.fixture
def wsgi():
    from youlin.config import wsgi

    return wsgi


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        ("text/plain; charset=base64", "text/plain"),
        ('text/plain; charset="rot13"; x=y', "text/plain; x=y"),
        ("text/plain; charset=\x00", "text/plain"),
        ("", ""),
    ],
)
def test_a_charset_that_is_no_text_is_dropped(wsgi, sent, read):
    assert wsgi.readable(sent) == read


@pytest.mark.django_db
def test_such_a_request_is_answered(wsgi):
    statuses = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/open311/discovery.json",
        "QUERY_STRING": "a=b",
        "CONTENT_TYPE": "text/plain; charset=base64",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.input": io.BytesIO(),
        "wsgi.url_scheme": "http",
    }
    body = wsgi.application(environ, lambda status, headers: statuses.append(status))
    assert statuses[0].startswith("200")
    assert b"".join(body)
