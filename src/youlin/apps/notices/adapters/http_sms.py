"""Text messages through a gateway that takes an HTTP POST of JSON: the pattern of most SMS providers.

The gateway's address, secret and template are settings (`YOULIN_SMS_GATEWAY_*`). What is posted is
`{"phone": …, "text": …, "sign": …}`; a provider with another shape gets a module like this one of its own:
copy it, change `_body` and `_check`, name it in `YOULIN_SMS_ADAPTER`.
"""

import hashlib
import hmac
import json
from typing import Any

from django.conf import settings

from youlin.apps.notices.adapters import Refused
from youlin.kernel import outgoing

HOPELESS = (400, 404, 410, 422)
"""Answers that concern the number: it never gets a message."""


def send_sms(to: str, text: str) -> None:
    """Hand a text message over to the gateway. Raises `Refused` when it names the number as wrong.

    A gateway in the house's own network is named in `YOULIN_PRIVATE_NETWORKS`; only such a one may speak plain http.
    """
    body = json.dumps(_body(to, text)).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    answer = outgoing.call("POST", settings.SMS_GATEWAY_URL, body=body, headers=headers)
    if answer.status in HOPELESS:
        raise Refused(f"gateway answered {answer.status}")
    if not 200 <= answer.status < 300:
        raise RuntimeError(f"gateway answered {answer.status}")
    _check(json.loads(answer.body or b"{}"))


def _body(to: str, text: str) -> dict[str, Any]:
    """The request: number, text, and an HMAC-SHA256 over both under the gateway's secret."""
    secret = settings.SMS_GATEWAY_SECRET.encode()
    sign = hmac.new(secret, f"{to}\n{text}".encode(), hashlib.sha256).hexdigest()
    return {"phone": to, "text": text, "sign": sign}


def _check(answer: dict[str, Any]) -> None:
    """Gateways like to answer 200 and say no in the body: `ok` false is a failure to be tried again."""
    if answer.get("ok") is False:
        raise RuntimeError(f"gateway: {answer.get('message', 'refused')}")
