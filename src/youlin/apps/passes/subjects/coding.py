"""Codes of subjects: given to all that lack one, as many as are printed at once."""

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.passes.models import Pass, PassKind
from youlin.apps.passes.selectors import MOST_PRINTED
from youlin.apps.passes.services.issuing import issue
from youlin.apps.passes.subjects import selectors
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound


@transaction.atomic
def issue_lacking(*, actor: Actor, district: str, area: str = "", sort: str = "") -> list[Pass]:
    """Give a code to subjects without one, of an area and a sort if given; at most `MOST_PRINTED`, ten sheets.

    Asked again, the next ones. Raises `NotFound` where no programme declares codes for subjects, `NotAllowed`.
    """
    kind = kind_of(district)
    rows = selectors.kept(actor, district, state="lacking", area=area, sort=sort)[:MOST_PRINTED]
    return [issue(actor=actor, district=district, kind=kind.code, holder=one) for one in rows]


def kind_of(district: str) -> PassKind:
    """The kind of code that subjects get. Raises `NotFound`."""
    found = selectors.code_kinds(district)
    if not found:
        raise NotFound(_("本区还没有声明主体码"), remedy=_("请在方案的 pass_kinds 里声明 holder: producer"))
    return found[0]
