"""A code of the app is taken once in the whole installation, and a second try is told to its holder (ASVS 2.8.4, 2.8.5).

allauth remembers used codes in the memory of one process; here all processes count together.
"""

import hashlib
import struct
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.utils import decrypt
from allauth.mfa.webauthn import forms as webauthn
from django.core.exceptions import ValidationError
from django.forms import CharField

from youlin.apps.parties import credentials
from youlin.kernel import pacing

MOST_NAME = 64
_TRIPS = (KeyError, TypeError, ValueError, AttributeError, IndexError, struct.error)
"""What the library may raise for an answer that is none."""
LIVES = 120
"""Seconds in which a code could be right: its own thirty and a step on either side, with some to spare."""


class _Once:
    """`clean_code` of allauth's forms, and what it cannot know."""

    def clean_code(self) -> str:
        """The code, if it is right and new. Raises `ValidationError` in words."""
        given = str(self.cleaned_data["code"])  # type: ignore[attr-defined]
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            self._tell_if_right(given)
            raise
        found = self.authenticator  # type: ignore[attr-defined]
        if found.type == Authenticator.Type.TOTP and pacing.hit([_counter(found, code)]):
            credentials.code_replayed(found.user)
            raise get_adapter().validation_error("incorrect_code")
        return code

    def _tell_if_right(self, given: str) -> None:
        """A right code that was refused had been used before."""
        own = Authenticator.objects.filter(user=self.user, type=Authenticator.Type.TOTP).first()  # type: ignore[attr-defined]
        if own is not None and validate_totp_code(decrypt(own.data["secret"]), given):
            credentials.code_replayed(self.user)  # type: ignore[attr-defined]


def _counter(authenticator: Authenticator, code: str) -> pacing.Counter:
    digest = hashlib.sha256("".join(code.split()).encode()).hexdigest()[:16]
    return pacing.Counter(f"totp:{authenticator.pk}:{digest}", 1, LIVES)


class Authenticate(_Once, forms.AuthenticateForm):  # type: ignore[misc]
    """The second step of signing in."""


class Reauthenticate(_Once, forms.ReauthenticateForm):  # type: ignore[misc]
    """The same, asked again before something about signing in is changed."""


class _Whole:
    """A security key's answer that is none is refused in words; the library trips over parts that are missing."""

    def clean_credential(self) -> Any:
        """The key that answered, or for a new one the answer itself. Raises `ValidationError`."""
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _TRIPS as error:
            raise get_adapter().validation_error("incorrect_code") from error


class AuthenticateByKey(_Whole, webauthn.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """The second step of signing in, by a security key."""


class ReauthenticateByKey(_Whole, webauthn.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The same, asked again before something about signing in is changed."""


class AddKey(webauthn.AddWebAuthnForm):  # type: ignore[misc]
    """A new security key and what its holder calls it."""

    name = CharField(required=False, max_length=MOST_NAME)

    def clean(self) -> Any:
        """The key's answer, checked. Raises `ValidationError`."""
        try:
            return super().clean()
        except _TRIPS as error:
            raise get_adapter().validation_error("incorrect_code") from error


class RenameKey(webauthn.EditWebAuthnForm):  # type: ignore[misc]
    """What a security key is called."""

    name = CharField(required=True, max_length=MOST_NAME)
