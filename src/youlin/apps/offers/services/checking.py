"""What people may write of an offer, made to fit or told why not."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from youlin.apps.offers import conditions
from youlin.apps.offers.models import EntitlementKind, OfferCategory, OfferKind
from youlin.apps.parties.models import Organisation
from youlin.apps.places import hours
from youlin.kernel.errors import Invalid, Problem

TEXTS = {"name": 120, "name_en": 160, "what": 2000, "what_en": 2000, "how": 1000, "how_en": 1000}
COUNTS = ("per_person_day", "per_person_month", "per_place_day", "in_total", "position")
MOST = 1_000_000
MOST_CENTS = 10_000_000
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)


def check(district: str, values: Mapping[str, Any], *, new: bool) -> dict[str, Any]:
    """The given values as columns of an offer. Raises `Invalid` with everything that is wrong."""
    problems: list[Problem] = []
    found: dict[str, Any] = {}
    for name, value in values.items():
        reader = _READERS.get(name)
        if reader is None:
            continue
        try:
            found[name] = reader(district, name, value)
        except Invalid as error:
            problems += error.problems
    for name, words in (("name", _("请填写名称")), ("kind", _("请选择种类"))):
        if (new or name in found) and not found.get(name) and not any(p.field == name for p in problems):
            problems.append(Problem(name, words))
    if problems:
        raise Invalid(problems=problems)
    return found


def check_whole(offer: Any) -> None:
    """What must hold between the values of an offer."""
    if offer.valid_from and offer.valid_to and offer.valid_to < offer.valid_from:
        raise Invalid(_("结束日期早于开始日期"), field="valid_to")
    if offer.kind.counted == "person" and not offer.audience:
        raise Invalid(_("按人核销的供给要说明给谁"), field="audience", remedy=_("请至少选一种资格"))


def day(text: object, field: str) -> date | None:
    """A date as forms write it, None for nothing. Raises `Invalid`."""
    if isinstance(text, date):
        return text
    written = str(text or "").strip()
    if not written:
        return None
    try:
        found = parse_date(written)
    except ValueError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise Invalid(_("看不懂这个日期"), field=field, remedy=_("请写成 2026-11-23 的样子"))
    return found


def _text(district: str, name: str, value: Any) -> str:
    text = str(value or "").replace("\0", "").strip()
    if len(text) > TEXTS[name]:
        raise Invalid(
            _("写了 %(n)s 字，最多 %(most)s 字") % {"n": len(text), "most": TEXTS[name]}, field=name
        )
    return text


def _count(district: str, name: str, value: Any) -> int | None:
    return _whole(name, value, MOST)


def _whole(name: str, value: Any, most: int) -> int | None:
    text = "" if value is None else str(value).strip()
    if not text:
        return 0 if name == "position" else None
    if not (text.isascii() and text.isdigit() and len(text) < 9) or int(text) > most:
        raise Invalid(_("请填 0 到 %(most)s 之间的整数") % {"most": most}, field=name)
    return int(text)


def _cents(district: str, name: str, value: Any) -> int | None:
    if isinstance(value, int):
        return _whole(name, value, MOST_CENTS)
    text = str(value or "").strip().removeprefix("¥").removeprefix("￥")
    if not text:
        return None
    yuan, dot, rest = text.partition(".")
    if not (yuan.isascii() and yuan.isdigit() and len(yuan) < 6 and len(rest) <= 2) or (
        dot and not (rest.isascii() and rest.isdigit())
    ):
        raise Invalid(_("看不懂这个价格"), field=name, remedy=_("请写成 15 或 15.50 的样子"))
    return int(yuan) * 100 + int((rest + "00")[:2])


def _hours(district: str, name: str, value: Any) -> str:
    return hours.read(str(value or "").replace("\0", "")[:500])


def _condition(district: str, name: str, value: Any) -> str:
    text = str(value or "").replace("\0", "").strip()
    if len(text) > 1000:
        raise Invalid(_("条件太长"), field=name)
    conditions.check(text)
    return text


def _kind(district: str, name: str, value: Any) -> OfferKind:
    row = _word(OfferKind, district, value)
    if row is None:
        raise Invalid(_("请选择种类"), field=name)
    return row  # type: ignore[no-any-return]


def _category(district: str, name: str, value: Any) -> OfferCategory | None:
    if not value:
        return None
    row = _word(OfferCategory, district, value)
    if row is None:
        raise Invalid(_("没有这个类别"), field=name, remedy=_("请从列表里选"))
    return row  # type: ignore[no-any-return]


def _word(model: Any, district: str, code: Any) -> Any:
    return model.objects.filter(
        district=district, code=str(code or "").replace("\0", "")[:64], retired_at=None
    ).first()


def _audience(district: str, name: str, value: Any) -> list[str]:
    asked = list(dict.fromkeys(str(one) for one in value or []))[:20]
    known = set(
        EntitlementKind.objects.filter(district=district, retired_at=None).values_list("code", flat=True)
    )
    if not set(asked) <= known:
        raise Invalid(_("没有这种资格"), field=name, remedy=_("请从列表里选"))
    return asked


def _giver(district: str, name: str, value: Any) -> UUID | None:
    if not value:
        return None
    if isinstance(value, UUID):
        return value
    text = str(value).replace("\0", "")[:64]
    found = Organisation.objects.filter(district=district, code=text).values_list("id", flat=True)
    if (one := found.first()) is None:
        raise Invalid(_("没有这个单位"), field=name, remedy=_("请从列表里选"))
    return one


def _day(district: str, name: str, value: Any) -> date | None:
    return day(value, name)


_READERS: dict[str, Callable[[str, str, Any], Any]] = {
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(COUNTS, _count),
    "kind": _kind,
    "category": _category,
    "giver_id": _giver,
    "price": _cents,
    "usual_price": _cents,
    "hours": _hours,
    "audience": _audience,
    "condition": _condition,
    "valid_from": _day,
    "valid_to": _day,
}
