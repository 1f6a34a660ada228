"""Signing in: staff by account, password and second factor; reporters by one-time code (`codes`).

The only module of the app that sees requests, because allauth, axes and Django hand it some.
"""

import logging
import unicodedata
from typing import Any
from uuid import UUID

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.crypto import get_random_string, salted_hmac
from django.utils.translation import gettext_lazy as _

from youlin.apps.parties import guessing
from youlin.apps.parties.codes import Sent, check_code, send_code
from youlin.apps.parties.models import Account
from youlin.apps.parties.services import account_for
from youlin.kernel.actors import Actor

log = logging.getLogger(__name__)

__all__ = [
    "BACKEND",
    "Adapter",
    "Sent",
    "account_by_code",
    "account_for",
    "account_named",
    "actor_for",
    "check_code",
    "client_address",
    "locked_out",
    "lockout_name",
    "send_code",
]

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
"""The backend to name when a door signs in an account after `check_code`."""

DEVICE_COOKIE = "youlin_device"
DEVICE_SECONDS = 180 * 24 * 3600
DEVICE_PEOPLE = 20
"""A computer that several people share remembers this many of them."""


def actor_for(user: Account | AnonymousUser, via: str) -> Actor:
    """Who acts behind a Django user. An account without a person acts as a visitor: it holds no duty."""
    if isinstance(user, Account) and user.is_active and user.person_id is not None:
        return Actor("person", person_id=user.person_id, via=via, label=user.username)
    return Actor("anonymous", via=via)


def account_named(username: str) -> Account | None:
    """The account with this name that may sign in, or None."""
    return Account.objects.filter(username=username, is_active=True).first()


def account_by_code(*, phone: str, code: str, ticket: UUID | None = None) -> Account:
    """`check_code`, and the account to sign in: `login(request, account, backend=BACKEND)`."""
    return account_for(person=check_code(phone=phone, code=code, ticket=ticket))


def client_address(request: HttpRequest) -> str:
    """The network address that asks, behind as many proxies as `YOULIN_TRUSTED_PROXIES` says.

    Each trusted proxy appends one entry to `X-Forwarded-For`; entries further left may be invented.
    """
    hops = [hop.strip() for hop in request.headers.get("x-forwarded-for", "").split(",") if hop.strip()]
    trusted = settings.TRUSTED_PROXIES
    if trusted and len(hops) >= trusted:
        return str(hops[-trusted])
    return str(request.META.get("REMOTE_ADDR") or "")


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Our rules for allauth: nobody signs up, axes counts wrong passwords, words are ours."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("这个账号已停用，请联系管理员"),
        "enter_current_password": _("请输入当前密码"),
        "incorrect_code": _("验证码不对"),
        "incorrect_password": _("密码不对"),
        "invalid_login": _("账号或密码不对"),
        "username_password_mismatch": _("账号或密码不对"),
        "too_many_login_attempts": _("尝试次数过多，请稍后再试"),
        "same_as_current": _("新密码不能与当前密码相同"),
        "rate_limited": _("操作太频繁，请稍后再试"),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Staff accounts are made by administrators, reporters need none."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Axes counts wrong passwords, by person and address: allauth's own count locks whole offices.

        What no single pair of person and address shows is counted in `guessing`, for devices not known here.
        """
        name = str(credentials.get("username") or "")
        known = _mark(_folded(name)) in _device(request)[1]
        if not known and guessing.too_many(_folded(name), client_address(request)):
            raise self.validation_error("too_many_login_attempts")
        guessing.expect(request, name)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """A wrong password, or none that was looked at."""
        guessing.count(request, _folded(str(credentials.get("username") or "")), client_address(request))

    def get_client_ip(self, request: HttpRequest) -> str:
        """The same address that all our limits use."""
        return client_address(request)

    def post_login(self, request: HttpRequest, user: Any, **details: Any) -> HttpResponse:
        """After signing in, remember that this person uses this device."""
        response: HttpResponse = super().post_login(request, user, **details)
        remember_device(request, response, user.get_username())
        return response

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Mail goes through `notices`; accounts have no mail addresses of their own."""


def lockout_name(request: HttpRequest, credentials: dict[str, Any] | None) -> str:
    """Under which name axes counts wrong passwords, together with the address.

    A device on which the person has signed in before counts by itself, so a colleague behind the same address
    cannot lock them out; spellings of one name count together.
    """
    given = (credentials or {}).get("username") or request.POST.get("login") or request.POST.get("username")
    name = _folded(str(given or ""))
    device, people = _device(request)
    return f"{name}#{device}" if _mark(name) in people else name


def locked_out(
    request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any]
) -> HttpResponse:
    """The page for someone who typed too many wrong passwords: says how long to wait."""
    minutes = round(float(settings.AXES_COOLOFF_TIME) * 60)
    log.warning(
        "an account is locked for %d minutes after %d wrong passwords", minutes, settings.AXES_FAILURE_LIMIT
    )
    return render(request, "account/locked_out.html", {"minutes": minutes}, status=429)


def remember_device(request: HttpRequest, response: HttpResponse, username: str) -> None:
    """Set the cookie by which `lockout_name` knows the device again. It holds no name, only digests."""
    device, people = _device(request)
    mark = _mark(username.casefold())
    kept = [mark, *(person for person in people if person != mark)][:DEVICE_PEOPLE]
    value = signing.dumps({"d": device or get_random_string(16), "p": kept}, salt=DEVICE_COOKIE)
    response.set_cookie(
        DEVICE_COOKIE,
        value,
        max_age=DEVICE_SECONDS,
        secure=settings.BEHIND_TLS,
        httponly=True,
        samesite="Lax",
    )


def _device(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        known = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_COOKIE, max_age=DEVICE_SECONDS
        )
    except signing.BadSignature:
        return "", []
    return str(known["d"]), [str(person) for person in known["p"]]


def _folded(name: str) -> str:
    """A user name without the differences that spellings of one name have."""
    return unicodedata.normalize("NFKC", name).casefold()


def _mark(name: str) -> str:
    return salted_hmac(DEVICE_COOKIE, name).hexdigest()[:16]
