"""YAML with its places: plain data, and for every value and key the file, line and column it stands at.

The YAML is a plain subset: no aliases, tags or merge keys; only `true` and `false` are booleans, and
`0102` stays text, so that official codes keep their zeros and `on` or `no` stay words.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import yaml
from django.utils.translation import gettext as _

from youlin.programmes.faults import Fault, Place, Refused

Path_ = tuple[str | int, ...]
Data = str | int | float | bool | None | list["Data"] | dict[str, "Data"]

_INT = re.compile(r"-?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]*)\.[0-9]+\Z")
_WORDS: dict[str, bool | None] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass
class Marked:
    """Data as read, with the place of each value (`values`) and of each mapping key (`keys`) by its path."""

    data: Data = None
    values: dict[Path_, Place] = field(default_factory=dict)
    keys: dict[Path_, Place] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def place(self, path: Path_) -> Place:
        """Where the value at `path` stands, or the nearest enclosing value that exists."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values[path]

    def spot(self, path: Path_) -> Place:
        """Where to look for `path`: the value where it is a word, else the key that leads to it."""
        while path and path not in self.values:
            path = path[:-1]
        data: object = self.data
        for part in path:
            data = data[part] if isinstance(data, list | dict) else data  # type: ignore[index]
        return self.key_place(path) if isinstance(data, list | dict) else self.values[path]

    def key_place(self, path: Path_) -> Place:
        """Where the key that leads to `path` stands; for a list item, where the item begins."""
        while path and path not in self.keys:
            if path in self.values:
                return self.values[path]
            path = path[:-1]
        return self.keys.get(path) or self.values[()]


def read(path: Path, shown_as: str) -> Marked:
    """Read one file; raises `Refused` where it is no readable YAML or says a key twice."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        fault = Fault(Place(shown_as, 1, 1), _("没有这个文件。"), _("请建立它，或改正引用它的名称。"))
        raise Refused([fault]) from None
    except UnicodeDecodeError:
        fault = Fault(Place(shown_as, 1, 1), _("文件不是 UTF-8 编码。"), _("请另存为 UTF-8。"))
        raise Refused([fault]) from None
    return parse(text, shown_as)


def parse(text: str, shown_as: str) -> Marked:
    """The same from text already read."""
    try:
        _refuse_aliases(text, shown_as)
        node = yaml.compose(text, Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        raise Refused([_syntax_fault(error, shown_as)]) from error
    except yaml.reader.ReaderError as error:
        line = text.encode()[: error.position].count(b"\n") + 1
        fault = Fault(Place(shown_as, line, 1), _("有不能使用的控制字符。"), _("请删去它。"))
        raise Refused([fault]) from error
    marked = Marked()
    marked.values[()] = Place(shown_as, 1, 1)
    if node is not None:
        marked.data = _Walk(marked, shown_as).value(node, ())
    if marked.faults:
        raise Refused(marked.faults)
    return marked


class _Walk:
    """One pass over the nodes of one file."""

    def __init__(self, marked: Marked, shown_as: str) -> None:
        self.marked = marked
        self.shown_as = shown_as

    def at(self, node: yaml.Node) -> Place:
        return Place(self.shown_as, node.start_mark.line + 1, node.start_mark.column + 1)

    def value(self, node: yaml.Node, path: Path_) -> Data:
        self.marked.values[path] = self.at(node)
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, index)) for index, item in enumerate(node.value)]
        return _scalar(node)

    def mapping(self, node: yaml.MappingNode, path: Path_) -> dict[str, Data]:
        found: dict[str, Data] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str) or key == "<<":
                self.fault(key_node, _("键必须是一个词。"), _("请改写成“名称: 值”。"))
                continue
            if key in found:
                first = self.marked.keys[(*path, key)].line
                message = _("“%(key)s”写了两次，第一次在第 %(line)d 行。") % {"key": key, "line": first}
                self.fault(key_node, message, _("请删去其中一个。"))
                continue
            self.marked.keys[(*path, key)] = self.at(key_node)
            found[key] = self.value(value_node, (*path, key))
        return found

    def fault(self, node: yaml.Node, message: str, remedy: str) -> None:
        self.marked.faults.append(Fault(self.at(node), message, remedy))


def _scalar(node: yaml.Node) -> Data:
    text = str(node.value)
    if not isinstance(node, yaml.ScalarNode) or node.style:
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _INT.match(text):
        return int(text)
    if _FLOAT.match(text):
        return float(text)
    return text


def _refuse_aliases(text: str, shown_as: str) -> None:
    faults: list[Fault] = []
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        named = isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None)
        tagged = getattr(event, "tag", None)
        if (named or tagged) and event.start_mark:
            place = Place(shown_as, event.start_mark.line + 1, event.start_mark.column + 1)
            message = _("这里不能使用引用（& *）或类型标记（!）。")
            faults.append(Fault(place, message, _("请把内容直接写出来。")))
    if faults:
        raise Refused(faults)


def _syntax_fault(error: yaml.MarkedYAMLError, shown_as: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    place = Place(shown_as, mark.line + 1, mark.column + 1) if mark else Place(shown_as, 1, 1)
    message = _("YAML 读不懂：%(problem)s。") % {"problem": error.problem or error.context or ""}
    return Fault(place, message, _("请检查这一行及上一行的缩进、引号和冒号。"))
