"""What in a text may tell who somebody is: phones, identity numbers, plates, cards, mail addresses, names. Pure.

Numbers are found by their form and, where they have one, their check digit. Names are found by a dictionary
(jieba's, with its word kinds) and by titles (王先生, 李阿姨). A dictionary does not know every name and takes
some places for names: these are marks for a person who reads, never a verdict.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
import rjieba
from django.utils.translation import gettext_lazy as _

from youlin.kernel import privacy

KINDS = {
    "phone": _("电话"),
    "id": _("身份证号"),
    "plate": _("车牌"),
    "card": _("银行卡号"),
    "email": _("邮箱"),
    "name": _("姓名"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """A stretch of text that may be personal. `certain` where a check digit or a number plan confirms it."""

    kind: str
    start: int
    end: int
    text: str
    certain: bool = False


_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪"
    "庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈"
    "饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑"
)
_DOUBLE = (
    "欧阳",
    "上官",
    "司马",
    "诸葛",
    "东方",
    "皇甫",
    "尉迟",
    "公孙",
    "慕容",
    "司徒",
    "令狐",
    "夏侯",
    "端木",
)
_TITLE = r"先生|女士|小姐|阿姨|大爷|大妈|大叔|叔叔|奶奶|爷爷|师傅|老师|医生|大夫|经理|主任|科长|局长|书记|老板|某某|某"
_TITLED = re.compile(rf"(?:{'|'.join(_DOUBLE)}|[{''.join(sorted(_SURNAMES))}])(?:{_TITLE})")
_PLACE_AFTER = re.compile(
    r"[\s]*(?:路|街|巷|胡同|里|园|苑|寺|庙|观|塔|桥|村|庄|镇|乡|区|店|站|小区|大厦|广场|斜街|家园)"
)
_NOT_NAMES = frozenset(
    ("高楼", "马路", "黄河", "白云观", "杨树", "马桶", "石头", "金属", "黄土", "高空", "安全")
)
_NAME_TAGS = ("nr", "nrt", "nrfg")

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SIGN = "A-HJ-NP-Za-hj-np-z0-9"
_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("email", re.compile(r"[A-Za-z0-9][\w.+-]*@[\w-]+(?:\.[\w-]+)+")),
    ("plate", re.compile(rf"[{_PROVINCES}][A-Za-z][·•.\s-]?[{_SIGN}]{{4,5}}[{_SIGN}挂学警港澳]")),
    ("id", re.compile(r"(?<!\d)[1-8]\d{5}[ -]?(?:18|19|20)\d{2}[ -]?\d{4}[ -]?\d{3}[\dXxＸｘ](?!\d)")),
    ("id", re.compile(r"(?<!\d)[1-8]\d{5}\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d{3}(?!\d)")),
    ("card", re.compile(r"(?<!\d)(?:62|[3-5]\d)\d{2}(?:[ -]?\d{4}){3}\d{0,3}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)(?:[+＋]?86[ -]?)?1[3-9]\d(?:[ -]?\d){8}(?!\d)")),
    ("phone", re.compile(r"(?<!\d)(?:[(（]0\d{2,3}[)）]|0\d{2,3})[ -]?[2-9]\d{6,7}(?!\d)")),
)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def in_text(text: str) -> tuple[Finding, ...]:
    """Everything found, in the order of the text; of findings that overlap the first and surest stays."""
    found = [*_numbers(text), *_phones(text), *_names(text)]
    kept: list[Finding] = []
    for one in sorted(found, key=lambda one: (not one.certain, one.kind == "name", one.start)):
        if not any(one.start < other.end and other.start < one.end for other in kept):
            kept.append(one)
    return tuple(sorted(kept, key=lambda one: one.start))


def masked(text: str) -> str:
    """`text` with every finding made unreadable; what a moderator is offered, and what shows before one looked."""
    for one in reversed(in_text(text)):
        text = text[: one.start] + _mask(one) + text[one.end :]
    return privacy.mask_text(text)


def pieces(text: str) -> tuple[tuple[str, Finding | None], ...]:
    """The text cut into stretches, each with its finding or None, ready to be shown with marks."""
    parts: list[tuple[str, Finding | None]] = []
    at = 0
    for one in in_text(text):
        parts += [(text[at : one.start], None), (one.text, one)]
        at = one.end
    return tuple(part for part in (*parts, (text[at:], None)) if part[0])


def id_number_is_valid(text: str) -> bool:
    """The check digit of an 18-digit identity number (GB 11643-1999)."""
    digits = re.sub(r"[ -]", "", text).upper().replace("Ｘ", "X")
    if len(digits) != 18 or not digits[:17].isdigit():
        return False
    total = sum(weight * int(sign) for weight, sign in zip(_ID_WEIGHTS, digits, strict=False))
    return "10X98765432"[total % 11] == digits[17]


def _mask(one: Finding) -> str:
    if one.kind != "name":
        return privacy.mask_text(one.text) if privacy.has_personal_numbers(one.text) else "*" * len(one.text)
    titled = re.search(rf"(?:{_TITLE})\Z", one.text)
    return f"{one.text[:1]}{titled[0]}" if titled else privacy.mask_name(one.text)


def _numbers(text: str) -> Iterator[Finding]:
    for kind, form in _FORMS:
        for hit in form.finditer(text):
            certain = kind in ("email", "plate") or (kind == "id" and id_number_is_valid(hit[0]))
            yield Finding(kind, hit.start(), hit.end(), hit[0], certain)


def _phones(text: str) -> Iterator[Finding]:
    """Numbers that some country's plan knows, written for China where no country is."""
    for hit in phonenumbers.PhoneNumberMatcher(text, "CN"):
        yield Finding("phone", hit.start, hit.end, hit.raw_string, certain=True)


def _names(text: str) -> Iterator[Finding]:
    for hit in _TITLED.finditer(text):
        yield Finding("name", hit.start(), hit.end(), hit[0])
    at = 0
    for word, kind in rjieba.tag(text):
        start = text.find(word, at)
        at = start + len(word) if start >= 0 else at
        if start >= 0 and kind in _NAME_TAGS and _may_be_name(word, text[at : at + 4]):
            yield Finding("name", start, at, word)


def _may_be_name(word: str, after: str) -> bool:
    if not 2 <= len(word) <= 4 or word in _NOT_NAMES or _PLACE_AFTER.match(after):
        return False
    return word[0] in _SURNAMES or word.startswith(_DOUBLE) or word[:1] in "小老"
