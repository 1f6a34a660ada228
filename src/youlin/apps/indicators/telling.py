"""An explained change as one sentence, in the reader's language."""

from collections.abc import Mapping
from typing import Literal

from django.utils.translation import gettext as _

from youlin.apps.indicators.explaining import Contribution, Explained

Unit = Literal["percent", "count"]

MOST = 3
"""Parts named in one sentence."""


def in_words(
    found: Explained,
    *,
    name: str,
    unit: Unit,
    decimals: int = 1,
    parts: Mapping[str, str],
    places: Mapping[str, str] | None = None,
) -> str:
    """解决率比上期低 4.2 个百分点；其中 3.1 来自“占道经营”，多在大栅栏街道。

    `parts` and `places` are the names by their keys. Of a change that chance explains nothing is said but that.
    """
    change = found.change
    if change is None:
        return _("%(name)s有一期没有数据，不能比较。") % {"name": name}
    if found.p is None:
        return _("%(name)s的数量太少或历史太短，不判断变化。") % {"name": name}
    if not found.told:
        return _("%(name)s与上期相比没有明显变化。") % {"name": name}
    whole = _whole(name, change, unit, decimals)
    by_key = {one.key: one for one in found.parts}
    named = [
        _part(by_key[key], unit, decimals, parts.get(key, key), _place(found, key, places or {}))
        for key in found.named[:MOST]
    ]
    if not named:
        return _("%(whole)s，各部分都有，没有哪一部分特别突出。") % {"whole": whole}
    return _("%(whole)s；其中 %(parts)s。") % {"whole": whole, "parts": _("；").join(named)}


def _whole(name: str, change: float, unit: Unit, decimals: int) -> str:
    words = {"name": name, "by": _size(change, unit, decimals)}
    if unit == "percent":
        return (
            _("%(name)s比上期高 %(by)s 个百分点") if change > 0 else _("%(name)s比上期低 %(by)s 个百分点")
        ) % words
    return (_("%(name)s比上期多 %(by)s") if change > 0 else _("%(name)s比上期少 %(by)s")) % words


def _part(one: Contribution, unit: Unit, decimals: int, name: str, place: str) -> str:
    words = {"by": _size(one.change, unit, decimals), "part": name, "where": place}
    if abs(one.mix) > abs(one.rate):
        return _("%(by)s 来自“%(part)s”占比的变化") % words
    if place:
        return _("%(by)s 来自“%(part)s”，多在%(where)s") % words
    return _("%(by)s 来自“%(part)s”") % words


def _place(found: Explained, key: str, places: Mapping[str, str]) -> str:
    where = (found.where or {}).get(key, "")
    return places.get(where, where)


def _size(change: float, unit: Unit, decimals: int) -> str:
    """How much, without its sign: a share in percentage points."""
    return f"{abs(change) * 100:.{decimals}f}" if unit == "percent" else f"{abs(change):,.0f}"
