"""Text messages through Tencent Cloud SMS: `SendSms` of 2021-01-11, signed by TC3-HMAC-SHA256.

Sources: cloud.tencent.com/document/api/382/55981 (the call), /382/59177 (its errors), /382/38780 (errors of all
calls), and "签名方法 v3". Messages go out in an approved template (`YOULIN_TENCENT_SMS_*`) whose one variable is the
whole text; the provider puts the approved signature in front, so ours is taken off.
"""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings

from youlin.apps.notices.adapters import Refused
from youlin.kernel import clock, outgoing

ACTION, VERSION, SERVICE = "SendSms", "2021-01-11", "sms"
CONTENT_TYPE = "application/json; charset=utf-8"

HOPELESS = frozenset(
    {
        "InvalidParameterValue.IncorrectPhoneNumber",
        "FailedOperation.PhoneNumberInBlacklist",
        "UnsupportedOperation.UnsupportedRegion",
    }
)
"""Errors that concern the number: it never gets a message."""

_SIGN = re.compile(r"^【[^】]*】")


def send_sms(to: str, text: str) -> None:
    """Hand a text message over. Raises `Refused` when the number can have none, `RuntimeError` to try again."""
    body = json.dumps(_body(to, text), ensure_ascii=False).encode()
    answer = outgoing.call("POST", settings.TENCENT_SMS_URL, body=body, headers=_headers(body, clock.now()))
    if answer.status != 200:
        raise RuntimeError(f"Tencent SMS answered {answer.status}")
    _check(json.loads(answer.body)["Response"])


def authorization(
    body: bytes, at: datetime, *, host: str, action: str, service: str, id: str, key: str, signed: str
) -> str:
    """The header `Authorization` by signature method v3; `signed` names the headers that are signed."""
    known = {"content-type": CONTENT_TYPE, "host": host, "x-tc-action": action.lower()}
    headers = "".join(f"{name}:{known[name]}\n" for name in signed.split(";"))
    request = f"POST\n/\n\n{headers}\n{signed}\n{hashlib.sha256(body).hexdigest()}"
    day = at.astimezone(UTC).date().isoformat()
    scope = f"{day}/{service}/tc3_request"
    digest = hashlib.sha256(request.encode()).hexdigest()
    statement = f"TC3-HMAC-SHA256\n{int(at.timestamp())}\n{scope}\n{digest}"
    secret = f"TC3{key}".encode()
    for part in (day, service, "tc3_request"):
        secret = hmac.digest(secret, part.encode(), "sha256")
    signature = hmac.new(secret, statement.encode(), "sha256").hexdigest()
    return f"TC3-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders={signed}, Signature={signature}"


def _headers(body: bytes, at: datetime) -> dict[str, str]:
    host = urlsplit(settings.TENCENT_SMS_URL).netloc
    return {
        "Authorization": authorization(
            body,
            at,
            host=host,
            action=ACTION,
            service=SERVICE,
            id=settings.TENCENT_SMS_SECRET_ID,
            key=settings.TENCENT_SMS_SECRET_KEY,
            signed="content-type;host;x-tc-action",
        ),
        "Content-Type": CONTENT_TYPE,
        "Host": host,
        "X-TC-Action": ACTION,
        "X-TC-Version": VERSION,
        "X-TC-Region": settings.TENCENT_SMS_REGION,
        "X-TC-Timestamp": str(int(at.timestamp())),
    }


def _body(to: str, text: str) -> dict[str, object]:
    return {
        "PhoneNumberSet": [to],
        "SmsSdkAppId": settings.TENCENT_SMS_APP,
        "SignName": settings.TENCENT_SMS_SIGN,
        "TemplateId": settings.TENCENT_SMS_TEMPLATE,
        "TemplateParamSet": [_SIGN.sub("", text)],
    }


def _check(response: dict[str, object]) -> None:
    """The call as a whole may fail, or the one message in it: both are told by a code."""
    error = response.get("Error")
    status = response.get("SendStatusSet")
    told = error if isinstance(error, dict) else status[0] if isinstance(status, list) and status else {}
    code = str(told.get("Code", "no status"))
    if code in HOPELESS:
        raise Refused(code)
    if code != "Ok":
        raise RuntimeError(f"Tencent SMS: {code}")
