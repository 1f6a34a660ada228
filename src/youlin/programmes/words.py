"""pydantic's findings in our words: message and remedy for each kind of error."""

import re
from collections.abc import Mapping
from typing import Any, get_args, get_origin

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from pydantic import BaseModel
from pydantic_core import ErrorDetails

from youlin.programmes.faults import Fault, did_you_mean
from youlin.programmes.marks import Marked, Path_
from youlin.programmes.schema import Declarations

_TYPES = {
    "string_type": _lazy("文字"),
    "int_type": _lazy("整数"),
    "float_type": _lazy("数"),
    "bool_type": _lazy("true 或 false"),
    "list_type": _lazy("列表"),
    "dict_type": _lazy("“名称: 值”的表"),
    "model_type": _lazy("“名称: 值”的表"),
}


def fault(error: ErrorDetails, marked: Marked) -> Fault:
    """One finding with its place."""
    kind = error["type"]
    path = tuple(part for part in error["loc"] if part != "[key]")
    if kind == "extra_forbidden":
        return Fault(marked.key_place(path), *_unknown_key(path))
    if kind == "missing":
        return Fault(marked.key_place(path[:-1]), *_missing(path))
    if error["loc"] and error["loc"][-1] == "[key]":
        return Fault(marked.key_place(path), *_bad_code(str(path[-1])))
    return Fault(
        marked.place(path), *_bad_value(kind, error.get("ctx", {}), str(path[-1]) if path else "", error)
    )


def _unknown_key(path: Path_) -> tuple[str, str]:
    known = sorted(_known_keys(path[:-1]))
    return _("这里没有“%(key)s”这一项。") % {"key": path[-1]}, did_you_mean(str(path[-1]), known)


def _missing(path: Path_) -> tuple[str, str]:
    where = str(path[-2]) if len(path) > 1 else _("方案")
    message = _("“%(where)s”缺少“%(key)s”。") % {"where": where, "key": path[-1]}
    return message, _("请补上“%(key)s: …”。") % {"key": path[-1]}


def _bad_code(word: str) -> tuple[str, str]:
    message = _("“%(word)s”不能用作代码。") % {"word": word}
    return message, _("代码用小写字母、数字和下划线，以字母开头。")


def _bad_value(kind: str, context: Mapping[str, Any], key: str, error: ErrorDetails) -> tuple[str, str]:
    if kind == "string_type" and isinstance(error["input"], int | float | bool):
        message = _("“%(key)s”应是文字，这里是数。") % {"key": key}
        return message, _('请加引号：%(key)s: "%(value)s"。') % {"key": key, "value": error["input"]}
    if kind in _TYPES:
        message = _("“%(key)s”应是%(kind)s。") % {"key": key, "kind": _TYPES[kind]}
        return message, _("请改成%(kind)s。") % {"kind": _TYPES[kind]}
    if kind == "literal_error":
        message = _("“%(key)s”不能是“%(value)s”。") % {"key": key, "value": error["input"]}
        return message, did_you_mean(str(error["input"]), re.findall(r"'([^']*)'", context["expected"]))
    if kind == "string_pattern_mismatch":
        message = _("“%(value)s”的写法不对。") % {"value": error["input"]}
        return message, _("应符合 %(pattern)s。") % {"pattern": context.get("pattern", "")}
    if kind in ("string_too_short", "too_short"):
        return _("“%(key)s”是空的。") % {"key": key}, _("请填写，或删去这一项。")
    if kind == "string_too_long":
        limit = context.get("max_length", "")
        return _("“%(key)s”太长。") % {"key": key}, _("最多 %(limit)s 个字。") % {"limit": limit}
    return _("“%(key)s”的值不对：%(why)s。") % {"key": key, "why": error["msg"]}, _("请改正。")


def _known_keys(path: Path_) -> set[str]:
    """The keys that may stand at `path`, read from the schema."""
    annotation: Any = Declarations
    for part in path:
        annotation = _step(annotation, part)
    model = _model(annotation)
    return {field.alias or name for name, field in model.model_fields.items()} if model else set()


def _step(annotation: Any, part: str | int) -> Any:
    model = _model(annotation)
    if model:
        for name, field in model.model_fields.items():
            if part in (field.alias, name):
                return field.annotation
        return None
    inner = [a for a in get_args(_plain(annotation)) if a is not type(None)]
    return inner[-1] if inner else None


def _plain(annotation: Any) -> Any:
    """`X | None` without the None."""
    if get_origin(annotation) in (list, dict):
        return annotation
    inner = [a for a in get_args(annotation) if a is not type(None)]
    return inner[0] if len(inner) == 1 else annotation


def _model(annotation: Any) -> type[BaseModel] | None:
    plain = _plain(annotation)
    return plain if isinstance(plain, type) and issubclass(plain, BaseModel) else None
