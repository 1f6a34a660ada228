"""The `measures` of a declared table: which kinds a case type allows, from which states, and how far."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from youlin.apps.cases.measures import KINDS, Kind
from youlin.apps.cases.workflow.faults import Faults
from youlin.apps.cases.workflow.table import Measure, State

_KEYS = frozenset({"from", "limit", "times", "clock", "decides", "duties", "choices"})
_GROUPS = ("open", "over", "any")
"""Instead of listing states: all open ones, all in which the case is over, all."""


def measures(faults: Faults, data: object, states: Mapping[str, State]) -> dict[str, Measure]:
    """The measures that a table declares, by kind."""
    found = {}
    for code, value in faults.mapping("measures", data).items():
        path = f"measures.{code}"
        if faults.one_of(path, code, KINDS, "") and (raw := faults.mapping(path, value)):
            found[str(code)] = _measure(faults, path, KINDS[str(code)], raw, states)
    return found


def _measure(
    faults: Faults, path: str, kind: Kind, raw: Mapping[str, Any], states: Mapping[str, State]
) -> Measure:
    faults.keys(path, _KEYS, raw)
    limit = faults.text(f"{path}.limit", raw.get("limit"))
    if limit:
        faults.limit(f"{path}.limit", limit)
    sources = _sources(faults, f"{path}.from", raw.get("from"), states)
    if kind.holds and not all(states[one].open for one in sources if one in states):
        faults.add(f"{path}.from", _("办结的案件不能停表"), _("只列未办结的状态"))
    clock = faults.text(f"{path}.clock", raw.get("clock"), required=kind.code == "extension")
    if clock and all(clock != one.name for state in states.values() for one in state.clocks):
        faults.add(f"{path}.clock", _("没有名为“%(name)s”的时钟") % {"name": clock})
    return Measure(
        kind=kind.code,
        sources=sources,
        limit=limit,
        times=times(faults, f"{path}.times", raw.get("times", 0)),
        clock=clock,
        decides=faults.text(f"{path}.decides", raw.get("decides"), required=kind.decided),
        duties=faults.words(f"{path}.duties", raw.get("duties")),
        choices=faults.words(f"{path}.choices", raw.get("choices")),
    )


def times(faults: Faults, path: str, value: object) -> int:
    """How often; 0 says that nobody counts."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        faults.add(path, _("次数应当是不小于 0 的整数"))
        return 0
    return value


def _sources(faults: Faults, path: str, value: object, states: Mapping[str, State]) -> tuple[str, ...]:
    if value in _GROUPS:
        wanted = {"open": (True,), "over": (False,), "any": (True, False)}[str(value)]
        return tuple(code for code, state in states.items() if state.open in wanted)
    listed = faults.words(path, value)
    if not listed:
        faults.add(path, _("没有写从哪个状态出发"), _("列出状态代码，或写 open、over、any"))
    return tuple(faults.one_of(path, one, (*states, *_GROUPS), one) for one in listed)
