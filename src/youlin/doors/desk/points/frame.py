"""What stands around every page of points at the desk: the district, and the pages beside this one."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.ledger.acts import READ
from youlin.apps.rewards.acts import KEEP
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Problem


def frame(actor: Actor, district: str, every: Sequence[str], current: str) -> dict[str, Any]:
    """The heading, the pages that the actor may see, and the switch of districts."""
    access = duties.access(actor)
    pages = (("books", _("账本"), READ), ("shops", _("商户与奖品"), KEEP))
    return {
        "district": district,
        "district_name": areas.short_name(district),
        "districts": [(code, areas.short_name(code)) for code in every],
        "pages": [
            (reverse(f"desk:{name}"), label, name == current)
            for name, label, verb in pages
            if access.districts(verb)
        ],
        "problems": list[Problem](),
    }
