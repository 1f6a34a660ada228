"""How strong a new password is: how many guesses it withstands by lists and patterns that guessers use, offline.

The estimate is zxcvbn's, with its lists of leaked and common passwords, names, words and keyboards. What is asked
about is never kept, logged or journalled.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from zxcvbn import zxcvbn

from youlin.apps.parties.models import Account
from youlin.kernel.actors import Actor

LOOKED_AT = 64
"""Characters that are looked at: what comes after them only makes a password stronger, and costs."""
FEWEST_GUESSES = 1_000_000
"""A password that falls within a million guesses is refused: zxcvbn's two lowest marks."""
WORDS = (_lazy("很弱"), _lazy("弱"), _lazy("一般"), _lazy("强"), _lazy("很强"))
_HINTS = {
    "dictionary": _lazy("含有常见的词或泄露过的密码，换成不相干的几个词。"),
    "spatial": _lazy("避开键盘上相邻的键。"),
    "repeat": _lazy("避开重复的字符。"),
    "sequence": _lazy("避开 abc、6543 这样的顺序。"),
    "date": _lazy("避开日期和年份。"),
    "regex": _lazy("避开日期和年份。"),
}
"""What to change, by the pattern that made it easy."""


@dataclass(frozen=True)
class Strength:
    """A mark from 0 to 4, its word, what stands against it (it would be refused), and what would make it stronger."""

    score: int
    word: str
    refused: tuple[str, ...]
    hints: tuple[str, ...]

    @property
    def percent(self) -> int:
        """How far the bar is filled."""
        return 10 if not self.score else self.score * 25


def of(actor: Actor, password: str) -> Strength:
    """The strength of a password for the actor's account. A refused one is marked weak whatever the estimate says."""
    account = Account.objects.filter(person=actor.person_id).first()
    found = _estimate(password, account)
    try:
        validate_password(password, account)
        refused: tuple[str, ...] = ()
    except ValidationError as error:
        refused = tuple(error.messages)
    score = min(found["score"], 1) if refused else found["score"]
    patterns = dict.fromkeys(match["pattern"] for match in found["sequence"])
    hints = [str(_HINTS[name]) for name in patterns if name in _HINTS] if score < 4 else []
    return Strength(score, str(WORDS[score]), refused, tuple(dict.fromkeys(hints)))


class Guessable:
    """A password that common lists and patterns lead to within a million guesses is none."""

    def validate(self, password: str, user: Account | None = None) -> None:
        """Raise `ValidationError` for one."""
        if float(_estimate(password, user)["guesses"]) < FEWEST_GUESSES:
            raise ValidationError(self.get_help_text(), code="guessable")

    def get_help_text(self) -> str:
        """The rule, for a form."""
        return _("密码不能是常见的词、名字、日期或泄露过的密码拼成的，一猜就中。")


def _estimate(password: str, account: Account | None) -> dict[str, Any]:
    known = [account.username, "youlin"] if account else ["youlin"]
    found: dict[str, Any] = zxcvbn(password[:LOOKED_AT], user_inputs=known)
    return found
