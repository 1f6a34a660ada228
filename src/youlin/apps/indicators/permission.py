"""Who may see the figures of an area."""

from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.indicators import acts
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed


def demand(actor: Actor, area: str) -> str:
    """The district of the area, if a duty lets the actor see its figures. Raises `NotAllowed`, `NotFound`."""
    district = areas.get(area).district
    if not duties.access(actor).may(acts.READ, district=district, area=area):
        raise NotAllowed(_("没有查看这个区域数据的岗位"))
    return district
