"""How passwords are kept, and what none may be beside Django's own rules."""

import unicodedata

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from youlin.apps.parties.models import Account
from youlin.kernel import crypto

MOST = 128
FEWEST_DIFFERENT = 5
_ROWS = (
    "0123456789",
    "abcdefghijklmnopqrstuvwxyz",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
)
_KNOWN = (
    "youlin",
    "友邻",
    "password",
    "passw0rd",
    "admin",
    "123456",
    "888888",
    "666666",
    "iloveyou",
    "woaini",
    "密码",
)


class Keyed(PBKDF2PasswordHasher):
    """PBKDF2 over an HMAC whose key lies outside the database: a stolen table cannot be guessed through.

    Accounts with Django's plain PBKDF2 get this one the next time they sign in.
    """

    algorithm = "keyed_pbkdf2_sha256"

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        """What is stored for a password."""
        keyed: str = super().encode(crypto.blind_index(password, "password"), salt, iterations)
        return keyed


class LengthLimit:
    """At most `MOST` characters: a longer one is nobody's sentence, and hashing it costs us."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise `ValidationError` for one that is too long."""
        if len(password) > MOST:
            raise ValidationError(_("密码最长 %(most)d 个字符。") % {"most": MOST}, code="too_long")

    def get_help_text(self) -> str:
        """The rule, for a form."""
        return _("密码最长 %(most)d 个字符。") % {"most": MOST}


class NoPattern:
    """What is left after taking away keyboard rows, repetitions and words everybody tries has to be a password."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise `ValidationError` for a pattern."""
        text = unicodedata.normalize("NFKC", password).casefold()
        if len(set(text)) < FEWEST_DIFFERENT or len(_without_patterns(text)) < FEWEST_DIFFERENT:
            raise ValidationError(self.get_help_text(), code="pattern")

    def get_help_text(self) -> str:
        """The rule, for a form."""
        return _("密码不能只是重复的字符、键盘上相邻的键，或人人会试的词加几个数字。")


def _without_patterns(text: str) -> str:
    """The text without known words, and without runs of four and more along a row of keys, either way."""
    for word in _KNOWN:
        text = text.replace(word, "")
    for row in _ROWS:
        for keys in (row, row[::-1]):
            for length in range(len(keys), 3, -1):
                for start in range(len(keys) - length + 1):
                    text = text.replace(keys[start : start + length], "")
    return text
