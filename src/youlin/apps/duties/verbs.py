"""What a duty can grant. Each app names its verbs when Django starts; a kind may only grant known ones."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

CONFIDENTIAL_ENDING = "_confidential"
"""Verbs that end so are granted only by kinds declared `confidential`: named participation."""

_verbs: dict[str, "StrOrPromise"] = {}
_guarded: set[str] = set()


def register_verbs(verbs: Mapping[str, "StrOrPromise"], *, guarded: Iterable[str] = ()) -> None:
    """Name verbs: `{"case.read": "看案件"}`. Who manages only a part of a district passes guarded ones on if they
    hold them."""
    _verbs.update(verbs)
    _guarded.update(guarded)


def registered() -> dict[str, str]:
    """All verbs with what they mean, by name."""
    return {verb: str(_verbs[verb]) for verb in sorted(_verbs)}


def guarded() -> frozenset[str]:
    """The verbs that who manages only a part of a district passes on if they hold them."""
    return frozenset(_guarded)


def label(verb: str) -> str:
    """What a verb means, in words."""
    return str(_verbs.get(verb, verb))


def is_confidential(verb: str) -> bool:
    """Whether the verb opens what only named participants may see."""
    return verb.endswith(CONFIDENTIAL_ENDING)


def unknown(verbs: Iterable[str]) -> dict[str, str]:
    """Those of `verbs` that nobody registered, each with the nearest known one or an empty text."""
    return {
        verb: next(iter(get_close_matches(verb, _verbs, n=1)), "") for verb in verbs if verb not in _verbs
    }


OWN = {
    "duty.manage": _("定岗、调岗、销岗"),
    "duty.handover": _("交接自己的岗位、安排代班"),
    "person.manage": _("登记和更正人员、单位"),
    "person.unmask": _("说明理由后查看完整个人信息"),
    "area.manage": _("维护区划和网格"),
}
"""Verbs of duties, parties and areas, which stand to the left and cannot register them themselves."""

GUARDED = frozenset({"duty.manage", "person.manage", "person.unmask", "area.manage"})
