"""What keepers of offers see: the list with retired ones, one to work on with its places, seasons."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.offers import permission
from youlin.apps.offers.acts import KEEP
from youlin.apps.offers.models import Offer, OfferPlace
from youlin.apps.offers.services.writing import KIND
from youlin.apps.parties import selectors as people
from youlin.apps.parties.models import Organisation
from youlin.apps.places.models import Place
from youlin.kernel import ids, search
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, NotAllowed, NotFound


@dataclass(frozen=True)
class Listed:
    """One page of offers; each with how many places give it."""

    rows: list[Offer]
    total: int
    number: int


def districts(actor: Actor) -> tuple[str, ...]:
    """The districts where the actor keeps any offers. Raises `NotAllowed` where there are none."""
    found = tuple(duties.access(actor).districts(KEEP))
    if not found:
        raise NotAllowed(_("供给不归您维护"), remedy=_("请联系友好城市专班"))
    return found


def givers(actor: Actor, district: str) -> list[Organisation]:
    """The bodies whose offers the actor may keep."""
    every = people.organisations(district=district)
    access = duties.access(actor)
    return [one for one in every if permission.keeps(access, district, one.id)]


def listed(
    actor: Actor,
    district: str,
    *,
    kind: str = "",
    state: str = "",
    words: str = "",
    page: int = 1,
    size: int = 50,
) -> Listed:
    """The offers that the actor keeps, in the order of the catalogue; `state` retired: those that ended."""
    rows = _mine(actor, district).filter(retired_at__isnull=state != "retired")
    if kind:
        rows = rows.filter(kind__code=kind)
    if words.strip():
        found = search.matching_ids(district=district, kind=KIND, query=words, limit=1_000)
        known = list(found.values_list("object_id", flat=True))
        rows = rows.filter(Q(id__in=known) | Q(name__icontains=words.strip()))
    total = rows.count()
    number = min(max(page, 1), max(1, -(-total // size)))
    shown = rows.select_related("kind", "category", "giver").annotate(
        places=Count("given", filter=Q(given__ended_at=None, given__district=district))
    )
    ordered = shown.order_by("kind__position", "category__position", "position", "name", "id")
    return Listed(list(ordered[(number - 1) * size : number * size]), total, number)


def one(actor: Actor, district: str, number: str) -> Offer:
    """One of them. Raises `NotFound`."""
    rows = _mine(actor, district).select_related("kind", "category", "giver")
    found = rows.filter(number=ids.normalise_number(number.replace("\0", ""))).first()
    if found is None:
        raise NotFound(_("没有这项供给"))
    return found  # type: ignore[no-any-return]


def places_of(offer: Offer) -> list[Place]:
    """Where it is given, by name."""
    given = OfferPlace.objects.filter(district=offer.district, offer=offer, ended_at=None)
    rows = Place.objects.filter(district=offer.district, id__in=given.values("place_id"))
    return list(rows.defer("outline").order_by("name", "number"))


def places_meant(district: str, text: str, kind: str) -> list[UUID]:
    """The places of which the numbers are written, one a line, and all of a kind besides. Raises `Invalid`."""
    written = [ids.normalise_number(one) for one in text.replace("\0", "").replace(",", " ").split()][:2_000]
    rows = Place.objects.filter(district=district, retired_at=None)
    known = dict(rows.filter(number__in=written).values_list("number", "id"))
    unknown = [one for one in written if one not in known]
    if unknown:
        raise Invalid(
            _("没有这些编号的地点：%(numbers)s") % {"numbers": "、".join(unknown[:5])},
            field="places",
            remedy=_("请写友好地图里的地点编号，一行一个"),
        )
    of_kind = rows.filter(kind__code=kind.replace("\0", "")).values_list("id", flat=True) if kind else []
    return list(dict.fromkeys([*known.values(), *of_kind]))


def _mine(actor: Actor, district: str) -> Any:
    rows = Offer.objects.filter(district=district)
    if permission.may_keep(actor, district):
        return rows
    return rows.filter(giver__in=[one.id for one in givers(actor, district)])
