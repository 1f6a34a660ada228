"""Offers in words: names in the reader's language, prices, limits, whom they are for. The same for every door."""

from typing import Any, Protocol

from django.utils.translation import gettext as _

from youlin.apps.offers import catalogue
from youlin.apps.offers.catalogue import OfferRow, SeasonRow, Word
from youlin.apps.places.selectors import PlaceRow
from youlin.doors import place_words
from youlin.ui import icons


class Named(Protocol):
    """Whatever has a name in two languages."""

    @property
    def name(self) -> str: ...
    @property
    def name_en(self) -> str: ...


def name_of(one: Named) -> str:
    """The name in the reader's language, the Chinese one where there is no other."""
    return one.name_en if place_words.foreign() and one.name_en else one.name


def text_of(one: Any, field: str) -> str:
    """A text of an offer or a season in the reader's language."""
    other = str(getattr(one, f"{field}_en"))
    return other if place_words.foreign() and other else str(getattr(one, field))


def icon_of(word: Word | None, otherwise: str = "check") -> str:
    """The icon of a kind or a category, where it names one that there is."""
    return word.icon if word is not None and word.icon in icons.drawings() else otherwise


def price(cents: int | None) -> str:
    """A price in yuan; free where it is nothing, "" where none is told."""
    if cents is None:
        return ""
    if cents == 0:
        return _("免费")
    yuan, rest = divmod(cents, 100)
    return f"¥{yuan}.{rest:02}" if rest else f"¥{yuan}"


def limits(row: OfferRow) -> list[str]:
    """The limits in words."""
    words = {
        "per_person_day": _("每人每天最多 %(n)s 份"),
        "per_person_month": _("每人每月最多 %(n)s 份"),
        "per_place_day": _("每处每天 %(n)s 份"),
        "in_total": _("共 %(n)s 份"),
    }
    return [words[name] % {"n": most} for name, most in row.limits]


def card(row: OfferRow, href: str) -> dict[str, Any]:
    """An offer as lists show it."""
    return {
        "row": row,
        "href": href,
        "name": name_of(row),
        "what": text_of(row, "what"),
        "how": text_of(row, "how"),
        "icon": icon_of(row.category or row.kind),
        "price": price(row.price),
        "usual": price(row.usual_price) if row.usual_price and row.usual_price != row.price else "",
        "audience": [name_of(one) for one in row.audience],
        "limits": limits(row),
        "distance": place_words.distance(row.metres) if row.metres is not None else "",
    }


def place_card(row: OfferRow, place: PlaceRow, href: str, *, far: bool = False) -> dict[str, Any]:
    """A place that gives an offer; its light says whether it can be had there now."""
    found = place_words.card(place, href, far=far)
    now = catalogue.open_now(row, place)
    if row.hours and not place.closure:
        words = _("现在可办") if now else _("现在不办")
        found["state"] = place_words.State("ok" if now else "none", words, now)
    return found | {"now": now}


def season(row: SeasonRow, href: str) -> dict[str, Any]:
    """A season as lists show it."""
    states = {"now": _("进行中"), "ahead": _("即将开始"), "past": _("已结束")}
    return {
        "row": row,
        "href": href,
        "name": name_of(row),
        "what": text_of(row, "what"),
        "state": states[row.state],
    }
