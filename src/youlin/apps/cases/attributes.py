"""What a category asks besides words and place, and the answers: declared, read, shown.

The kinds are those of GeoReport v2, so that a service's definition and ours are one. A declared question is
`{code, name, name_en, datatype, hint, hint_en, variable, required, public, values}`; `values` is a list of
`{key, name, name_en}`. An answer is kept by code: a text, a number, an ISO time, a key, or a list of keys.
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any

from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from youlin.apps.cases.models import Case, Category
from youlin.kernel.errors import Invalid, Problem
from youlin.kernel.languages import in_language

KINDS = ("string", "number", "datetime", "text", "singlevaluelist", "multivaluelist")
LISTS = ("singlevaluelist", "multivaluelist")
LENGTHS = {"string": 255, "text": 2000}
YEARS = range(1900, 2200)

Given = Mapping[str, Sequence[str]]
"""Answers as they come: by code, each one or several texts."""

_NUMBER = re.compile(r"[+-]?(\d{1,15}(\.\d{0,10})?|\.\d{1,10})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Value:
    """One thing that may be chosen."""

    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question in the reader's language. What is not `variable` is only told, never answered."""

    code: str
    name: str
    datatype: str
    hint: str
    variable: bool
    required: bool
    public: bool
    order: int
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """A question with its answer in words."""

    code: str
    name: str
    text: str
    value: Any


def questions(category: Category) -> tuple[Question, ...]:
    """What the category asks, in its declared order."""
    return tuple(_question(order, one) for order, one in enumerate(category.attributes, start=1))


def read(category: Category, given: Given) -> dict[str, Any]:
    """The answers as they are kept. Raises `Invalid` with everything that is wrong, field by field."""
    asked = {one.code: one for one in questions(category) if one.variable}
    answers: dict[str, Any] = {}
    problems = [_unknown(code, asked) for code in given if code not in asked]
    for question in asked.values():
        texts = [text.strip() for text in given.get(question.code, ()) if text.strip()]
        try:
            if texts:
                answers[question.code] = _read(question, texts)
            elif question.required:
                raise Invalid(_("“%(name)s”没有回答") % {"name": question.name}, remedy=_expected(question))
        except Invalid as error:
            problems += [one._replace(field=f"attribute[{question.code}]") for one in error.problems]
    if problems:
        raise Invalid(problems=problems)
    return answers


def answered(case: Case, category: Category | None, *, public_only: bool = False) -> tuple[Answered, ...]:
    """The case's answers in words, in the order in which they are asked; what is asked no more comes by its code."""
    if not case.attributes:
        return ()
    return tuple(_answered(case, questions(category) if category else (), public_only=public_only))


def _answered(case: Case, asked: Sequence[Question], *, public_only: bool) -> Iterator[Answered]:
    left = dict(case.attributes)
    for question in asked:
        value = left.pop(question.code, None)
        if value is not None and (question.public or not public_only):
            yield Answered(question.code, question.name, _words(question, value), value)
    if not public_only:
        for code, value in left.items():
            yield Answered(code, code, "、".join(value) if isinstance(value, list) else str(value), value)


def _question(order: int, declared: Mapping[str, Any]) -> Question:
    return Question(
        code=declared["code"],
        name=in_language(declared["name"], declared.get("name_en", "")),
        datatype=declared["datatype"],
        hint=in_language(declared.get("hint", ""), declared.get("hint_en", "")),
        variable=declared.get("variable", True),
        required=declared.get("required", False),
        public=declared.get("public", False),
        order=order,
        values=tuple(
            Value(one["key"], in_language(one["name"], one.get("name_en", "")))
            for one in declared.get("values", ())
        ),
    )


def _unknown(code: str, asked: Mapping[str, Question]) -> Problem:
    known = "、".join(asked)
    remedy = _("可用：%s") % known if known else _("这个类别没有附加问题")
    return Problem(f"attribute[{code[:64]}]", _("没有这个附加问题"), remedy)


def _read(question: Question, texts: list[str]) -> Any:
    if question.datatype == "multivaluelist":
        return [_key(question, text) for text in dict.fromkeys(texts)]
    if len(texts) > 1:
        raise Invalid(_("“%(name)s”只能有一个回答") % {"name": question.name}, remedy=_expected(question))
    if question.datatype == "singlevaluelist":
        return _key(question, texts[0])
    if question.datatype == "number":
        return _number(question, texts[0])
    if question.datatype == "datetime":
        return _moment(question, texts[0])
    longest = LENGTHS[question.datatype]
    if len(texts[0]) > longest:
        raise Invalid(_("“%(name)s”最多 %(n)d 字") % {"name": question.name, "n": longest})
    return texts[0]


def _key(question: Question, text: str) -> str:
    if not any(text == one.key for one in question.values):
        raise Invalid(
            _("“%(name)s”不能是“%(value)s”") % {"name": question.name, "value": text[:64]},
            remedy=_expected(question),
        )
    return text


def _number(question: Question, text: str) -> int | float:
    if not _NUMBER.match(text) or not math.isfinite(float(text)):
        raise Invalid(_("“%(name)s”应为数字") % {"name": question.name}, remedy=_expected(question))
    return float(text) if "." in text else int(text)


def _moment(question: Question, text: str) -> str:
    try:
        moment = parse_datetime(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        moment = None
    if moment is None or moment.year not in YEARS:
        raise Invalid(_("“%(name)s”应为时间") % {"name": question.name}, remedy=_expected(question))
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat(timespec="seconds")


def _expected(question: Question) -> str:
    """What to write instead."""
    if question.values:
        return _("可选：%s") % "、".join(f"{one.key}（{one.name}）" for one in question.values)
    examples = {"number": _("例如 12 或 3.5"), "datetime": _("例如 2026-01-31T08:00:00+08:00")}
    return question.hint or examples.get(question.datatype, "")


def _words(question: Question, value: Any) -> str:
    """An answer as people read it: names for keys, local time for moments."""
    names = {one.key: one.name for one in question.values}
    if isinstance(value, list):
        return "、".join(names.get(str(one), str(one)) for one in value)
    if question.datatype == "datetime" and (moment := parse_datetime(str(value))) is not None:
        return formats.date_format(timezone.localtime(moment, timezone.get_default_timezone()), "Y-m-d H:i")
    return names.get(str(value), str(value))
