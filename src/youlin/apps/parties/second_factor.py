"""The second factor of staff: a code from an app on their phone or a security key, and recovery codes on paper.

`YOULIN_STAFF_SECOND_FACTOR` is `optional` (default) or `required`; then nobody with a password gets further
than the page that sets one up.
"""

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from youlin.apps.parties.models import Account, SignInSecret

SESSION_KEY = "second_factor"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
"""What counts as a second factor; recovery codes stand in for one that is lost."""
_OPEN_TO_ALL = ("/accounts/", "/static/", "/healthz", "/ui/", "/sw.js", "/manifest.webmanifest")


def is_required() -> bool:
    """Whether staff must have a second factor here."""
    return str(settings.STAFF_SECOND_FACTOR) == "required"


class Adapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Our rules for allauth.mfa: secrets are encrypted, words are ours, a required factor stays."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": gettext_lazy("本单位要求使用第二因素，不能关闭"),
        "cannot_generate_recovery_codes": gettext_lazy("请先启用第二因素，再生成恢复码"),
        "incorrect_code": gettext_lazy("验证码不对，请查看应用中的最新数字；用安全密钥的请再试一次"),
    }

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What a security key is told of us: the host it belongs to, and our name."""
        return {**super().get_public_key_credential_rp_entity(), "name": _("友邻")}

    def generate_authenticator_name(self, user: Account, type: Authenticator.Type) -> str:
        """What a new security key is called until its holder says otherwise."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return _("安全密钥 %(n)d") % {"n": number}

    def get_totp_issuer(self) -> str:
        """The name that the app on the phone shows."""
        return _("友邻")

    def build_totp_svg(self, url: str) -> str:
        """The QR code to scan, as SVG."""
        image = io.BytesIO()
        segno.make(url, error="m").save(image, kind="svg", scale=5, border=2)
        return image.getvalue().decode()

    def encrypt(self, text: str) -> str:
        """Keep the secret in our encrypted table; allauth's row holds the id."""
        return str(SignInSecret.objects.create(value=text).id)

    def decrypt(self, encrypted_text: str) -> str:
        """The secret of `encrypt`."""
        return SignInSecret.objects.get(id=UUID(encrypted_text)).value

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Where a second factor is required, the last one stays."""
        return not is_required()

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """allauth writes no mail: from the journal people are told by every way they can be reached (`notices`)."""


def forget_secret(authenticator: Authenticator) -> None:
    """Delete our part of a removed second factor."""
    for key in ("secret", "seed"):
        if id := authenticator.data.get(key):
            SignInSecret.objects.filter(id=UUID(id)).delete()


class Required:
    """Middleware: leads staff without a second factor to the page that sets it up, where it is required."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if is_required() and not request.path.startswith(_OPEN_TO_ALL) and _missing(request):
            messages.info(request, _("本单位要求使用第二因素，请先设置"))
            return redirect("mfa_activate_totp")
        return self.get_response(request)


def _missing(request: HttpRequest) -> bool:
    """Whether somebody signed in by password has no second factor; asks the database until one is there."""
    user = request.user
    if not isinstance(user, Account) or not user.has_usable_password():
        return False
    if request.session.get(SESSION_KEY) == "there":
        return False
    if not Authenticator.objects.filter(user=user, type__in=FACTORS).exists():
        return True
    request.session[SESSION_KEY] = "there"
    return False
