"""Rules of a compound: what a form says becomes a condition in CEL and a reason in two languages; nobody types CEL.

A condition is asked about `visitor` (the kind of code), `gate` (its name), `vehicle` and `local` (hour, minute, minutes
since midnight, weekday from Monday as 1, working_day). What is not known is "", and no rule refuses for that alone.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from youlin.apps.gates.models import GateRule
from youlin.apps.gates.words import RULES, VEHICLES
from youlin.kernel import calendars, expressions
from youlin.kernel.errors import Invalid

VARIABLES = frozenset({"visitor", "gate", "vehicle", "local"})
RIDING = ("ebike", "lent", "car")
LANGUAGES = ("zh-hans", "en")
STEP = timedelta(minutes=15)
AHEAD = 96
"""Steps over which it is looked ahead until when somebody may come in: a day."""
SPEEDS = range(5, 31)
MINUTES = range(1, 241)
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\Z")


@dataclass(frozen=True)
class Facts:
    """What is known of somebody at a gate."""

    visitor: str
    at: datetime
    gate: str = ""
    vehicle: str = ""


@dataclass(frozen=True)
class Written:
    """A rule as its form wrote it."""

    form: dict[str, Any]
    condition: str
    effect: str
    reason: str
    reason_en: str


def written(kind: str, form: Mapping[str, Any], *, gates: Sequence[str], kinds: Mapping[str, str]) -> Written:
    """The rule that a form says. `gates` are the compound's, `kinds` the codes that it may admit, with their names.

    Raises `Invalid` naming the field.
    """
    if kind not in RULES:
        raise Invalid(_("请选一种规则"), field="kind")
    if kind == "admits":
        return _admits(form, kinds)
    if kind == "hours":
        return _hours(form, gates)
    if kind == "gate":
        return _gate(form, gates)
    if kind == "vehicle":
        return _vehicle(form, gates)
    return _speed(form) if kind == "speed" else _parking(form)


def compiled(source: str) -> expressions.Expression:
    """The condition, checked. Raises `Invalid`."""
    return expressions.compile(source, variables=VARIABLES)


def holding(rules: Iterable[GateRule], facts: Facts) -> list[GateRule]:
    """The rules that apply to these facts, in their order."""
    values = {
        "visitor": facts.visitor,
        "gate": facts.gate,
        "vehicle": facts.vehicle,
        "local": _local(facts.at),
    }
    return [rule for rule in rules if compiled(rule.condition).holds(**values)]


def refusing(rules: Iterable[GateRule], facts: Facts) -> GateRule | None:
    """The first rule that refuses, or None."""
    return next(iter(holding((rule for rule in rules if rule.effect == "refuse"), facts)), None)


def until(rules: Sequence[GateRule], facts: Facts) -> datetime | None:
    """The quarter of an hour in which a rule begins to refuse whoever may come in now; None: not within a day."""
    timed = [rule for rule in rules if rule.effect == "refuse" and rule.kind == "hours"]
    first = facts.at.replace(minute=facts.at.minute // 15 * 15, second=0, microsecond=0)
    for number in range(1, AHEAD) if timed else ():
        moment = first + number * STEP
        if refusing(timed, Facts(facts.visitor, moment, facts.gate, facts.vehicle)):
            return moment
    return None


def _local(moment: datetime) -> dict[str, Any]:
    local = timezone.localtime(moment, timezone.get_default_timezone())
    return {
        "hour": local.hour,
        "minute": local.minute,
        "minutes": local.hour * 60 + local.minute,
        "weekday": local.isoweekday(),
        "working_day": calendars.is_working_day(local.date()),
    }


def _said(make: Any) -> tuple[str, str]:
    """The reason in both languages."""
    told = []
    for language in LANGUAGES:
        with override(language):
            told.append(str(make()))
    return told[0], told[1]


def _admits(form: Mapping[str, Any], kinds: Mapping[str, str]) -> Written:
    chosen = _chosen(form, "kinds", kinds)
    if not chosen:
        raise Invalid(_("请至少选一种码证"), field="kinds")
    names = "、".join(kinds[code] for code in chosen)
    reason = _said(lambda: _("这里认：%(names)s") % {"names": names})
    return Written({"kinds": chosen}, f"!(visitor in {_list(chosen)})", "refuse", *reason)


def _hours(form: Mapping[str, Any], gates: Sequence[str]) -> Written:
    begins, ends = _minutes(form, "begins"), _minutes(form, "ends")
    if begins == ends:
        raise Invalid(_("开始和结束是同一时刻"), field="ends", remedy=_("全天都能进就不用设这条"))
    gate, vehicles = _one_gate(form, gates), _chosen(form, "vehicles", VEHICLES)
    joined = "&&" if begins < ends else "||"
    inside = f"local.minutes >= {begins} {joined} local.minutes < {ends}"
    span = f"{_clock(begins)}–{_clock(ends)}"
    reason = _said(
        lambda: _("%(where)s%(what)s只在 %(span)s 可进") % (_scope(gate, vehicles) | {"span": span})
    )
    condition = _all(_at(gate), _by(vehicles), f"!({inside})")
    told = {"begins": _clock(begins), "ends": _clock(ends), "gate": gate, "vehicles": vehicles}
    return Written(told, condition, "refuse", *reason)


def _gate(form: Mapping[str, Any], gates: Sequence[str]) -> Written:
    chosen, vehicles = _chosen(form, "gates", gates), _chosen(form, "vehicles", VEHICLES)
    if not chosen:
        raise Invalid(_("请选可以走的门"), field="gates")
    names = "、".join(chosen)
    reason = _said(lambda: _("%(what)s请走%(gates)s") % (_scope("", vehicles) | {"gates": names}))
    condition = _all('gate != ""', _by(vehicles), f"!(gate in {_list(chosen)})")
    return Written({"gates": chosen, "vehicles": vehicles}, condition, "refuse", *reason)


def _vehicle(form: Mapping[str, Any], gates: Sequence[str]) -> Written:
    gate, vehicles = _one_gate(form, gates), _chosen(form, "vehicles", VEHICLES)
    if not vehicles:
        raise Invalid(_("请选不能进的车"), field="vehicles")
    reason = _said(lambda: _("%(where)s%(what)s不能进") % _scope(gate, vehicles))
    told = {"gate": gate, "vehicles": vehicles}
    return Written(told, _all(_at(gate), _by(vehicles)), "refuse", *reason)


def _speed(form: Mapping[str, Any]) -> Written:
    limit = _number(form, "limit", SPEEDS)
    reason = _said(lambda: _("骑行、开车限速每小时 %(n)s 公里") % {"n": limit})
    return Written({"limit": limit}, _by(list(RIDING)), "tell", *reason)


def _parking(form: Mapping[str, Any]) -> Written:
    where = str(form.get("where", "")).replace("\0", "").strip()[:60]
    if not where:
        raise Invalid(_("请写停在哪里"), field="where", remedy=_("例如：南门内左侧骑手车位"))
    minutes = _number(form, "minutes", MINUTES)
    words = {"where": where, "n": minutes}
    reason = _said(lambda: _("车停在%(where)s，最多 %(n)s 分钟") % words)
    return Written({"where": where, "minutes": minutes}, _by(list(RIDING)), "tell", *reason)


def _scope(gate: str, vehicles: Sequence[str]) -> dict[str, Any]:
    """Where and what a rule speaks of, in the language of the moment."""
    what = "、".join(str(VEHICLES[one]) for one in vehicles) or _("来访")
    return {"where": f"{gate} " if gate else "", "what": what}


def _at(gate: str) -> str:
    return f"gate == {json.dumps(gate, ensure_ascii=False)}" if gate else ""


def _by(vehicles: Sequence[str]) -> str:
    return f"vehicle in {_list(vehicles)}" if vehicles else ""


def _all(*parts: str) -> str:
    return " && ".join(part for part in parts if part)


def _list(values: Sequence[str]) -> str:
    return json.dumps(list(values), ensure_ascii=False)


def _chosen(form: Mapping[str, Any], name: str, known: Iterable[str]) -> list[str]:
    wanted = form.get(name) or []
    order = list(known)
    if any(one not in order for one in wanted):
        raise Invalid(_("请从列表里选"), field=name)
    return [one for one in order if one in wanted]


def _one_gate(form: Mapping[str, Any], gates: Sequence[str]) -> str:
    gate = str(form.get("gate") or "")
    if gate and gate not in gates:
        raise Invalid(_("没有这个门"), field="gate", remedy=_("请先在地点里登记出入口"))
    return gate


def _minutes(form: Mapping[str, Any], name: str) -> int:
    found = _CLOCK.match(str(form.get(name, "")).strip())
    if not found:
        raise Invalid(_("请写时刻"), field=name, remedy=_("例如 06:00"))
    return int(found[1]) * 60 + int(found[2])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _number(form: Mapping[str, Any], name: str, allowed: range) -> int:
    text = str(form.get(name, "")).strip()
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) in allowed):
        raise Invalid(
            _("请写 %(least)s 到 %(most)s 的整数") % {"least": allowed[0], "most": allowed[-1]}, field=name
        )
    return int(text)
