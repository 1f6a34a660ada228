"""A case on its way stands still: nobody works on it until it is known whose it is. Pure."""

from django.utils.translation import gettext as _

from youlin.apps.cases.models import Case
from youlin.kernel.errors import Conflict

OUT, IN = "crossing", "arrived"
"""The marks of a case that was sent across a line, and of one that came across and waits to be accepted."""

KEPT = frozenset({OUT, IN})
"""Marks that no measure gives or takes."""


def why_still(case: Case) -> str:
    """Why nothing can be done to the case now, in words; "" when it is where it belongs."""
    marks = case.marks.split()
    if OUT in marks:
        return _("案件正在移交外区，等对方答复")
    if IN in marks:
        return _("这是外区移交来的件，请先接收或退回")
    return ""


def check(case: Case) -> None:
    """Raise `Conflict` while the case is on its way."""
    if why := why_still(case):
        raise Conflict(why, remedy=_("请看最新状态"))
