"""Conditions and small formulas that programmes declare, in CEL (https://cel.dev), checked when loaded.

Beside CEL's own functions there are the project's, all without side effects; null counts as nothing:

- `in_area(code, prefix)`: the area `code` is `prefix` or lies below it;
- `has_any(list, list)`: the two have an element in common;
- `contains_any(text, list)`: one of the words occurs in the text, whatever the case;
- `lower(text)`: the text in small letters;
- `in_working_hours(timestamp)`: the moment lies within this installation's working hours.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

import cel
from django.utils.translation import gettext as _

from youlin.kernel import calendars
from youlin.kernel.errors import Invalid

MAX_LENGTH = 4000


def in_area(code: str | None, prefix: str | None) -> bool:
    """Whether the area `code` is `prefix` or lies below it: an area's code begins with its parent's."""
    return bool(code and prefix) and str(code).startswith(str(prefix))


def has_any(one: Sequence[Any] | None, other: Sequence[Any] | None) -> bool:
    """Whether two lists have an element in common."""
    return any(item in (other or []) for item in one or [])


def contains_any(text: str | None, words: Sequence[str] | None) -> bool:
    """Whether one of `words` occurs in `text`, whatever the case."""
    folded = (text or "").casefold()
    return any(word and word.casefold() in folded for word in words or [])


def lower(text: str | None) -> str:
    """`text` in small letters."""
    return (text or "").lower()


def in_working_hours(at: datetime | None) -> bool:
    """Whether `at` lies within this installation's working hours."""
    return at is not None and calendars.default().is_working_time(at)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (in_area, has_any, contains_any, lower, in_working_hours)
}

_CONVERSIONS = {"int", "uint", "double", "string", "bytes", "timestamp", "duration", "type", "dyn"}
_TEXT = {"size", "contains", "startsWith", "endsWith", "matches"}
_MACROS = {"has", "all", "exists", "exists_one", "map", "filter"}
_DATES = {"getFullYear", "getMonth", "getDate", "getDayOfYear", "getDayOfMonth", "getDayOfWeek"}
_TIMES = {"getHours", "getMinutes", "getSeconds", "getMilliseconds"}
_BUILT_IN = frozenset(_CONVERSIONS | _TEXT | _MACROS | _DATES | _TIMES)
_TYPES = frozenset({"int", "uint", "double", "string", "bytes", "bool", "list", "map", "null_type", "type"})
_MACRO = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,")
_TOKENS = re.compile(
    r'(?P<text>[rRbB]{0,2}(?:"""(?s:.*?)"""|\'\'\'(?s:.*?)\'\'\'|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'))'
    r"|(?P<comment>//[^\n]*)"
    r"|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<other>.)",
    re.DOTALL,
)
_PARSER_PLACE = re.compile(r"<input>:(\d+):(\d+): (?:Syntax error: )?(.*)")


class _Name(NamedTuple):
    text: str
    position: int
    after_dot: bool
    called: bool


@dataclass(frozen=True)
class Expression:
    """A checked expression. Holds no state and may be used by many threads."""

    source: str
    variables: frozenset[str]
    place: str
    _program: Any
    _needed: frozenset[str]

    def evaluate(self, **values: Any) -> Any:
        """The value for these variables; more may be given than the expression uses.

        Raises `Invalid`, with the expression's place, when it cannot be worked out for these values.
        """
        missing = self._needed - values.keys()
        if missing:
            raise self._failure(_("缺少变量 %(names)s") % {"names": "、".join(sorted(missing))})
        context = {name: _to_cel(values[name]) for name in self._needed}
        try:
            return self._program.execute({**context, **FUNCTIONS})
        except KeyError as error:
            message = _("没有字段 %(name)s") % {"name": error}
            raise self._failure(message, _("可先用 has() 判断字段是否存在")) from error
        except (ValueError, TypeError, RuntimeError, ArithmeticError) as error:
            raise self._failure(str(error).splitlines()[0][:200]) from error

    def holds(self, **values: Any) -> bool:
        """The value of a condition. Raises `Invalid` as well when it is neither true nor false."""
        value = self.evaluate(**values)
        if not isinstance(value, bool):
            raise self._failure(_("结果应为真或假，而不是 %(value)s") % {"value": repr(value)[:40]})
        return value

    def _failure(self, why: str, remedy: str = "") -> Invalid:
        message = _("表达式“%(source)s”无法计算：%(why)s") % {"source": self.source.strip(), "why": why}
        return Invalid(_at(self.place, message), field=self.place or None, remedy=remedy)


def compile(source: str, *, variables: AbstractSet[str], place: str = "") -> Expression:
    """Check `source` against the variables it may use. `place`, e.g. `programme.yaml:12`, goes into errors.

    Raises `Invalid` for a syntax error, an unknown variable or function, naming place, line and column.
    """
    if len(source) > MAX_LENGTH:
        message = _("表达式太长，最多 %(count)s 个字符") % {"count": MAX_LENGTH}
        raise Invalid(_at(place, message), field=place or None)
    return _compile(source, frozenset(variables), place)


@lru_cache(maxsize=2048)
def _compile(source: str, variables: frozenset[str], place: str) -> Expression:
    try:
        program = cel.compile(source)
    except ValueError as error:
        raise _syntax_problem(source, place, str(error)) from error
    names = list(_names(source))
    bound = _bound_ranges(source)
    needed = set(program.variables()) & variables
    for name in names:
        if _is_bound(name, bound):
            continue
        if name.called:
            if name.text not in _BUILT_IN and name.text not in FUNCTIONS:
                raise _unknown(source, place, name, _("没有函数 %(name)s"), _functions_remedy())
        elif not name.after_dot and name.text in program.variables() and name.text not in variables | _TYPES:
            raise _unknown(source, place, name, _("没有变量 %(name)s"), _variables_remedy(variables))
    return Expression(source, variables, place, program, frozenset(needed))


def _names(source: str) -> Iterator[_Name]:
    """Every name outside texts and comments, and whether it is a member or a call."""
    before = ""
    for token in _TOKENS.finditer(source):
        if token["comment"] or token[0].isspace():
            continue
        if token["name"]:
            called = source[token.end() :].lstrip().startswith("(")
            yield _Name(token["name"], token.start(), before == ".", called)
        before = token[0]


def _bound_ranges(source: str) -> list[tuple[str, int, int]]:
    """The names that macros such as `list.exists(x, …)` bind, and from where to where they hold."""
    plain = "".join(" " * len(token[0]) if token["text"] else token[0] for token in _TOKENS.finditer(source))
    return [(macro[1], macro.start(1), _closing(plain, macro.end())) for macro in _MACRO.finditer(plain)]


def _closing(plain: str, start: int) -> int:
    depth = 1
    for place in range(start, len(plain)):
        depth += {"(": 1, ")": -1}.get(plain[place], 0)
        if not depth:
            return place
    return len(plain)


def _is_bound(name: _Name, ranges: list[tuple[str, int, int]]) -> bool:
    return not name.called and any(
        name.text == bound and first <= name.position < last for bound, first, last in ranges
    )


def _to_cel(value: Any) -> Any:
    """Types that CEL does not have, as the texts and numbers it has."""
    if value is None or isinstance(value, str | bool | int | float | datetime):
        return value
    if isinstance(value, UUID | date):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, Mapping):
        return {str(key): _to_cel(item) for key, item in value.items()}
    if isinstance(value, Sequence | AbstractSet) and not isinstance(value, bytes):
        return [_to_cel(item) for item in value]
    return value


def _syntax_problem(source: str, place: str, text: str) -> Invalid:
    found = _PARSER_PLACE.search(text)
    line, column, why = (int(found[1]), int(found[2]), found[3]) if found else (1, 1, text)
    why = why.split(" expecting ")[0][:120]
    message = _("表达式“%(source)s”写法有误：%(why)s") % {"source": source.strip(), "why": why}
    return Invalid(_at(place, message, source, line, column), field=place or None, remedy=_syntax_remedy())


def _unknown(source: str, place: str, name: _Name, words: str, remedy: str) -> Invalid:
    line = source.count("\n", 0, name.position) + 1
    column = name.position - (source.rfind("\n", 0, name.position) + 1) + 1
    message = _at(place, words % {"name": name.text}, source, line, column)
    return Invalid(message, field=place or None, remedy=remedy)


def _at(place: str, message: str, source: str = "", line: int = 0, column: int = 0) -> str:
    where = [place] if place else []
    if "\n" in source.strip("\n"):
        where.append(_("第 %(line)s 行第 %(column)s 列") % {"line": line, "column": column})
    elif column:
        where.append(_("第 %(column)s 列") % {"column": column})
    return " ".join(where) + ("：" if where else "") + message


def _syntax_remedy() -> str:
    return _("表达式使用 CEL 语法，例如 category == '0102' && in_area(area, '110102')")


def _functions_remedy() -> str:
    return _("可用的函数：%(names)s") % {"names": "、".join(sorted(_BUILT_IN | FUNCTIONS.keys()))}


def _variables_remedy(variables: frozenset[str]) -> str:
    return _("可用的变量：%(names)s") % {"names": "、".join(sorted(variables))}
