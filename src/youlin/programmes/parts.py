"""The parts of a district that a programme shapes, and for each how to read, declare and retire it.

To let programmes declare one more kind of thing, add a `Part` here and its words to `schema.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from youlin.apps.cases import declarations as cases
from youlin.apps.duties import selectors as duties
from youlin.apps.duties import services as duty_services
from youlin.apps.indicators import declarations as indicators
from youlin.apps.indicators.scorecards import declarations as scorecards
from youlin.apps.ledger import declarations as ledger
from youlin.apps.offers import declarations as offers
from youlin.apps.passes import declarations as passes
from youlin.apps.places import declarations as places
from youlin.apps.responders import declarations as responders
from youlin.kernel.actors import Actor
from youlin.kernel.reactions import declarations as reactions
from youlin.programmes.loader import Programme

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

Values = dict[str, Any]


@dataclass(frozen=True)
class Standing:
    """What stands under a key in a district: whose it is, what it says, whether it is retired."""

    programme: str
    values: Values
    retired: bool = False


Current = Mapping[str, Standing]
Write = Callable[[Actor, str, str, Mapping[str, Values]], None]
"""(actor, district, programme, declared by key)"""
Retire = Callable[[Actor, str, str, list[str]], None]
"""(actor, district, programme, keys)"""


@dataclass(frozen=True)
class Part:
    """One kind of declared thing. `versioned` names values whose change makes a new version."""

    kind: str
    label: "StrOrPromise"
    wanted: Callable[[Programme], dict[str, Values]]
    current: Callable[[str, str], Current]
    declare: Write
    retire: Retire
    versioned: frozenset[str] = frozenset()


def _wanted_kinds(programme: Programme) -> dict[str, Values]:
    return {code: kind.model_dump() for code, kind in programme.declarations.duty_kinds.items()}


def _current_kinds(district: str, programme: str) -> Current:
    fields = ("name", "name_en", "level", "verbs", "climbs_to", "confidential", "door", "description")
    return {
        kind.code: Standing(kind.programme, {field: getattr(kind, field) for field in fields})
        for kind in duties.kinds(district)
    }


def _declare_kinds(actor: Actor, district: str, programme: str, declared: Mapping[str, Values]) -> None:
    for code, values in declared.items():
        duty_services.declare_kind(actor=actor, district=district, programme=programme, code=code, **values)


def _retire_kinds(actor: Actor, district: str, programme: str, codes: list[str]) -> None:
    duty_services.retire_kinds(actor=actor, district=district, codes=codes)


def _wanted_types(programme: Programme) -> dict[str, Values]:
    return {
        code: {
            "name": declared.name,
            "name_en": declared.name_en,
            "confidential": declared.confidential,
            "public": declared.public,
            "moderation": declared.moderation,
            "script": declared.script,
            "script_en": declared.script_en,
            "workflow": programme.workflow(code),
        }
        for code, declared in programme.declarations.case_types.items()
    }


def _current_types(district: str, programme: str) -> Current:
    return {
        code: Standing(one.programme, one.values, one.retired)
        for code, one in cases.case_types(district).items()
    }


def _declare_types(actor: Actor, district: str, programme: str, declared: Mapping[str, Values]) -> None:
    cases.declare_case_types(actor=actor, district=district, programme=programme, declared=declared)


def _retire_types(actor: Actor, district: str, programme: str, codes: list[str]) -> None:
    cases.retire_case_types(actor=actor, district=district, codes=codes)


def _wanted_categories(programme: Programme) -> dict[str, Values]:
    found = {}
    for category in programme.categories():
        values = asdict(category)
        found[values.pop("code")] = values
    return found


def _current_categories(district: str, programme: str) -> Current:
    return {
        code: Standing(one.programme, one.values, one.retired)
        for code, one in cases.categories(district).items()
    }


def _declare_categories(actor: Actor, district: str, programme: str, declared: Mapping[str, Values]) -> None:
    cases.declare_categories(actor=actor, district=district, programme=programme, declared=declared)


def _retire_categories(actor: Actor, district: str, programme: str, codes: list[str]) -> None:
    cases.retire_categories(actor=actor, district=district, codes=codes)


def _wanted_words(words: places.Words, section: str) -> Callable[[Programme], dict[str, Values]]:
    """Kinds of places or facilities, in the order of the file."""

    def wanted(programme: Programme) -> dict[str, Values]:
        declared = getattr(programme.declarations, section)
        return {code: _word(words, one, number) for number, (code, one) in enumerate(declared.items())}

    return wanted


def _word(words: places.Words, declared: BaseModel, position: int) -> Values:
    values = {**declared.model_dump(), "position": position}
    return {name: "" if values[name] is None else values[name] for name in words.fields}


def _words_part(words: places.Words, kind: str, label: "StrOrPromise", section: str) -> Part:
    def current(district: str, programme: str) -> Current:
        found = places.standing(words, district)
        return {code: Standing(one.programme, one.values, one.retired) for code, one in found.items()}

    def declare(actor: Actor, district: str, programme: str, declared: Mapping[str, Values]) -> None:
        places.declare(words, actor=actor, district=district, programme=programme, declared=declared)

    def retire(actor: Actor, district: str, programme: str, codes: list[str]) -> None:
        places.retire(words, actor=actor, district=district, codes=codes)

    return Part(kind, label, _wanted_words(words, section), current, declare, retire)


def _ledger_part(words: ledger.Words, kind: str, label: "StrOrPromise", section: str) -> Part:
    """Units, kinds of accounts or rules of earning, in the order of the file."""

    def wanted(programme: Programme) -> dict[str, Values]:
        declared = getattr(programme.declarations, section)
        return {
            code: {name: value for name, value in one.model_dump().items() if name in words.fields}
            | {"position": number}
            for number, (code, one) in enumerate(declared.items())
        }

    def current(district: str, programme: str) -> Current:
        found = ledger.standing(words, district)
        return {code: Standing(one.programme, one.values, one.retired) for code, one in found.items()}

    def declare(actor: Actor, district: str, programme: str, declared: Mapping[str, Values]) -> None:
        ledger.declare(words, actor=actor, district=district, programme=programme, declared=declared)

    def retire(actor: Actor, district: str, programme: str, codes: list[str]) -> None:
        ledger.retire(words, actor=actor, district=district, codes=codes)

    return Part(kind, label, wanted, current, declare, retire)


def _wanted_offers(programme: Programme) -> dict[str, Values]:
    """Offers in the order of the file."""
    declared = programme.declarations.offers
    return {
        code: {**one.model_dump(), "category": one.category or "", "position": number}
        for number, (code, one) in enumerate(declared.items())
    }


def _current_offers(district: str, programme: str) -> Current:
    return {
        code: Standing(one.programme, one.values, one.retired)
        for code, one in offers.standing(district).items()
    }


def _declare_offers(actor: Actor, district: str, programme: str, declared: Mapping[str, Values]) -> None:
    offers.declare(actor=actor, district=district, programme=programme, declared=declared)


def _retire_offers(actor: Actor, district: str, programme: str, codes: list[str]) -> None:
    offers.retire(actor=actor, district=district, codes=codes)


def _wanted_rules(programme: Programme) -> dict[str, Values]:
    """Reactions as they are declared, and one for each rule of earning."""
    declared_ones = {
        code: {
            "when": list(declared.when),
            "condition": declared.if_,
            "do": declared.do,
            "params": dict(declared.with_),
        }
        for code, declared in programme.declarations.reactions.items()
    }
    return declared_ones | {
        f"earn_{code}": {
            "when": list(rule.when),
            "condition": rule.condition,
            "do": "ledger.earn",
            "params": {"rule": code},
        }
        for code, rule in programme.declarations.earning_rules.items()
    }


def _current_rules(district: str, programme: str) -> Current:
    return {
        name: Standing(programme, rule.values, rule.retired)
        for name, rule in reactions.rules(district, programme).items()
    }


def _declare_rules(actor: Actor, district: str, programme: str, declared: Mapping[str, Values]) -> None:
    reactions.declare_rules(district=district, programme=programme, declared=declared)


def _retire_rules(actor: Actor, district: str, programme: str, names: list[str]) -> None:
    reactions.retire_rules(district=district, programme=programme, names=names)


def _wanted_indicators(programme: Programme) -> dict[str, Values]:
    """Indicators in the order of the file."""
    return {
        code: {**one.model_dump(mode="json", exclude_none=True), "position": number}
        for number, (code, one) in enumerate(programme.declarations.indicators.items())
    }


def _current_indicators(district: str, programme: str) -> Current:
    return {
        code: Standing(one.programme, one.values, one.retired)
        for code, one in indicators.standing(district).items()
    }


def _declare_indicators(actor: Actor, district: str, programme: str, declared: Mapping[str, Values]) -> None:
    indicators.declare(actor=actor, district=district, programme=programme, declared=declared)


def _retire_indicators(actor: Actor, district: str, programme: str, codes: list[str]) -> None:
    indicators.retire(actor=actor, district=district, codes=codes)


def _wanted_scorecards(programme: Programme) -> dict[str, Values]:
    """Scorecards in the order of the file."""
    return {
        code: {**one.model_dump(mode="json"), "position": number}
        for number, (code, one) in enumerate(programme.declarations.scorecards.items())
    }


def _current_scorecards(district: str, programme: str) -> Current:
    return {
        code: Standing(one.programme, one.values, one.retired)
        for code, one in scorecards.standing(district).items()
    }


def _declare_scorecards(actor: Actor, district: str, programme: str, declared: Mapping[str, Values]) -> None:
    scorecards.declare(actor=actor, district=district, programme=programme, declared=declared)


def _retire_scorecards(actor: Actor, district: str, programme: str, codes: list[str]) -> None:
    scorecards.retire(actor=actor, district=district, codes=codes)


PARTS = (
    Part("duty_kind", _("岗位种类"), _wanted_kinds, _current_kinds, _declare_kinds, _retire_kinds),
    Part(
        "case_type",
        _("案件类型"),
        _wanted_types,
        _current_types,
        _declare_types,
        _retire_types,
        versioned=frozenset({"workflow"}),
    ),
    Part(
        "category",
        _("案件类别"),
        _wanted_categories,
        _current_categories,
        _declare_categories,
        _retire_categories,
    ),
    _words_part(places.KINDS, "place_kind", _("地点种类"), "place_kinds"),
    _words_part(places.FACILITIES, "facility", _("设施"), "facilities"),
    _words_part(passes.KINDS, "pass_kind", _("码证种类"), "pass_kinds"),
    _ledger_part(ledger.UNITS, "ledger_unit", _("计量单位"), "ledger_units"),
    _ledger_part(ledger.KINDS, "account_kind", _("账户种类"), "account_kinds"),
    _ledger_part(ledger.RULES, "earning_rule", _("获得规则"), "earning_rules"),
    _words_part(offers.KINDS, "offer_kind", _("供给种类"), "offer_kinds"),
    _words_part(offers.CATEGORIES, "offer_category", _("服务类别"), "offer_categories"),
    _words_part(offers.ENTITLEMENTS, "entitlement_kind", _("资格种类"), "entitlement_kinds"),
    Part("offer", _("供给"), _wanted_offers, _current_offers, _declare_offers, _retire_offers),
    _words_part(responders.OCCUPATIONS, "responder_occupation", _("响应人职业"), "responder_occupations"),
    _words_part(responders.SKILLS, "responder_skill", _("响应人技能"), "responder_skills"),
    _words_part(responders.TASKS, "responder_task", _("响应场景"), "responder_tasks"),
    _words_part(responders.RULES, "responder_rules", _("召集规则"), "responder_rules"),
    _words_part(responders.BADGES, "responder_badge", _("徽章"), "responder_badges"),
    Part(
        "indicator",
        _("指标"),
        _wanted_indicators,
        _current_indicators,
        _declare_indicators,
        _retire_indicators,
        versioned=frozenset({"versions"}),
    ),
    Part(
        "scorecard",
        _("考评表"),
        _wanted_scorecards,
        _current_scorecards,
        _declare_scorecards,
        _retire_scorecards,
    ),
    Part("reaction", _("反应"), _wanted_rules, _current_rules, _declare_rules, _retire_rules),
)
"""In the order in which they are declared; they are retired in the opposite order."""
