"""What is said of distances: along the streets, in a straight line, or both, and whose streets these are."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from youlin.apps.places.selectors import PlaceRow
from youlin.apps.places.walking import selectors as walking
from youlin.doors.portal.places.asking import Search


def told(search: Search, rows: Sequence[PlaceRow]) -> dict[str, Any]:
    """`measured`: in words what the distances of a list are; `network`: whose network they come from."""
    ways = {row.way for row in rows}
    if search.here is None or not ways - {""}:
        return {"measured": _("按直线距离，不是步行距离") if search.here else "", "network": None}
    along = _("按骑行路程") if search.ride else _("按步行路程")
    if "" in ways:
        along = _("%(along)s；写着“直线”的那里没有路网") % {"along": along}
    return {"measured": along, "network": walking.streets_of(search.district)}
