"""What programmes declare of offers: kinds, categories, entitlement kinds, and offers themselves. Never deleted."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from youlin.apps.duties import selectors as duties
from youlin.apps.offers.models import EntitlementKind, Offer, OfferCategory, OfferKind
from youlin.apps.offers.services import writing
from youlin.apps.places.declarations import VERB, Standing, Words
from youlin.kernel import clock, ids, journal
from youlin.kernel.actors import Actor
from youlin.kernel.errors import NotAllowed

PLAIN = ("name", "name_en", "icon", "position")
KINDS = Words(OfferKind, (*PLAIN, "counted"), "offers.kind")
CATEGORIES = Words(OfferCategory, PLAIN, "offers.category")
ENTITLEMENTS = Words(EntitlementKind, (*PLAIN, "proof", "proof_en", "most_days"), "offers.entitlement_kind")
FIELDS = (
    "kind",
    "category",
    "name",
    "name_en",
    "what",
    "what_en",
    "how",
    "how_en",
    "price",
    "usual_price",
    "hours",
    "audience",
    "condition",
    "per_person_day",
    "per_person_month",
    "per_place_day",
    "in_total",
    "position",
)
"""What a declaration says of an offer. Where it is given, and by whom, is for the district to say."""


def standing(district: str) -> dict[str, Standing]:
    """The declared offers of a district by code."""
    rows = Offer.objects.filter(district=district).exclude(code="").select_related("kind", "category")
    return {
        row.code: Standing(row.programme, _values(row), row.retired_at is not None)
        for row in rows.order_by("position", "code")
    }


@transaction.atomic
def declare(
    *, actor: Actor, district: str, programme: str, declared: Mapping[str, Mapping[str, Any]]
) -> None:
    """Make these offers what is declared (`FIELDS` by code); retired ones come back. Places stay as they are."""
    _demand(actor, district)
    known = _locked(district, declared)
    kinds = {row.code: row for row in OfferKind.objects.filter(district=district)}
    categories = {row.code: row for row in OfferCategory.objects.filter(district=district)}
    items, changed = [], []
    for code, values in declared.items():
        row = known.get(code)
        before = _values(row) if row else {}
        if row and row.programme == programme and row.retired_at is None and before == dict(values):
            continue
        first = row is None
        row = row or Offer(district=district, code=code, number=ids.new_number(writing.PREFIX))
        for name, value in values.items():
            if name not in ("kind", "category"):
                setattr(row, name, value)
        row.kind, row.category = kinds[values["kind"]], categories.get(values["category"])
        row.programme, row.retired_at = programme, None
        row.version += 0 if first else 1
        row.save()
        changed.append(row)
        act = "offers.registered" if first else "offers.changed"
        items.append(writing.item(act, actor, row, before, dict(values), first=first))
    writing.index(changed)
    journal.append_many(items)


@transaction.atomic
def retire(*, actor: Actor, district: str, codes: Iterable[str]) -> None:
    """Nobody takes these offers any more; what was counted stays."""
    _demand(actor, district)
    rows = [row for row in _locked(district, list(codes)).values() if row.retired_at is None]
    for row in rows:
        row.retired_at = clock.now()
        row.save(update_fields=["retired_at"])
    writing.index(rows)
    journal.append_many([writing.item("offers.retired", actor, row, {}, {"code": row.code}) for row in rows])


def _locked(district: str, codes: Iterable[str]) -> dict[str, Offer]:
    rows = Offer.objects.select_for_update(of=("self",)).filter(district=district, code__in=list(codes))
    return {row.code: row for row in rows.select_related("kind", "category").order_by("id")}


def _values(row: Offer) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in FIELDS}
    return values | {"kind": row.kind.code, "category": row.category.code if row.category else ""}


def _demand(actor: Actor, district: str) -> None:
    if not duties.access(actor).may(VERB, district=district, area=district):
        raise NotAllowed()
