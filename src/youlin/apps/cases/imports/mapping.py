"""The mapping file: which column means what, in which form, and which acts a status stands for.

It is YAML, typed and closed: an unknown word is refused with its file and line. `docs/operator/import.md`
explains every key.
"""

import re
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator
from pydantic_core import ErrorDetails

from youlin.kernel.errors import Invalid, Problem

Text = Annotated[str, StringConstraints(min_length=1, max_length=255)]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$", max_length=128)]
Path_ = tuple[str | int, ...]


class Declared(BaseModel):
    """Closed and without conversions: what is not understood is refused, never guessed."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Moment(Declared):
    """A date or time: its column and its form (`iso`, or as in `strptime`).

    `time_of_day` is what a date without a time is taken to mean, in the mapping's time zone.
    """

    column: Text
    format: Text = "iso"
    time_of_day: Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")] = "00:00"


class Columns(Declared):
    """The columns of the file. Only `number` and `reported_at` must exist."""

    number: Text
    reported_at: Moment
    closed_at: Moment | None = None
    status: Text | None = None
    category: Text | None = None
    title: Text | None = None
    description: Text | None = None
    address: Text | None = None
    lon: Text | None = None
    lat: Text | None = None

    def named(self) -> dict[str, str]:
        """Key in the mapping → column of the file, for the columns that are used."""
        pairs = ((name, getattr(self, name)) for name in type(self).model_fields)
        return {name: c.column if isinstance(c, Moment) else c for name, c in pairs if c is not None}


class Step(Declared):
    """One act of the workflow, and the date of the row at which it was done."""

    act: Code
    at: Literal["reported_at", "closed_at"] = "closed_at"


class Status(Declared):
    """What a status of the file stands for. `duplicate` is the mark that staff judged the row a duplicate."""

    acts: list[Step] = Field(default_factory=list)
    duplicate: bool = False


class FileForm(Declared):
    """How the file is written, where its name does not say it."""

    encoding: Text = "utf-8-sig"
    delimiter: Annotated[str, StringConstraints(min_length=1, max_length=1)] | None = None
    sheet: Text | None = None


class Mapping(Declared):
    """A whole mapping file."""

    name: Text
    source: Text
    licence: Text
    district: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}$")] | None = None
    time_zone: Text
    channel: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=24)] = "import"
    file: FileForm = FileForm()
    columns: Columns
    statuses: dict[str, Status] = Field(default_factory=dict)
    categories: dict[str, Code] = Field(default_factory=dict)
    other_category: Code | None = None

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError(_("没有这个时区，例如 Asia/Shanghai")) from error
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of all dates in the file."""
        return ZoneInfo(self.time_zone)

    def category_codes(self) -> set[str]:
        """Every category the mapping can give."""
        return set(self.categories.values()) | ({self.other_category} if self.other_category else set())

    def acts(self) -> set[str]:
        """Every act the mapping can ask for."""
        return {step.act for status in self.statuses.values() for step in status.acts}


def load(path: Path) -> Mapping:
    """Read a mapping file; raises `Invalid` with one problem per fault, each at `file:line`."""
    try:
        text = path.read_text(encoding="utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        data = yaml.load(text, Loader=_Plain)
    except OSError as error:
        raise Invalid(_("打不开对应文件 %(path)s。") % {"path": path}, remedy=_("请核对路径。")) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise Invalid(
            _("对应文件读不懂：%(error)s") % {"error": error},
            field=path.name,
            remedy=_("请检查缩进、引号和冒号，并存为 UTF-8。"),
        ) from error
    lines = {} if node is None else _lines(node)
    try:
        return Mapping.model_validate(data)
    except ValidationError as error:
        raise Invalid(problems=[_problem(path, lines, fault) for fault in error.errors()]) from None


class _Plain(yaml.SafeLoader):
    """YAML in which `2013-01-01`, `0102` and `no` stay words: only null, `true` and `false` are more."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in rules if tag == "tag:yaml.org,2002:null"]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Plain.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


def _lines(node: yaml.Node, path: Path_ = ()) -> dict[Path_, int]:
    found = {path: node.start_mark.line + 1}
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            inner = (*path, str(key.value))
            found |= _lines(value, inner) | {inner: key.start_mark.line + 1}
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            found |= _lines(item, (*path, index))
    return found


def _problem(path: Path, lines: dict[Path_, int], fault: ErrorDetails) -> Problem:
    place: Path_ = tuple(fault["loc"])
    words = {"key": ".".join(map(str, place)), "input": fault["input"]}
    while place and place not in lines:
        place = place[:-1]
    where = f"{path.name}:{lines.get(place, 1)}"
    match fault["type"]:
        case "missing":
            return Problem(where, _("缺少“%(key)s”。") % words, _("请补上这一项。"))
        case "extra_forbidden":
            return Problem(where, _("不认识“%(key)s”。") % words, _("请核对拼写，或删去它。"))
        case "string_pattern_mismatch":
            message = _("“%(key)s”的写法不对：%(input)s") % words
            return Problem(where, message, _("代码用小写字母、数字和下划线。"))
    text = fault["msg"].removeprefix("Value error, ")
    return Problem(where, f"{words['key']}: {text}", _("请改正后重试。"))
