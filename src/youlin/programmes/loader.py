"""Reads a programme: a folder with `programme.yaml` and the part files it names. Pure: no database.

Every error is collected, not only the first, and each carries file, line, column and a remedy.
"""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from youlin.programmes import marks, schema, words
from youlin.programmes.faults import Fault, Place, Refused, did_you_mean
from youlin.programmes.marks import Marked, Path_

FOLDER = Path(__file__).resolve().parent
FILE_NAME = "programme.yaml"


@dataclass(frozen=True)
class ResolvedCategory:
    """A category with what it takes from the classes above it."""

    code: str
    position: int
    name: str
    name_en: str
    official_code: str
    case_type: str
    duty: str
    limits: dict[str, str]
    measures: dict[str, dict[str, Any]]
    keywords: list[str]
    attributes: list[dict[str, Any]]
    routing: list[dict[str, str]]
    description: str
    description_en: str
    reportable: bool
    approximate_place: bool


@dataclass(frozen=True)
class Programme:
    """A programme as read: its code (the folder's name), its declarations and where each of them stands."""

    code: str
    folder: Path
    declarations: schema.Declarations
    source: Marked
    depends: tuple["Programme", ...] = ()

    @property
    def version(self) -> str:
        return self.declarations.version

    @property
    def digest(self) -> str:
        """SHA-256 over the declarations in canonical form: equal digests, equal programmes."""
        return hashlib.sha256(canonical(self.as_data()).encode()).hexdigest()

    def as_data(self) -> dict[str, Any]:
        """The declarations as JSON-ready data."""
        return self.declarations.model_dump(mode="json", by_alias=True)

    def all_declared(self, section: str) -> dict[str, Any]:
        """A section of this programme and of all it depends on."""
        found: dict[str, Any] = {}
        for other in self.depends:
            found |= other.all_declared(section)
        found |= getattr(self.declarations, section)
        return found

    def workflow(self, case_type: str) -> dict[str, Any]:
        """The transition table of a case type, its own or that of the type it takes over; {} if unknown."""
        types: dict[str, schema.CaseType] = self.all_declared("case_types")
        declared = types.get(case_type)
        if declared and declared.workflow_of:
            declared = types.get(declared.workflow_of)
        return declared.workflow if declared else {}

    def categories(self) -> list[ResolvedCategory]:
        """All categories in the order of the file, with what they inherit."""
        declared = self.declarations.categories
        return [_resolve(code, declared) for code in declared]


def canonical(data: Any) -> str:
    """Data as one text that is equal for equal data."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def codes() -> list[str]:
    """The programmes shipped with this installation."""
    return sorted(path.parent.name for path in FOLDER.glob(f"*/{FILE_NAME}"))


def load(code: str, *, folder: Path | None = None, _loading: tuple[str, ...] = ()) -> Programme:
    """The programme `code`, read from `folder` (default: the one shipped). Raises `Refused`."""
    home = folder or FOLDER / code
    if folder is None and code not in codes():
        fault = Fault(
            Place(f"{code}/{FILE_NAME}", 1, 1),
            _("没有名为“%(code)s”的方案。") % {"code": code},
            did_you_mean(code, codes()),
        )
        raise Refused([fault])
    source = _read(home)
    try:
        declarations = schema.Declarations.model_validate(source.data)
    except ValidationError as error:
        raise Refused([words.fault(detail, source) for detail in error.errors()]) from None
    depends = _load_depends(declarations, source, (*_loading, code))
    return Programme(code, home, declarations, source, depends)


def _load_depends(
    declarations: schema.Declarations, source: Marked, loading: tuple[str, ...]
) -> tuple[Programme, ...]:
    found = []
    for index, code in enumerate(declarations.depends):
        place = source.place(("depends", index))
        if code in loading:
            message = _("方案互相依赖：%(chain)s。") % {"chain": " → ".join((*loading, code))}
            raise Refused([Fault(place, message, _("请去掉其中一处依赖。"))])
        if code not in codes():
            message = _("依赖的方案“%(code)s”不存在。") % {"code": code}
            raise Refused([Fault(place, message, did_you_mean(code, codes()))])
        found.append(load(code, _loading=loading))
    return tuple(found)


def _read(home: Path) -> Marked:
    """`programme.yaml` with the sections of its part files added."""
    shown = f"{home.name}/{FILE_NAME}"
    whole = marks.read(home / FILE_NAME, shown)
    if not isinstance(whole.data, dict):
        raise Refused([Fault(Place(shown, 1, 1), _("文件是空的。"), _("请从 name、name_en、version 写起。"))])
    parts = whole.data.pop("parts", [])
    if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
        raise Refused([Fault(whole.place(("parts",)), _("parts 应是文件名的列表。"), _("请逐行写文件名。"))])
    faults: list[Fault] = []
    for index, part in enumerate(parts):
        name = str(part)
        if "/" in name or "\\" in name or not name.endswith(".yaml"):
            message = _("“%(name)s”不是本文件夹里的 .yaml 文件。") % {"name": name}
            raise Refused([Fault(whole.place(("parts", index)), message, _("请只写文件名。"))])
        _join(whole, marks.read(home / name, f"{home.name}/{name}"), faults)
    if faults:
        raise Refused(faults)
    return whole


def _join(whole: Marked, part: Marked, faults: list[Fault]) -> None:
    if not isinstance(part.data, dict) or not isinstance(whole.data, dict):
        raise Refused([Fault(part.place(()), _("文件应由“部分: 内容”组成。"), _("例如 categories: …"))])
    for section, content in part.data.items():
        if section not in whole.data:
            whole.data[section] = content
            continue
        mine = whole.data[section]
        if not isinstance(mine, dict) or not isinstance(content, dict):
            faults.append(_twice(whole, part, (section,)))
            continue
        for key, value in content.items():
            if key in mine:
                faults.append(_twice(whole, part, (section, key)))
            else:
                mine[key] = value
    whole.values |= {path: place for path, place in part.values.items() if path and path not in whole.values}
    whole.keys |= {path: place for path, place in part.keys.items() if path not in whole.keys}


def _twice(whole: Marked, part: Marked, path: Path_) -> Fault:
    message = _("“%(key)s”写了两次，第一次在 %(place)s。") % {"key": path[-1], "place": whole.key_place(path)}
    return Fault(part.key_place(path), message, _("请删去其中一个。"))


def _resolve(code: str, declared: dict[str, schema.Category]) -> ResolvedCategory:
    own = declared[code]
    chain = [declared[prefix] for prefix in _prefixes(code) if prefix in declared]
    limits: dict[str, str] = {}
    measures: dict[str, dict[str, Any]] = {}
    for above in chain:
        limits |= above.limits
        for kind, allowed in above.measures.items():
            measures[kind] = measures.get(kind, {}) | allowed.model_dump(exclude_none=True)
    routing = [rule.model_dump(exclude_none=True) for above in reversed(chain) for rule in above.routing]
    has_minors = any(other.startswith(f"{code}.") for other in declared)
    return ResolvedCategory(
        code=code,
        position=_position(code, chain, declared),
        name=own.name,
        name_en=own.name_en,
        official_code="".join(above.official_code for above in chain),
        case_type=_nearest(chain, "case_type") or "",
        duty=_nearest(chain, "duty") or "",
        limits=limits,
        measures=measures,
        keywords=list(own.keywords),
        attributes=_attributes(chain),
        routing=routing,
        description=own.description,
        description_en=own.description_en,
        reportable=not has_minors and _nearest(chain, "reportable") is not False,
        approximate_place=bool(_nearest(chain, "approximate_place")),
    )


def _attributes(chain: list[schema.Category]) -> list[dict[str, Any]]:
    """What is asked, that of the classes above first; the same code again is asked as it is said last."""
    found: dict[str, schema.Attribute] = {}
    for above in chain:
        found |= above.attributes
    return [
        {
            "code": code,
            **one.model_dump(exclude={"values"}),
            "values": [{"key": key, **value.model_dump()} for key, value in one.values.items()],
        }
        for code, one in found.items()
    ]


def _position(code: str, chain: list[schema.Category], declared: dict[str, schema.Category]) -> int:
    """Where the category stands in lists: by root, then by official code, so that new ones move none."""
    roots = [other for other in declared if "." not in other]
    root = code.split(".")[0]
    start = (roots.index(root) if root in roots else len(roots)) * 10000
    official = "".join(above.official_code for above in chain)
    if official.isdigit():
        return start + int(official.ljust(4, "0")[:4])
    siblings = [other for other in declared if other.rpartition(".")[0] == code.rpartition(".")[0]]
    return start + siblings.index(code)


def _nearest(chain: list[schema.Category], name: str) -> Any:
    values = [getattr(above, name) for above in reversed(chain)]
    return next((value for value in values if value is not None), None)


def _prefixes(code: str) -> list[str]:
    parts = code.split(".")
    return [".".join(parts[: length + 1]) for length in range(len(parts))]
