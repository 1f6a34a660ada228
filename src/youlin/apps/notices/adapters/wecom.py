"""App messages of WeCom (企业微信) to members of an organisation.

Sources: developer.work.weixin.qq.com, "获取access_token" (90/91039), "发送应用消息" (90/90236), global error codes
(90/90313) and limits (90/90312). A token is good for two hours and shared by all messages of a process; when WeCom
says that it is no good any more a new one is fetched, once. A repeated message is dropped by WeCom itself
(`enable_duplicate_check`).
"""

import hashlib
import json
import threading
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings

from youlin.apps.notices.adapters import Refused
from youlin.kernel import clock, outgoing

STALE = frozenset({40014, 42001})
"""The token is not known, or has expired."""

HOPELESS = frozenset({40003, 60111, 81013, 82001})
"""No such member, or none that this app may write to."""

TITLE_LENGTH, TEXT_BYTES, CARD_LENGTH = 128, 2048, 512
EARLIER = timedelta(minutes=5)
"""How long before its end a token is renewed."""
REPEATS_DROPPED_SECONDS = 4 * 3600

_tokens: dict[str, tuple[str, datetime]] = {}
_lock = threading.Lock()


def send_wecom(to: str, title: str, text: str, link: str) -> None:
    """Hand a message to one member over: as a card when there is a link, else as text.

    Raises `Refused` when WeCom does not know the member, `RuntimeError` when it may be tried again.
    """
    message = _message(to, title, text, link)
    answer = _send(_token(), message)
    if answer.get("errcode") in STALE:
        answer = _send(_token(fresh=True), message)
    _check(answer, to)


def forget_tokens() -> None:
    """Fetch a new token next time."""
    with _lock:
        _tokens.clear()


def _token(*, fresh: bool = False) -> str:
    """The app's token: kept until shortly before its end, or until it turns out to be no good."""
    whose = _whose()
    with _lock:
        kept = _tokens.get(whose)
        if kept and not fresh and clock.now() < kept[1]:
            return kept[0]
        found = _fetched()
        until = clock.now() + timedelta(seconds=int(found.get("expires_in", 0))) - EARLIER
        _tokens[whose] = (str(found["access_token"]), until)
        return _tokens[whose][0]


def _whose() -> str:
    parts = (settings.WECOM_URL, settings.WECOM_CORP, settings.WECOM_SECRET)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _fetched() -> dict[str, Any]:
    query = {"corpid": settings.WECOM_CORP, "corpsecret": settings.WECOM_SECRET}
    found = _asked("GET", "gettoken", query)
    if found.get("errcode") != 0 or not found.get("access_token"):
        raise RuntimeError(f"WeCom gave no token: {found.get('errcode')}")
    return found


def _send(token: str, message: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps(message, ensure_ascii=False).encode()
    return _asked("POST", "message/send", {"access_token": token}, body)


def _asked(method: str, path: str, query: dict[str, str], body: bytes | None = None) -> dict[str, Any]:
    """One call. Its address holds secrets, so no error speaks of it."""
    url = f"{settings.WECOM_URL.rstrip('/')}/cgi-bin/{path}?{urlencode(query)}"
    answer = outgoing.call(method, url, body=body, headers={"Content-Type": "application/json"})
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if answer.status != 200 or not isinstance(found, dict):
        raise RuntimeError(f"WeCom answered {answer.status}")
    return found


def _message(to: str, title: str, text: str, link: str) -> dict[str, Any]:
    common: dict[str, Any] = {
        "touser": to,
        "agentid": settings.WECOM_AGENT,
        "enable_duplicate_check": 1,
        "duplicate_check_interval": REPEATS_DROPPED_SECONDS,
    }
    if link:
        card = {"title": title[:TITLE_LENGTH], "description": (text or title)[:CARD_LENGTH], "url": link}
        return {**common, "msgtype": "textcard", "textcard": card}
    words = "\n".join(part for part in (title, text) if part)
    cut = words.encode()[:TEXT_BYTES].decode(errors="ignore")
    return {**common, "msgtype": "text", "text": {"content": cut}}


def _check(answer: dict[str, Any], to: str) -> None:
    """WeCom also answers "ok" when it dropped a member: it names them in `invaliduser`."""
    code = answer.get("errcode")
    dropped = str(answer.get("invaliduser") or "").lower().split("|")
    if code in HOPELESS or (code == 0 and to.lower() in dropped):
        raise Refused(f"WeCom does not know this member ({code})")
    if code != 0:
        raise RuntimeError(f"WeCom: {code}")
