"""Indicators, duties and targets for tests, without any rows."""

from datetime import date
from typing import Any

from tests.cast import DISTRICT, STREET, Cast, Member, give_duty
from youlin.apps.cases import declarations as cases
from youlin.apps.duties import services as duties
from youlin.apps.indicators import declarations
from youlin.apps.indicators.models import Target
from youlin.apps.indicators.targets import services
from youlin.kernel.actors import SYSTEM
from youlin.programmes import loader

PROPOSER, APPROVER = "target_proposer", "target_approver"


def indicator(**more: Any) -> dict[str, Any]:
    """The data of an indicator: a share of cases, more being better."""
    version = {
        "dataset": "cases.cases", "measure": {"share": {"solved": True}}, "time": "closed_at", "source": "测试",
    }  # fmt: skip
    return {
        "name": "解决率", "name_en": "Resolution rate", "unit": "percent", "decimals": 1, "direction": "up",
        "target": 0.8, "versions": [version], "position": 0, **more,
    }  # fmt: skip


def counted(**more: Any) -> dict[str, Any]:
    """The data of an indicator that adds up: cases handled ahead of time, more being better."""
    version = {"dataset": "cases.cases", "measure": "count", "time": "closed_at", "source": "测试"}
    return indicator(
        name="办结量", name_en="Closed", unit="cases", decimals=0, target=None, versions=[version], **more
    )


def declare_indicators() -> None:
    """`resolution` is a share, `closed` a count, `reported` a count that is neither good nor bad."""
    declarations.declare(
        actor=SYSTEM,
        district=DISTRICT,
        programme="t",
        declared={
            "resolution": indicator(),
            "closed": counted(position=1),
            "reported": counted(position=2) | {"direction": "none", "name": "诉求量"},
        },
    )


def give_target_duties(proposer: Member, area: str, approver: Member) -> None:
    """One proposes for an area, the other approves for the district."""
    for code, level, verbs in (
        (PROPOSER, "street", ["target.propose", "cockpit.read"]),
        (APPROVER, "district", ["target.propose", "target.approve", "cockpit.read"]),
    ):
        duties.declare_kind(
            actor=SYSTEM, district=DISTRICT, programme="t", code=code, name=code, level=level, verbs=verbs
        )
    give_duty(proposer, PROPOSER, area)
    give_duty(approver, APPROVER, DISTRICT)


def propose(cast: Cast, **more: Any) -> Target:
    """A target of zhao's street for the year 2026."""
    given: dict[str, Any] = {
        "actor": cast.zhao.actor,
        "district": DISTRICT,
        "indicator": "resolution",
        "area": STREET,
        "period_kind": "year",
        "period_start": date(2026, 1, 1),
        "value": 0.9,
        "reason": "去年 88%",
    }
    return services.propose(**given | more)


def declare_beside(*, proposer: Member, approver: Member) -> dict[str, str]:
    """A target of the proposer's street that waits for the approver; what may stand in an address."""
    for code, level, verb in (
        (PROPOSER, "street", "target.propose"),
        (APPROVER, "district", "target.approve"),
    ):
        duties.declare_kind(
            actor=SYSTEM, district=DISTRICT, programme="t", code=code, name=code, level=level, verbs=[verb]
        )
    give_duty(proposer, PROPOSER, STREET)
    give_duty(approver, APPROVER, DISTRICT)
    made = Target.objects.create(
        district=DISTRICT,
        indicator="resolution",
        area=STREET,
        period_kind="year",
        period_start=date(2026, 1, 1),
        value=0.9,
        version=1,
        reason="去年 88%",
        proposed_by_id=proposer.id,
    )
    return {"target": str(made.id)}


def declare_appeals() -> None:
    """The case type and the category of appeals as the programme spells them, without the programme."""
    declared = loader.load("city_management").declarations.case_types["figure_appeal"]
    given: dict[str, Any] = {"actor": SYSTEM, "district": DISTRICT, "programme": "appeals"}
    plain = {"confidential": False, "public": False, "moderation": "after", "script": "", "script_en": ""}
    values = {"name": declared.name, "name_en": declared.name_en, "workflow": declared.workflow, **plain}
    category = {
        "name": "指标申诉", "name_en": "Appeals", "case_type": "figure_appeal", "official_code": "", "routing": [],
        "duty": "district_dispatcher", "limits": {"handle": "5 工作日"}, "measures": {}, "keywords": [],
        "description": "", "description_en": "", "reportable": False, "approximate_place": False, "position": 0,
        "attributes": [],
    }  # fmt: skip
    cases.declare_case_types(**given, declared={"figure_appeal": values})
    cases.declare_categories(**given, declared={"figure_appeal": category})
