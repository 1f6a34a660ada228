"""Every read of rosters: the companies that somebody brings rosters for, and what became of these."""

from uuid import UUID

from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.gates import permission
from youlin.apps.gates.acts import ROSTER
from youlin.apps.gates.models import Roster
from youlin.apps.gates.rosters import company
from youlin.apps.gates.words import BUREAU_KIND, FIRM_KIND, OFFICE_KIND
from youlin.apps.parties import selectors as parties
from youlin.apps.parties.models import Organisation
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotFound

MOST = 60
NO_COMPANIES = (BUREAU_KIND, FIRM_KIND, OFFICE_KIND)


def districts(actor: Actor) -> tuple[str, ...]:
    """The districts where the actor brings rosters of any company."""
    return tuple(sorted(duties.access(actor).districts(ROSTER)))


def companies(actor: Actor, district: str) -> list[Organisation]:
    """The companies whose rosters the actor brings, by name."""
    every = [one for one in parties.organisations(district=district) if one.closed_on is None]
    access = duties.access(actor)
    mine = [one for one in every if permission.may_roster(access, one)]
    return sorted((one for one in mine if one.kind not in NO_COMPANIES), key=_by_name)


def connected(district: str) -> set[str]:
    """The codes of companies whose own system is set; none where the setting cannot be read: the nightly job says so,
    and files are taken all the same."""
    try:
        return {code for where, code in company.known() if where == district}
    except Invalid:
        return set()


def listed(actor: Actor, district: str, bodies: list[Organisation]) -> list[Roster]:
    """Rosters of these companies that were taken in, and the actor's own that waits, newest first."""
    rows = Roster.objects.select_related("organisation").filter(district=district, organisation__in=bodies)
    found = rows.defer("content").order_by("-created_at", "-id")[:MOST]
    return [one for one in found if one.taken_at or one.made_by_id == actor.person_id]


def of_id(actor: Actor, run_id: UUID) -> Roster:
    """One. Raises `NotFound` for others' and for what is not there."""
    rows = Roster.objects.select_related("organisation").filter(district__in=duties.all_districts())
    found = rows.filter(id=run_id).first()
    mine = found and (found.taken_at or found.made_by_id == actor.person_id)
    if not found or not mine or not permission.may_roster(duties.access(actor), found.organisation):
        raise NotFound(_("没有这次导入"))
    return found


def _by_name(one: Organisation) -> str:
    return one.name
