"""Cases as they are given to other systems: what the public may read, and what another authority needs."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from youlin.apps.cases import permission, texts
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors import public
from youlin.apps.cases.selectors.rows import PublicCase
from youlin.kernel import journal
from youlin.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class HandedOver:
    """What another authority gets of a case: matter and place, nobody's name or number."""

    id: UUID
    district: str
    number: str
    category: str
    title: str
    description: str
    address: str
    lon: float | None
    lat: float | None
    confidential: bool
    is_open: bool
    holder_id: UUID | None


def public_by_id(district: str, ids: Collection[UUID]) -> dict[UUID, PublicCase]:
    """Those of the cases that the public may see now, as it sees them; four queries for any number."""
    rows = Case.objects.filter(
        district=district, id__in=list(ids), public=True, confidential=False, duplicate_of__isnull=True
    ).exclude(outcome="void")
    return {one.id: one for one in public.cases(rows.select_related("case_type"))}


def handed_over(district: str, case_id: UUID) -> HandedOver | None:
    """A case as another authority gets it, or None."""
    case = Case.objects.filter(district=district, id=case_id).first()
    if case is None:
        return None
    return HandedOver(
        id=case.id,
        district=case.district,
        number=case.number,
        category=case.category,
        title=texts.without_personal(case.title),
        description=texts.without_personal(case.description),
        address=texts.without_personal(case.address),
        lon=case.lon,
        lat=case.lat,
        confidential=case.confidential,
        is_open=case.is_open,
        holder_id=case.holder_id,
    )


def sent_under(client: Actor, district: str, reference: str) -> tuple[PublicCase, ...]:
    """What this machine client reported under its own `reference`, told as to the public."""
    if client.client_id is None:
        return ()
    found = Case.objects.filter(district=district, external_number=reference).select_related("case_type")
    mine = [case for case in found.order_by("id")[:100] if _sent_by(client, case)]
    return public.cases(mine)


def _sent_by(client: Actor, case: Case) -> bool:
    first = next(iter(journal.entries_for(case)), None)
    return first is not None and first.actor_client == client.client_id


def may_dispatch(actor: Actor, district: str, case_id: UUID) -> bool:
    """Whether the actor may send this case on."""
    case = Case.objects.filter(district=district, id=case_id).first()
    access = permission.access(actor)
    return (
        case is not None
        and permission.may_know(access, case)
        and permission.may(access, "case.dispatch", case)
    )
