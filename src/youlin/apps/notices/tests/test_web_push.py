"""Web push against a real HTTP server: encrypted for the browser, signed by us."""

import base64
import json
from pathlib import Path

import http_ece
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from py_vapid import Vapid02

from youlin.apps.notices import web_push
from youlin.apps.notices.adapters import Refused
from youlin.apps.notices.tests import servers
from youlin.kernel import outgoing


@pytest.fixture(autouse=True)
def _a_push_service_on_loopback_may_be_called(settings):
    settings.PRIVATE_NETWORKS = ["127.0.0.0/8"]


class Browser:
    """The keys of a browser, its subscription, and its reading of a message."""

    def __init__(self, server):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.secret = b"0123456789abcdef"
        point = self.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        self.subscription = {
            "endpoint": "http://{}:{}/push/1".format(*server.server_address),
            "keys": {"p256dh": _text(point), "auth": _text(self.secret)},
        }

    def read(self, body: bytes) -> dict:
        return json.loads(http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret))


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def test_a_message_is_readable_by_the_browser_alone_and_signed_by_us():
    with servers.http(201, b"") as server:
        browser = Browser(server)
        web_push.send(browser.subscription, {"title": "新的案件"})
        _path, headers, body = server.requests[0]
    assert "新的案件".encode() not in body
    assert browser.read(body) == {"title": "新的案件"}
    assert Vapid02.verify(
        headers["Authorization"] if "Authorization" in headers else headers["authorization"]
    )
    assert web_push.public_key() in (headers.get("Authorization") or headers["authorization"])


@pytest.mark.parametrize(("status", "final"), [(404, True), (410, True), (429, False), (503, False)])
def test_a_subscription_that_is_gone_is_refused_and_a_busy_service_tried_again(status, final):
    with servers.http(status, b"") as server, pytest.raises(Exception) as failed:
        web_push.send(Browser(server).subscription, {"title": "x"})
    assert isinstance(failed.value, Refused) is final


def test_an_endpoint_inside_the_house_is_not_called(settings):
    settings.PRIVATE_NETWORKS = []
    with servers.http(201, b"") as server, pytest.raises(outgoing.NotSent):
        web_push.send(Browser(server).subscription, {"title": "x"})
    assert server.requests == []


def test_the_key_is_made_once_and_only_its_owner_reads_it(settings):
    assert web_push.public_key() == web_push.public_key()
    assert (Path(settings.KEYS_FOLDER) / "vapid.key").stat().st_mode & 0o777 == 0o600
