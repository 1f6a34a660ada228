"""What is wrong with a declared table, collected while it is read."""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from youlin.kernel import calendars
from youlin.kernel.errors import Invalid, Problem


class Faults:
    """Collects what is wrong, so that one run names every fault and not just the first."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.problems: list[Problem] = []

    def add(self, path: str, message: str, remedy: str = "") -> None:
        where = ".".join(part for part in (self.place, path) if part)
        self.problems.append(Problem(where, message, remedy))

    def one_of(self, path: str, value: object, allowed: Iterable[str], default: str) -> str:
        """`value` if allowed, else a fault that names the nearest allowed word."""
        choices = list(allowed)
        if value in choices:
            return str(value)
        near = difflib.get_close_matches(str(value), choices, 1)
        hint = _("是不是“%(word)s”？") % {"word": near[0]} if near else ""
        words_allowed = "、".join(choice or '""' for choice in choices)
        self.add(path, _("不认识“%(value)s”") % {"value": value}, hint or _("可用：") + words_allowed)
        return default

    def keys(self, path: str, allowed: Iterable[str], data: Mapping[str, Any]) -> None:
        """Every key of `data` must be among `allowed`."""
        for key in data:
            if key not in allowed:
                self.one_of(f"{path}.{key}".strip("."), key, sorted(allowed), "")

    def text(self, path: str, value: object, *, required: bool = False) -> str:
        if value is None or value == "":
            if required:
                self.add(path, _("缺少内容"), _("请写一个名称"))
            return ""
        if not isinstance(value, str):
            self.add(path, _("应当是文字，现在是 %(value)r") % {"value": value}, _("加上引号"))
            return ""
        return value

    def truth(self, path: str, value: object, default: bool) -> bool:
        if value is None:
            return default
        if not isinstance(value, bool):
            self.add(path, _("应当是 true 或 false，现在是 %(value)r") % {"value": value})
            return default
        return value

    def mapping(self, path: str, value: object) -> Mapping[str, Any]:
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self.add(path, _("应当是一组“键: 值”"), _("检查缩进"))
            return {}
        return value

    def words(self, path: str, value: object) -> tuple[str, ...]:
        """A text or a list of texts."""
        if value is None:
            return ()
        items = value if isinstance(value, list | tuple) else [value]
        return tuple(self.text(f"{path}[{index}]", item, required=True) for index, item in enumerate(items))

    def limit(self, path: str, text: str) -> None:
        """A limit in words, or a fault that shows some."""
        try:
            calendars.Limit.parse(text)
        except (Invalid, ValueError):
            self.add(
                path,
                _("看不懂时限“%(limit)s”") % {"limit": text},
                _("例如：4 工作时、1 工作日、24 小时、7 自然日"),
            )
