"""What gates do by the clock; found here when Django starts."""

import logging

from youlin.apps.gates.rosters import company, fetching
from youlin.apps.parties import selectors as bodies
from youlin.kernel import jobs
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Conflict, Invalid, NotFound

log = logging.getLogger(__name__)


@jobs.every(daily_at="03:40", name="gates.fetch_rosters")
def fetch_rosters() -> int:
    """This month's rosters that have not been taken in yet, of the companies whose systems are set; how many."""
    taken = 0
    for district, code in company.known():
        body = bodies.organisation(district=district, code=code)
        if body is None or fetching.has_this_month(body):
            continue
        try:
            fetching.fetch(actor=SYSTEM, district=district, organisation=code)
        except (Conflict, Invalid, NotFound) as error:
            log.warning("roster of %s/%s: %s", district, code, error)
        else:
            taken += 1
    return taken
