"""What a form or a row of a table says of a subject, checked and put into our words."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import selectors as duties
from youlin.apps.duties.selectors import Access
from youlin.apps.parties import phones
from youlin.apps.passes.acts import SUBJECTS
from youlin.apps.passes.subjects.words import HEADINGS, KINDS, OTHER_KINDS, heading
from youlin.kernel import ids
from youlin.kernel.actors import Actor
from youlin.kernel.errors import Invalid, Problem
from youlin.kernel.languages import listed

LONGEST = {"code": 32, "name": 64, "address": 200, "contact": 64, "phone": 32}
_CODE = re.compile(r"(?=.*[0-9])[A-Za-z0-9][A-Za-z0-9_-]*\Z")
_BETWEEN = re.compile(r"[\s·/、,，-]+")


@dataclass(frozen=True)
class Words:
    """What the words of a table may mean in a district: read once for all its rows; and what the reader may keep."""

    district: str
    areas: Mapping[str, Sequence[str]]
    duties: Mapping[str, str]
    kinds: Mapping[str, str]
    access: Access

    def keeps(self, area: str) -> bool:
        """Whether the reader keeps the subjects there."""
        return self.access.may(SUBJECTS, district=self.district, area=area)


@dataclass(frozen=True)
class Said:
    """What is said of a subject: columns of it by name, `contact` and `phone` as text, and what is wrong."""

    columns: dict[str, str]
    contact: str
    phone: str
    problems: list[Problem]

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it the same as another where neither has a number."""
        return self.columns["kind"], self.columns["name"], self.columns["area"]


def words(actor: Actor, district: str) -> Words:
    """The words of a district. Its areas are known by code, by name and by the names from the street down, in Chinese
    and in English."""
    rows = {code: names for code, *names in areas.subtree(district).values_list("code", "name", "name_en")}
    named: dict[str, list[str]] = defaultdict(list)
    for code, names in rows.items():
        line = [
            *reversed([rows[one] for one in areas.ancestors(code) if one in rows and one != district]),
            names,
        ]
        paths = {_plain("".join(step)) for step in zip(*line, strict=True)}
        for name in {code, *names, areas.short_name(code), areas.label(code), *paths} - {""}:
            named[name].append(code)
    kinds = {str(word): code for code, word in KINDS.items()} | {code: code for code in KINDS} | OTHER_KINDS
    known = duties.kinds(district)
    return Words(
        district=district,
        areas=named,
        duties={one.name: one.code for one in known} | {one.code: one.code for one in known},
        kinds=kinds,
        access=duties.access(actor),
    )


def said(given: Mapping[str, str], known: Words) -> Said:
    """What a form or a row says. Nothing is raised: `problems` name the field and what to do about it."""
    text = {key: given.get(key, "").replace("\0", "").strip() for key in HEADINGS}
    problems = [
        Problem(key, _("“%(name)s”太长") % {"name": heading(key)}, _("最多 %(n)s 个字") % {"n": most})
        for key, most in LONGEST.items()
        if len(text[key]) > most
    ]
    if text["code"] and not (_CODE.match(text["code"]) or ids.check_number(text["code"])):
        problems.append(
            Problem("code", _("编号由字母、数字和短横线组成，至少一个数字"), _("也可以留空，自动编号"))
        )
    if not text["name"]:
        problems.append(Problem("name", _("没有名称"), _("请写招牌上或户口上的名称")))
    columns = {key: text[key] for key in ("code", "name", "address")}
    columns["kind"] = _meant(
        text["kind"], known.kinds, "kind", problems, [str(one) for one in KINDS.values()]
    )
    columns["area"] = _area(text["area"], known, problems)
    columns["duty"] = _meant(text["duty"], known.duties, "duty", problems, ()) if text["duty"] else ""
    return Said(columns, text["contact"], _phone(text, problems), problems)


def _meant(
    text: str, known: Mapping[str, str], field: str, problems: list[Problem], told: Sequence[str]
) -> str:
    if text in known:
        return known[text]
    what = _("没有写“%(name)s”") if not text else _("看不懂这里写的“%(name)s”")
    remedy = _("可写：%(names)s") % {"names": listed(told)} if told else _("请按岗位管理里的名称写，或留空")
    problems.append(Problem(field, what % {"name": heading(field)}, remedy))
    return ""


def _area(text: str, known: Words, problems: list[Problem]) -> str:
    found = known.areas.get(text) or known.areas.get(_plain(text), ())
    if len(found) == 1 and known.keeps(found[0]):
        return found[0]
    if not text:
        problem = Problem("area", _("没有写街道或社区"), _("请写名称或区划代码"))
    elif not found:
        problem = Problem("area", _("本区没有这个街道或社区"), _("请写全称，例如“月坛街道 三里河一区社区”"))
    elif len(found) > 1:
        problem = Problem("area", _("同名的社区不止一个"), _("请在前面写上街道，或写区划代码"))
    else:
        problem = Problem("area", _("这个地方的主体不归您登记"), _("请只写自己辖区的"))
    problems.append(problem)
    return ""


def _phone(text: Mapping[str, str], problems: list[Problem]) -> str:
    if not text["phone"]:
        return ""
    if not text["contact"]:
        problems.append(Problem("contact", _("有电话，没有联系人"), _("请写联系人姓名")))
    try:
        return phones.normalise(text["phone"])
    except Invalid as error:
        problems += [one._replace(field="phone") for one in error.problems]
        return ""


def _plain(text: str) -> str:
    return _BETWEEN.sub("", text)


def values(row: Said) -> dict[str, Any]:
    """The columns that are written, without the number."""
    return {key: value for key, value in row.columns.items() if key != "code"}
