"""WeCom and Tencent SMS as their documents describe them, as small real servers on loopback.

They check what the real ones check (signature, clock, token and its age, shape of the message, limits) with code of
their own, and keep what they took.
"""

import hashlib
import hmac
import json
import re
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

from youlin.apps.notices.tests.servers import _running

SECRET_ID, SECRET_KEY = "AKIDexample", "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
CORP, SECRET, AGENT = "ww0123456789abcdef", "wecom-secret", 1000002
MEMBERS = ("wang", "zhao")


class _Provider(BaseHTTPRequestHandler):
    def body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", 0)))

    def say(self, content: dict[str, object], status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Tests print nothing."""


class TencentSms(_Provider):
    """`SendSms`. Numbers ending in 9 are in the blacklist; one number gets one message in thirty seconds."""

    def do_POST(self) -> None:
        body = self.body()
        error = self.server.trouble or self.wrong(body)
        if error:
            return self.say({"Response": {"Error": {"Code": error, "Message": error}, "RequestId": "r"}})
        asked = json.loads(body)
        status = {"SerialNo": "1", "PhoneNumber": asked["PhoneNumberSet"][0], "Fee": 1}
        status["Code"] = self.status(asked["PhoneNumberSet"][0])
        if status["Code"] == "Ok":
            self.server.taken.append((asked["PhoneNumberSet"][0], asked["TemplateParamSet"][0]))
        return self.say({"Response": {"SendStatusSet": [status], "RequestId": "r"}})

    def status(self, number: str) -> str:
        if not re.fullmatch(r"\+861\d{10}", number):
            return "InvalidParameterValue.IncorrectPhoneNumber"
        if number.endswith("9"):
            return "FailedOperation.PhoneNumberInBlacklist"
        if number in [one for one, _text in self.server.taken]:
            return "LimitExceeded.PhoneNumberThirtySecondLimit"
        return "Ok"

    def wrong(self, body: bytes) -> str:
        named = re.fullmatch(
            r"TC3-HMAC-SHA256 Credential=([^/]+)/(\d{4}-\d\d-\d\d)/sms/tc3_request, "
            r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})",
            self.headers.get("Authorization", ""),
        )
        if not named:
            return "AuthFailure.InvalidAuthorization"
        id, day, signed, signature = named.groups()
        if id != SECRET_ID:
            return "AuthFailure.SecretIdNotFound"
        stamp = self.headers.get("X-TC-Timestamp", "")
        if not stamp.isdigit() or abs(int(stamp) - self.server.now()) > 300:
            return "AuthFailure.SignatureExpire"
        if time.strftime("%Y-%m-%d", time.gmtime(int(stamp))) != day:
            return "AuthFailure.SignatureFailure"
        if signature != self.signature(body, day, signed, stamp):
            return "AuthFailure.SignatureFailure"
        return self.misshapen(json.loads(body))

    def signature(self, body: bytes, day: str, signed: str, stamp: str) -> str:
        lines = ["POST", self.path, ""]
        lines += [f"{name}:{self.headers[name].strip().lower()}" for name in signed.split(";")]
        lines += ["", signed, hashlib.sha256(body).hexdigest()]
        request = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        statement = "\n".join(["TC3-HMAC-SHA256", stamp, f"{day}/sms/tc3_request", request])
        key = b"TC3" + SECRET_KEY.encode()
        for part in (day, "sms", "tc3_request"):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return hmac.new(key, statement.encode(), hashlib.sha256).hexdigest()

    def misshapen(self, asked: dict[str, object]) -> str:
        if self.headers["X-TC-Action"] != "SendSms":
            return "InvalidAction"
        if self.headers["X-TC-Version"] != "2021-01-11":
            return "NoSuchVersion"
        if not self.headers["X-TC-Region"] or set(asked) - KNOWN or MUST - set(asked):
            return "MissingParameter"
        if not re.fullmatch(r"14\d{8}", str(asked["SmsSdkAppId"])):
            return "InvalidParameterValue.SdkAppIdNotExist"
        return "" if asked["SignName"] == "友邻" else "FailedOperation.SignatureIncorrectOrUnapproved"


MUST = {"PhoneNumberSet", "SmsSdkAppId", "TemplateId"}
KNOWN = MUST | {"SignName", "TemplateParamSet", "ExtendCode", "SessionContext", "SenderId"}


class WeCom(_Provider):
    """`gettoken` and `message/send`. A member gets thirty messages a minute; what repeats is dropped."""

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path != "/cgi-bin/gettoken":
            return self.say({"errcode": 404}, 404)
        if asked.get("corpid") != CORP:
            return self.say({"errcode": 40013, "errmsg": f"invalid corpid {asked}"})
        if asked.get("corpsecret") != SECRET:
            return self.say({"errcode": 40001, "errmsg": f"invalid credential {asked}"})
        self.server.tokens.append(f"token-{len(self.server.tokens)}")
        self.server.since = self.server.now()
        return self.say(
            {"errcode": 0, "errmsg": "ok", "access_token": self.server.tokens[-1], "expires_in": 7200}
        )

    def do_POST(self) -> None:
        parts, body = urlsplit(self.path), self.body()
        token = parse_qs(parts.query).get("access_token", [""])[0]
        if parts.path != "/cgi-bin/message/send":
            return self.say({"errcode": 404}, 404)
        return self.say(self.answer(token, json.loads(body)))

    def answer(self, token: str, message: dict[str, object]) -> dict[str, object]:
        if self.server.trouble:
            return {"errcode": self.server.trouble, "errmsg": f"trouble with {token}"}
        if not self.server.tokens or token != self.server.tokens[-1]:
            return {"errcode": 40014, "errmsg": f"invalid access_token {token}"}
        if self.server.now() - self.server.since > 7200:
            return {"errcode": 42001, "errmsg": f"access_token expired {token}"}
        if message.get("agentid") != AGENT or self.misshapen(message):
            return {"errcode": 40058, "errmsg": "invalid parameter"}
        return self.take(message)

    def take(self, message: dict[str, object]) -> dict[str, object]:
        to = str(message["touser"]).lower()
        if to not in MEMBERS:
            return {"errcode": 81013, "errmsg": "user & party & tag all invalid"}
        self.server.sent[to] += 1
        if self.server.sent[to] > 30:
            return {"errcode": 45009, "errmsg": "api freq out of limit"}
        if message not in self.server.taken:
            self.server.taken.append(message)
        return {"errcode": 0, "errmsg": "ok", "invaliduser": "", "msgid": "m"}

    def misshapen(self, message: dict[str, object]) -> bool:
        if message.get("msgtype") == "text":
            return not 0 < len(message["text"]["content"].encode()) <= 2048
        card = message.get("textcard", {})
        fits = len(card.get("title", "")) <= 128 and len(card.get("description", "")) <= 512
        return not (all(card.get(name) for name in ("title", "description", "url")) and fits)


@contextmanager
def provider(kind: type[_Provider]) -> Iterator[HTTPServer]:
    """A provider; `.taken` holds what it took, `.trouble` makes it fail, `.now` is its clock."""
    server = HTTPServer(("127.0.0.1", 0), kind)
    server.taken, server.trouble, server.now = [], None, time.time
    server.tokens, server.since, server.sent = [], 0.0, Counter()
    with _running(server):
        yield server
