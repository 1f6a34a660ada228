"""From a declared table to a `Workflow`: every fault in words, with its path and what to do about it."""

import re
from collections.abc import Mapping
from typing import Any, Literal, cast, get_args

from django.utils.translation import gettext as _

from youlin.apps.cases import words
from youlin.apps.cases.workflow import laws
from youlin.apps.cases.workflow.faults import Faults
from youlin.apps.cases.workflow.measuring import measures
from youlin.apps.cases.workflow.table import (
    COUNTERS,
    NAMED_DAY,
    TIMES,
    Act,
    Clock,
    Field,
    Role,
    State,
    Workflow,
)
from youlin.kernel.errors import Invalid

_CODE = re.compile(r"[a-z][a-z0-9_]*\Z")
_KEYS: dict[str, frozenset[str]] = {
    "workflow": frozenset({"initial", "steps", "steps_en", "states", "acts", "measures"}),
    "state": frozenset({"name", "name_en", "step", "open", "clock"}),
    "clock": frozenset({"name", "label", "label_en", "limit", "default"}),
    "evidence": frozenset({"note", "photos"}),
    "field": frozenset({"name", "label", "label_en", "required", "choices"}),
    "act": frozenset(
        {"name", "name_en", "from", "to", "verb", "evidence", "actor", "sets", "clears", "counts", "assigns"}
        | {"outcome", "clocks", "role", "records", "recategorises", "excludes", "automatic", "primary"}
        | {"danger", "fields"}
    ),
}
_ASSIGNS = ("holder", "actor", "route", "chosen", "handler", "none", "reporter")
_ROLES = get_args(Role)
_RECORDS = tuple(sorted(act.removeprefix("cases.") for act in words.JOURNAL_ACTS))


def parse(data: object, *, place: str = "") -> Workflow:
    """The workflow that `data` (JSON or YAML, read) declares.

    `place` is put before every path, e.g. `programme.yaml: case_types.city_event.workflow`. Raises `Invalid`
    with one problem for each fault.
    """
    faults = Faults(place)
    raw = faults.mapping("", data)
    faults.keys("", _KEYS["workflow"], raw)
    steps = faults.words("steps", raw.get("steps"))
    steps_en = faults.words("steps_en", raw.get("steps_en"))
    if steps_en and len(steps_en) != len(steps):
        faults.add("steps_en", _("与 steps 的个数不同"), _("每一步都要有英文名称，或者都不写"))
        steps_en = ()
    states = {
        str(code): _state(faults, str(code), value, len(steps))
        for code, value in faults.mapping("states", raw.get("states")).items()
    }
    if not states:
        faults.add("states", _("没有任何状态"), _("至少声明一个起始状态和一个结束状态"))
    initial = faults.one_of("initial", raw.get("initial"), states, next(iter(states), ""))
    acts = {
        str(code): _act(faults, str(code), value, states)
        for code, value in faults.mapping("acts", raw.get("acts")).items()
    }
    allowed = measures(faults, raw.get("measures"), states)
    table = Workflow(initial, steps, steps_en, states, acts, laws.by_source(states, acts), allowed)
    if not faults.problems:
        for path, message, remedy in laws.broken(table):
            faults.add(path, message, remedy)
    if faults.problems:
        raise Invalid(problems=faults.problems)
    return table


def _state(faults: Faults, code: str, value: object, steps: int) -> State:
    path = f"states.{code}"
    raw = faults.mapping(path, value)
    faults.keys(path, _KEYS["state"], raw)
    _code(faults, path, code)
    step = raw.get("step")
    if step is not None and (isinstance(step, bool) or not isinstance(step, int) or not 1 <= step <= steps):
        faults.add(f"{path}.step", _("没有第 %(step)s 步") % {"step": step}, _("steps 里有几步就写几以内"))
        step = None
    clocks = raw.get("clock")
    listed = clocks if isinstance(clocks, list | tuple) else [] if clocks is None else [clocks]
    return State(
        code=code,
        name=faults.text(f"{path}.name", raw.get("name"), required=True),
        name_en=faults.text(f"{path}.name_en", raw.get("name_en")),
        step=step,
        open=faults.truth(f"{path}.open", raw.get("open"), True),
        clocks=tuple(_clock(faults, f"{path}.clock", item) for item in listed),
    )


def _clock(faults: Faults, path: str, value: object) -> Clock:
    raw = faults.mapping(path, value)
    faults.keys(path, _KEYS["clock"], raw)
    name = faults.text(f"{path}.name", raw.get("name"), required=True)
    limit = faults.text(f"{path}.limit", raw.get("limit"), required=True)
    default = faults.text(f"{path}.default", raw.get("default"))
    for key, text in (("limit", limit), ("default", default)):
        if text and not (key == "limit" and text.startswith(("category:", NAMED_DAY))):
            faults.limit(f"{path}.{key}", text)
    return Clock(
        name=name,
        limit=limit,
        default=default,
        label=faults.text(f"{path}.label", raw.get("label")),
        label_en=faults.text(f"{path}.label_en", raw.get("label_en")),
    )


def _act(faults: Faults, code: str, value: object, states: Mapping[str, State]) -> Act:
    path = f"acts.{code}"
    raw = faults.mapping(path, value)
    faults.keys(path, _KEYS["act"], raw)
    _code(faults, path, code)
    evidence = faults.mapping(f"{path}.evidence", raw.get("evidence"))
    faults.keys(f"{path}.evidence", _KEYS["evidence"], evidence)
    actor = faults.one_of(
        f"{path}.actor", raw.get("actor", "any"), ("any", "holder", "not_handler", "reporter"), "any"
    )
    note = faults.one_of(
        f"{path}.evidence.note",
        evidence.get("note", "optional"),
        ("none", "optional", "required"),
        "optional",
    )
    kept = faults.one_of(f"{path}.clocks", raw.get("clocks", "kept"), ("kept", "void"), "kept")
    return Act(
        code=code,
        name=faults.text(f"{path}.name", raw.get("name"), required=True),
        name_en=faults.text(f"{path}.name_en", raw.get("name_en")),
        sources=_sources(faults, path, raw.get("from"), states),
        to=_target(faults, path, raw.get("to"), states),
        verb=_verb(faults, f"{path}.verb", raw.get("verb"), actor),
        actor=cast(Any, actor),
        note=cast(Any, note),
        photos=_photos(faults, f"{path}.evidence.photos", evidence.get("photos", 0)),
        assigns=_assigns(faults, f"{path}.assigns", raw.get("assigns", "holder")),
        clocks=cast(Literal["kept", "void"], kept),
        **_effects(faults, path, code, raw),
    )


def _effects(faults: Faults, path: str, code: str, raw: Mapping[str, Any]) -> dict[str, Any]:
    """What the act stamps, counts, records and shows."""
    default = words.RECORDED_AS.get(code, "acted")
    counts = raw.get("counts") or ""
    return {
        "sets": _times(faults, f"{path}.sets", raw.get("sets")),
        "clears": _times(faults, f"{path}.clears", raw.get("clears")),
        "counts": faults.one_of(f"{path}.counts", counts, ("", *COUNTERS), ""),
        "role": faults.one_of(f"{path}.role", raw.get("role", ""), _ROLES, ""),
        "records": faults.one_of(f"{path}.records", raw.get("records", default), _RECORDS, "acted"),
        "outcome": faults.text(f"{path}.outcome", raw.get("outcome")),
        "fields": _fields(faults, f"{path}.fields", raw.get("fields")),
        **{
            key: faults.truth(f"{path}.{key}", raw.get(key), False)
            for key in ("recategorises", "excludes", "automatic", "primary", "danger")
        },
    }


def _sources(faults: Faults, path: str, value: object, states: Mapping[str, State]) -> tuple[str, ...]:
    sources = faults.words(f"{path}.from", value)
    if not sources:
        faults.add(f"{path}.from", _("没有写从哪个状态出发"), _("列出状态代码，例如 [reported]"))
    return tuple(faults.one_of(f"{path}.from", source, states, source) for source in sources)


def _target(faults: Faults, path: str, value: object, states: Mapping[str, State]) -> str | None:
    if value is None or value == "":
        return None
    return faults.one_of(f"{path}.to", value, states, str(value))


def _verb(faults: Faults, path: str, value: object, actor: str) -> str:
    if actor == "reporter":
        return faults.text(path, value)
    return faults.one_of(path, value, words.VERBS, "case.handle")


def _photos(faults: Faults, path: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 9:
        faults.add(path, _("照片数应当是 0 到 9 的整数"))
        return 0
    return value


def _times(faults: Faults, path: str, value: object) -> tuple[str, ...]:
    return tuple(faults.one_of(path, item, TIMES, TIMES[0]) for item in faults.words(path, value))


def _assigns(faults: Faults, path: str, value: object) -> str:
    if isinstance(value, str) and value.startswith(("duty:", "unit:")) and _CODE.match(value[5:]):
        return value
    return faults.one_of(path, value, (*_ASSIGNS, "duty:…", "unit:…"), "holder")


def _fields(faults: Faults, path: str, value: object) -> tuple[Field, ...]:
    found = []
    for index, item in enumerate(value if isinstance(value, list | tuple) else []):
        here = f"{path}[{index}]"
        raw = faults.mapping(here, item)
        faults.keys(here, _KEYS["field"], raw)
        found.append(
            Field(
                name=faults.text(f"{here}.name", raw.get("name"), required=True),
                label=faults.text(f"{here}.label", raw.get("label"), required=True),
                label_en=faults.text(f"{here}.label_en", raw.get("label_en")),
                required=faults.truth(f"{here}.required", raw.get("required"), False),
                choices=faults.words(f"{here}.choices", raw.get("choices")),
            )
        )
    return tuple(found)


def _code(faults: Faults, path: str, code: str) -> None:
    if not _CODE.match(code) or len(code) > 32:
        faults.add(
            path,
            _("代码“%(code)s”不合规") % {"code": code},
            _("小写字母开头，只用字母、数字和下划线，32 字以内"),
        )
