"""A time limit as rules state it: a number and what it counts, e.g. `4 工作时` or `7 自然日`."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, Self, get_args

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from youlin.kernel.errors import Invalid

Unit = Literal["work_hour", "work_day", "hour", "day"]

_WORDS: dict[Unit, str] = {
    "work_hour": r"工作小?时|(?:work(?:ing)?|business)[ _]?hours?",
    "work_day": r"工作[日天]|(?:work(?:ing)?|business)[ _]?days?",
    "hour": r"(?:自然)?小?时|(?:natural |calendar )?hours?|h",
    "day": r"(?:自然)?[日天]|(?:natural |calendar )?days?|d",
}
_CHINESE = {"半": "0.5", "两": "2"} | {
    word: str(number) for number, word in enumerate("零一二三四五六七八九十")
}
_FORM = re.compile(
    rf"(?P<value>\d{{1,5}}(?:\.\d{{1,4}})?|[{''.join(_CHINESE)}])\s*个?\s*(?:"
    + "|".join(f"(?P<{unit}>{words})" for unit, words in _WORDS.items())
    + r")\Z",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Limit:
    """`value` of `unit`; days, working or not, are whole. Raises `Invalid` on anything else."""

    value: Decimal
    unit: Unit

    def __init__(self, value: Decimal | int | float | str, unit: Unit) -> None:
        number = Decimal(str(value))
        if unit not in get_args(Unit):
            raise Invalid(_("没有“%(unit)s”这种时限单位") % {"unit": unit}, remedy=_remedy())
        if not number.is_finite() or number < 0:
            raise Invalid(_("时限不能是 %(value)s") % {"value": value}, remedy=_remedy())
        if unit in ("work_day", "day") and number != number.to_integral_value():
            raise Invalid(_("以日计的时限必须是整数"), remedy=_("不足一日的时限请用工作时或小时"))
        object.__setattr__(self, "value", number.normalize() if number else Decimal(0))
        object.__setattr__(self, "unit", unit)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `4 工作时`, `1 个工作日`, `24 小时`, `7 自然日`, `4 working hours`, `1 work_day` …"""
        form = _FORM.match(unicodedata.normalize("NFKC", text).strip())
        if not form:
            raise Invalid(_("看不懂时限“%(text)s”") % {"text": text}, remedy=_remedy())
        unit = next(unit for unit in get_args(Unit) if form[unit])
        return cls(_CHINESE.get(form["value"], form["value"]), unit)

    def __str__(self) -> str:
        """The form that is stored and exchanged, e.g. `4 work_hour`; `parse` reads it again."""
        return f"{self.value:f} {self.unit}"

    def label(self) -> str:
        """The form people read, in their language, e.g. `4 工作时`."""
        count = int(self.value) if self.value == self.value.to_integral_value() else 2
        words = {
            "work_hour": ngettext("%(value)s 工作时", "%(value)s 工作时", count),
            "work_day": ngettext("%(value)s 工作日", "%(value)s 工作日", count),
            "hour": ngettext("%(value)s 小时", "%(value)s 小时", count),
            "day": ngettext("%(value)s 自然日", "%(value)s 自然日", count),
        }
        return words[self.unit] % {"value": f"{self.value:f}"}


def _remedy() -> str:
    return _("请写成“4 工作时”“1 工作日”“24 小时”或“7 自然日”")
