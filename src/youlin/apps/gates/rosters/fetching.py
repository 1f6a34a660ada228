"""A roster fetched from a company's own system."""

from django.utils.translation import gettext as _

from youlin.apps.gates import permission
from youlin.apps.gates.models import Roster
from youlin.apps.gates.rosters import company, services
from youlin.apps.parties import selectors as bodies
from youlin.apps.parties.models import Organisation
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotFound


def fetch(*, actor: Actor, district: str, organisation: str) -> Roster:
    """Fetch a company's roster of this month and take it in. The call goes out before anything is written.

    Raises `NotFound` for a company whose system is not set, `Conflict` where it gives no whole roster or one that would
    end more codes than stay, `NotAllowed`.
    """
    body = bodies.organisation(district=district, code=organisation.replace("\0", ""))
    source = company.known().get((district, organisation))
    if body is None or body.closed_on is not None or source is None:
        raise NotFound(_("这家企业没有接入名单系统"))
    permission.demand_roster(actor, body)
    listed = source.listed()
    return services.take(actor=actor, body=body, listed=listed, name=_name())


def has_this_month(body: Organisation) -> bool:
    """Whether a roster of this month has been taken in."""
    first = clock.local_now().replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    rows = Roster.objects.filter(district=body.district, organisation=body, taken_at__gte=first)
    return rows.filter(undone_at=None).exists()


def _name() -> str:
    return _("系统取得 %(month)s") % {"month": f"{clock.today():%Y-%m}"}
