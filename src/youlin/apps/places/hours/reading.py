"""From what somebody wrote to an expression: OSM's own language, or the words people use for hours."""

import re
from datetime import datetime

from django.utils.translation import gettext as _
from opening_hours import ParserError  # type: ignore[attr-defined]

from youlin.apps.places.hours import evaluating
from youlin.apps.places.hours.evaluating import Hours
from youlin.kernel.errors import Invalid

LONGEST = 500
_WIDE = str.maketrans("：；，～—–－（）　０１２３４５６７８９", ":;,----() 0123456789")
_DAYS = {
    "一": "Mo",
    "二": "Tu",
    "三": "We",
    "四": "Th",
    "五": "Fr",
    "六": "Sa",
    "日": "Su",
    "天": "Su",
    "末": "Sa-Su",
}
_DAY_WORD = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天末])")
_WORDS = (
    (re.compile(r"(?:全天|24\s*小时|二十四小时)(?:开放|营业|服务)?"), "00:00-24:00"),
    (re.compile(r"每天|每日|天天|全周"), "Mo-Su"),
    (re.compile(r"工作日"), "Mo-Fr"),
    (re.compile(r"(?:法定)?节?假日(?:除外|不开放|休息|休)"), ";PH off"),
    (re.compile(r"(?:法定)?节假日"), "PH"),
    (re.compile(r"不开放|休息|闭馆|停业|休馆|关闭"), " off"),
    (re.compile(r"开放|营业|服务"), ""),
    (re.compile(r"次日|第二天"), ""),
    (re.compile(r"至|到|~"), "-"),
    (re.compile(r"、"), ","),
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_POINTS = re.compile(r"(?<![0-9:])([0-9]{1,2})\s*[-至到]\s*([0-9]{1,2})[点时]")
_POINT = re.compile(r"(?<![0-9:])([0-9]{1,2})(?:点|时)(半)?(?:([0-9]{1,2})分)?")
_SHORT = re.compile(r"(?<![0-9:])([0-9]):([0-9]{2})")
_SHORT_SPAN = re.compile(r"(?<![0-9:])([0-9]{1,2})\s*-\s*([0-9]{1,2})(?![0-9:])(?=\s|$|,|;)")


def read(text: str, *, field: str = "hours") -> str:
    """The expression that `text` means, in OSM's language; "" for no text.

    Takes OSM values as they are, and words such as 周一至周五 9:00-17:00，节假日休息. Raises `Invalid` with the
    place that cannot be read.
    """
    text = text.strip()
    if not text:
        return ""
    if len(text) > LONGEST:
        raise Invalid(
            _("开放时间太长"), field=field, remedy=_("请控制在 %(count)s 个字以内") % {"count": LONGEST}
        )
    plain = text.translate(_WIDE)
    expression = _SHORT.sub(r"0\1:\2", plain)
    if _HAN.search(plain) or not _is_osm(expression):
        expression = _from_words(plain)
    return check(expression, field=field, written=text)


def _is_osm(expression: str) -> bool:
    """Whether it is OSM's language as it stands, which is left as it is."""
    try:
        evaluating.compiled(expression)
    except ParserError:
        return False
    return True


def check(expression: str, *, field: str = "hours", written: str = "") -> str:
    """The expression itself if it can be evaluated. Raises `Invalid`."""
    try:
        evaluating.compiled(expression)
        evaluating.standing(Hours(expression), datetime(2026, 1, 1, tzinfo=evaluating.zone()))
    except ParserError as error:
        raise Invalid(
            _("看不懂开放时间“%(text)s”%(place)s") % {"text": written or expression, "place": _place(error)},
            field=field,
            remedy=_("请写成“周一至周五 9:00-17:00；节假日休息”，或 OSM 写法“Mo-Fr 09:00-17:00; PH off”"),
        ) from error
    return expression


def _from_words(text: str) -> str:
    """Words into OSM's language; text without Chinese is only brought into form."""
    text = _DAY_WORD.sub(lambda found: _DAYS[found.group(1)], text) if _HAN.search(text) else text
    if _HAN.search(text):
        text = _POINTS.sub(r"\1点-\2点", text)
        text = _POINT.sub(_time, text)
        for words, meaning in _WORDS:
            text = words.sub(meaning, text)
        text = re.sub(r"(?<=[0-9f])\s*,\s*(?=(?:Mo|Tu|We|Th|Fr|Sa|Su|PH))", "; ", text)
    text = _SHORT.sub(r"0\1:\2", text)
    text = _SHORT_SPAN.sub(_whole_hours, text)
    text = re.sub(r"\s*-\s*(?=[0-9MTWFS])", "-", text)
    text = re.sub(r"(?<=[a-z])\s*([0-9]{2}:)", r" \1", text)
    text = re.sub(r"\s*[;,]\s*;\s*", "; ", text)
    return re.sub(r"\s+", " ", text).strip(" ;,。.")


def _time(found: re.Match[str]) -> str:
    minutes = 30 if found.group(2) else int(found.group(3) or 0)
    return f"{int(found.group(1)):02}:{minutes:02}"


def _whole_hours(found: re.Match[str]) -> str:
    first, last = int(found.group(1)), int(found.group(2))
    return f"{first:02}:00-{last:02}:00" if first <= 24 and last <= 30 else found.group()


def _place(error: Exception) -> str:
    found = re.search(r"--> [0-9]+:([0-9]+)", str(error))
    return _("（第 %(column)s 个字符处）") % {"column": found.group(1)} if found else ""
