"""How changed offers reach the tables: findable, journalled."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from pypinyin import lazy_pinyin

from youlin.apps.offers.models import Offer, OfferPlace
from youlin.kernel import journal, search
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, NotFound

KIND = "offers.offer"
PREFIX = "F"


def locked(district: str, offer_id: UUID, expected_version: int | None = None) -> Offer:
    """The offer, locked. Raises `NotFound`, and `Conflict` when somebody has changed it since."""
    rows = Offer.objects.select_for_update(of=("self",)).select_related("kind", "category", "giver")
    offer = rows.filter(district=district, id=offer_id).first()
    if offer is None:
        raise NotFound(_("没有这项供给"))
    if expected_version is not None and offer.version != expected_version:
        raise Conflict(_("刚刚有人改过这项供给"), remedy=_("请看最新内容，再保存您的修改"))
    return offer


def given(district: str, given_id: UUID) -> OfferPlace:
    """Where an offer is given, with the offer and the place. Raises `NotFound`."""
    rows = OfferPlace.objects.select_related("offer__kind", "place__kind").filter(district=district)
    found = rows.filter(id=given_id).first()
    if found is None:
        raise NotFound(_("这里没有这项供给"))
    return found


def index(offers: Sequence[Offer]) -> None:
    """Make offers in force findable by name, pinyin and initials; others unfindable."""
    documents = []
    for offer in offers:
        if offer.retired_at:
            search.remove(district=offer.district, kind=KIND, object_id=offer.id)
        else:
            documents.append(search.Document(offer.district, KIND, offer.id, _words(offer)))
    search.index_many(documents)


def _words(offer: Offer) -> str:
    syllables = lazy_pinyin(offer.name)
    initials = "".join(syllable[:1] for syllable in syllables)
    parts = (offer.name, offer.name_en, offer.what, offer.what_en, offer.number)
    return " ".join([*parts, "".join(syllables), " ".join(syllables), initials])


def item(
    act: str,
    actor: Actor,
    offer: Offer,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    first: bool = False,
    note: str = "",
) -> journal.Item:
    """One entry about an offer."""
    return journal.Item(
        act=act,
        actor=actor,
        subject=offer,
        area=offer.district,
        before=before,
        after=after,
        first=first,
        note=note,
    )
