"""What the types cannot see: references that lead nowhere, conditions that do not compile, dead ends.

Runs after `loader.load`; every finding is a `Fault` at its place, and all are collected.
"""

import fnmatch
from collections.abc import Iterator, Mapping
from string import Formatter
from typing import Any

from django.utils.translation import gettext as _

from youlin.apps.cases import attributes, measures
from youlin.programmes import (
    indicator_checks,
    ledger_checks,
    offer_checks,
    pass_checks,
    responder_checks,
    scorecard_checks,
    workflow_checks,
)
from youlin.programmes.faults import Fault, Refused
from youlin.programmes.findings import condition, limit, unknown
from youlin.programmes.loader import Programme, ResolvedCategory
from youlin.programmes.marks import Path_
from youlin.programmes.vocabulary import Vocabulary


def check(programme: Programme, vocabulary: Vocabulary) -> None:
    """Raise `Refused` with every reference that leads nowhere."""
    faults = [
        *_duty_kinds(programme, vocabulary),
        *workflow_checks.check(programme),
        *_categories(programme, vocabulary),
        *_place_kinds(programme),
        *pass_checks.check(programme, vocabulary),
        *ledger_checks.check(programme, vocabulary),
        *offer_checks.check(programme),
        *responder_checks.check(programme),
        *_reactions(programme, vocabulary),
        *indicator_checks.check(programme),
        *scorecard_checks.check(programme),
        *_menu(programme, vocabulary),
        *_notices(programme, vocabulary),
    ]
    if faults:
        raise Refused(faults)


def _duty_kinds(programme: Programme, vocabulary: Vocabulary) -> Iterator[Fault]:
    known = programme.all_declared("duty_kinds")
    for code, kind in programme.declarations.duty_kinds.items():
        at: Path_ = ("duty_kinds", code)
        for index, verb in enumerate(kind.verbs):
            yield from unknown(programme, (*at, "verbs", index), _("动作"), verb, vocabulary.verbs)
        for index, above in enumerate(kind.climbs_to):
            place = (*at, "climbs_to", index)
            yield from unknown(programme, place, _("岗位"), above, known)
            if above == code:
                message = _("岗位“%(code)s”空缺时不能上溯到自己。") % {"code": code}
                yield Fault(programme.source.place(place), message, _("请写上一级的岗位。"))


def _place_kinds(programme: Programme) -> Iterator[Fault]:
    duties = programme.all_declared("duty_kinds")
    for code, kind in programme.declarations.place_kinds.items():
        if kind.steward_duty:
            at: Path_ = ("place_kinds", code, "steward_duty")
            yield from unknown(programme, at, _("岗位"), kind.steward_duty, duties)
        elif kind.confirm_days:
            message = _("“%(code)s”要定期核实，却没有管护岗位。") % {"code": code}
            place = programme.source.place(("place_kinds", code, "confirm_days"))
            yield Fault(place, message, _("请写 steward_duty，或去掉 confirm_days。"))


def _categories(programme: Programme, vocabulary: Vocabulary) -> Iterator[Fault]:
    duties = programme.all_declared("duty_kinds")
    types = programme.all_declared("case_types")
    for category in programme.categories():
        at: Path_ = ("categories", category.code)
        yield from _inherited(programme, at, "case_type", category.case_type, _("案件类型"), types)
        yield from _inherited(programme, at, "duty", category.duty, _("岗位"), duties)
        yield from _limits(programme, at, category)
        for index, rule in enumerate(programme.declarations.categories[category.code].routing):
            place = (*at, "routing", index)
            yield from unknown(programme, (*place, "duty"), _("岗位"), rule.duty, duties)
            yield from condition(programme, (*place, "when"), rule.when, vocabulary.routing_variables)
        yield from _attributes(programme, at)
        if category.case_type in types:
            yield from _missing_limits(programme, at, category)


def _inherited(
    programme: Programme, at: Path_, key: str, value: str, kind: str, known: Mapping[str, object]
) -> Iterator[Fault]:
    """The value itself, or its lack here and in every class above. A wrong one is told once, where it is."""
    own = getattr(programme.declarations.categories[str(at[-1])], key)
    if not value:
        message = _("“%(code)s”缺少“%(key)s”，上级类别也没有。") % {"code": at[-1], "key": key}
        remedy = _("请在这里或上级类别里写“%(key)s: …”。") % {"key": key}
        yield Fault(programme.source.key_place(at), message, remedy)
    elif own is not None:
        yield from unknown(programme, (*at, key), kind, value, known)


def _limits(programme: Programme, at: Path_, category: ResolvedCategory) -> Iterator[Fault]:
    for name, text in programme.declarations.categories[category.code].limits.items():
        yield from limit(programme, (*at, "limits", name), text)
    for kind, allowed in programme.declarations.categories[category.code].measures.items():
        yield from unknown(programme, (*at, "measures", kind), _("措施"), kind, measures.KINDS)
        if allowed.limit:
            yield from limit(programme, (*at, "measures", kind, "limit"), allowed.limit)


def _attributes(programme: Programme, at: Path_) -> Iterator[Fault]:
    """Lists need values, others have none; what is only told cannot be required."""
    for code, one in programme.declarations.categories[str(at[-1])].attributes.items():
        place = programme.source.key_place((*at, "attributes", code))
        if one.datatype in attributes.LISTS and not one.values:
            yield Fault(place, _("“%(code)s”没有可选的值。") % {"code": code}, _("请写 values: {…}。"))
        elif one.values and one.datatype not in attributes.LISTS:
            message = _("“%(code)s”不是列表，不能有可选的值。") % {"code": code}
            yield Fault(place, message, _("请把 datatype 写成 singlevaluelist 或 multivaluelist。"))
        if one.required and not one.variable:
            message = _("“%(code)s”只是说明，不能要求回答。") % {"code": code}
            yield Fault(place, message, _("请去掉 required 或 variable: false。"))


def _missing_limits(programme: Programme, at: Path_, category: ResolvedCategory) -> Iterator[Fault]:
    if not category.reportable:
        return
    needed = _limits_needed(programme.workflow(category.case_type))
    for name in sorted(needed - set(category.limits)):
        message = _("“%(code)s”没有“%(name)s”时限，流程里要用。") % {"code": category.code, "name": name}
        remedy = _('请写 limits: {%(name)s: "1 工作日"}，或写在上级类别里。') % {"name": name}
        yield Fault(programme.source.key_place(at), message, remedy)


def _limits_needed(workflow: dict[str, Any]) -> set[str]:
    """The limits a workflow takes from its category and has no default for. Its form is checked elsewhere."""
    found = set()
    states = workflow.get("states")
    for state in states.values() if isinstance(states, dict) else []:
        listed = state.get("clock") if isinstance(state, dict) else None
        for clock in listed if isinstance(listed, list) else [listed]:
            limit = (
                str(clock.get("limit", "")) if isinstance(clock, dict) and not clock.get("default") else ""
            )
            if limit.startswith("category:"):
                found.add(limit.removeprefix("category:"))
    return found


def _reactions(programme: Programme, vocabulary: Vocabulary) -> Iterator[Fault]:
    wordings = programme.all_declared("notices")
    for code, reaction in programme.declarations.reactions.items():
        at: Path_ = ("reactions", code)
        for index, act in enumerate(reaction.when):
            place = (*at, "when", index)
            if "*" not in act:
                yield from unknown(programme, place, _("日志动作"), act, vocabulary.acts)
            elif not fnmatch.filter(vocabulary.acts, act):
                message = _("“%(act)s”不合任何日志动作。") % {"act": act}
                yield Fault(programme.source.place(place), message, _("请核对星号前的部分。"))
        yield from unknown(programme, (*at, "do"), _("反应动作"), reaction.do, vocabulary.actions)
        if reaction.if_:
            yield from condition(programme, (*at, "if"), reaction.if_, vocabulary.reaction_variables)
        if "wording" in reaction.with_:
            place = (*at, "with", "wording")
            yield from unknown(programme, place, _("通知措辞"), str(reaction.with_["wording"]), wordings)


def _menu(programme: Programme, vocabulary: Vocabulary) -> Iterator[Fault]:
    for code, entry in programme.declarations.menu.items():
        if entry.verb:
            yield from unknown(programme, ("menu", code, "verb"), _("动作"), entry.verb, vocabulary.verbs)


def _notices(programme: Programme, vocabulary: Vocabulary) -> Iterator[Fault]:
    for code, wording in programme.declarations.notices.items():
        for key in ("title", "title_en", "body", "body_en"):
            path: Path_ = ("notices", code, key)
            try:
                names = [name for _text, name, _spec, _how in Formatter().parse(getattr(wording, key))]
            except ValueError:
                message = _("“%(key)s”里的花括号不成对。") % {"key": key}
                yield Fault(programme.source.place(path), message, _("请写成 {number} 的样子。"))
                continue
            for name in names:
                if name is not None:
                    yield from unknown(programme, path, _("填空"), name, vocabulary.placeholders)
