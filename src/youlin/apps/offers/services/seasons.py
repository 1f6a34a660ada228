"""Seasons: dated collections of offers under a brand."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from youlin.apps.offers import permission
from youlin.apps.offers.models import Offer, Season, SeasonOffer
from youlin.kernel import clock, idempotency, journal, rows
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Conflict, Invalid, NotFound

LONGEST = 366
MOST_OFFERS = 500


@transaction.atomic
def hold_season(
    *,
    actor: Actor,
    district: str,
    brand: str,
    name: str,
    starts_on: date | None,
    ends_on: date | None,
    offer_ids: Iterable[UUID],
    idempotency_key: str,
    name_en: str = "",
    what: str = "",
    what_en: str = "",
    is_demo: bool = False,
) -> Season:
    """A season from a day to a day with its offers. Raises `Conflict` where the brand begins another on that day."""
    permission.demand_keep(actor, district)
    given = list(dict.fromkeys(offer_ids))
    payload = {"brand": brand, "name": name, "from": str(starts_on), "to": str(ends_on), "n": len(given)}
    with idempotency.once(
        district=district, actor=actor, act="offers.season", key=idempotency_key, payload=payload
    ) as once:
        if once.prior is not None:
            return Season.objects.get(district=district, id=once.prior["id"])
        first, last = _dates(starts_on, ends_on)
        season = Season(
            district=district,
            brand=_text(brand, 64, "brand"),
            name=_text(name, 120, "name"),
            name_en=name_en.replace("\0", "").strip()[:160],
            what=what.replace("\0", "").strip()[:2000],
            what_en=what_en.replace("\0", "").strip()[:2000],
            starts_on=first,
            ends_on=last,
            is_demo=is_demo,
        )
        if not rows.insert_if_new(season):
            raise Conflict(_("这个品牌在同一天已有一季"), field="starts_on")
        _collect(season, given)
        _tell("offers.season_held", actor, season, {"offers": len(given)})
        once.save({"id": str(season.id)})
        return season


@transaction.atomic
def retire_season(*, actor: Actor, district: str, season_id: UUID) -> None:
    """Take a season off the pages; the row stays."""
    permission.demand_keep(actor, district)
    season = Season.objects.select_for_update().filter(district=district, id=season_id).first()
    if season is None:
        raise NotFound(_("没有这一季"))
    if season.retired_at is None:
        season.retired_at = clock.now()
        season.save(update_fields=["retired_at"])
        _tell("offers.season_retired", actor, season, {})


def _collect(season: Season, given: list[UUID]) -> None:
    if not given or len(given) > MOST_OFFERS:
        raise Invalid(_("请选择这一季的服务"), field="offers")
    known = Offer.objects.filter(district=season.district, id__in=given, retired_at=None).count()
    if known < len(given):
        raise NotFound(_("没有这项供给"), field="offers")
    rows.insert_many([SeasonOffer(district=season.district, season=season, offer_id=one) for one in given])


def _dates(starts_on: date | None, ends_on: date | None) -> tuple[date, date]:
    if starts_on is None:
        raise Invalid(_("请填写开始日期"), field="starts_on")
    if ends_on is None or not 0 <= (ends_on - starts_on).days <= LONGEST:
        raise Invalid(_("结束日期应在开始之后一年以内"), field="ends_on")
    return starts_on, ends_on


def _text(text: str, most: int, field: str) -> str:
    found = text.replace("\0", "").strip()
    if not found or len(found) > most:
        raise Invalid(_("请填写，最多 %(most)s 字") % {"most": most}, field=field)
    return found


def _tell(act: str, actor: Actor, season: Season, more: dict[str, int]) -> None:
    after = {
        "brand": season.brand,
        "name": season.name,
        "starts_on": season.starts_on.isoformat(),
        "ends_on": season.ends_on.isoformat(),
    }
    journal.append(act=act, actor=actor, subject=season, area=season.district, after=after | more)
