"""A district with the programme's duties and workflows, a coordinator, a street owner, departments, a company."""

from datetime import date, timedelta

from tests.cast import DISTRICT, STREET, Member, give_duty, make_areas, make_member
from youlin.apps.cases import declarations
from youlin.apps.cases import services as cases
from youlin.apps.cases.models import Case
from youlin.apps.duties import services as duties
from youlin.apps.linkage import words
from youlin.apps.linkage.services import bodies, consulting
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Organisation
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.programmes import loader
from youlin.programmes import services as programmes


def make_house() -> None:
    """Areas, and the programmes that declare linkage."""
    make_areas()
    for code in ("city_management", "friendly_city"):
        programmes.apply(actor=SYSTEM, district=DISTRICT, programme=loader.load(code))


def on_duty(username: str, kind: str, area: str, unit: Organisation | None = None) -> Member:
    """Somebody who holds a kind of duty over an area, for a body where one is given."""
    member = make_member(username, f"{username}某")
    duties.assign(
        actor=SYSTEM, district=DISTRICT, kind=kind, holder=member.person, areas=[area], organisation=unit
    )
    return member


def department(code: str = "jtj", name: str = "交通局") -> Organisation:
    """A department of the district."""
    return parties.register_organisation(actor=SYSTEM, district=DISTRICT, code=code, name=name)


def company(code: str = "p1", name: str = "甲平台（演示）") -> Organisation:
    """A platform company."""
    return bodies.register(actor=SYSTEM, district=DISTRICT, code=code, name=name, kind=words.COMPANY)


def outlet(code: str = "s1", *, area: str = STREET, parent: str = "p1") -> Organisation:
    """An outlet of the company in a street."""
    return bodies.register(
        actor=SYSTEM,
        district=DISTRICT,
        code=code,
        name=f"甲平台{code}站（演示）",
        kind=words.OUTLET,
        area=area,
        address="一街 1 号",
        parent=parent,
    )


def in_days(days: int) -> date:
    """A day from today."""
    return clock.today() + timedelta(days=days)


KINDS = {
    "consultation.visit": "consultation",
    "task.list": "task",
    "task.decision": "task",
    "linkage.parking": "linkage_matter",
}
"""The categories that a district with kinds of its own has, with their case types."""

ASKED = [
    {"code": code, "name": code, "datatype": "datetime" if code.endswith("_on") else "string"}
    for code in ("planned_on", "due_on", "venue", "list")
]
BLANK = {
    "official_code": "", "duty": "", "routing": [], "limits": {}, "measures": {}, "keywords": [], "description": "",
    "description_en": "", "reportable": False, "approximate_place": False, "position": 0, "attributes": ASKED,
}  # fmt: skip

DUTIES = (
    (words.OWNER, "street", ["linkage.keep"]),
    (words.COORDINATOR, "district", ["linkage.keep", "linkage.consult", "linkage.task", "case.handle"]),
    (words.TASK_OWNER, "district", []),
)


def declare_beside(*, owner: Member, office: Member) -> dict[str, str]:
    """Linkage in a district with kinds of its own: who keeps a street, who keeps all, an outlet, a consultation.

    What may stand in an address: the code of the outlet, the numbers of a consultation that is planned, of one that
    was held, and of one whose minutes were recorded on its case.
    """
    _declare()
    give_duty(owner, words.OWNER, STREET)
    give_duty(office, words.COORDINATOR, DISTRICT)
    company()
    body = outlet()
    bodies.name_contact(actor=SYSTEM, body=body, name="王联络", phone="13800138011")
    planned, held, minuted = (plan(body, number) for number in range(3))
    consulting.hold(
        actor=SYSTEM, number=held.number, came=set(), minutes="看过了", idempotency_key="linkage-h"
    )
    cases.act(actor=SYSTEM, case_id=minuted.id, act="hold", note="看过了", idempotency_key="linkage-m")
    return {
        "outlet": body.code,
        "planned": planned.number,
        "held": held.number,
        "minuted": minuted.number,
    }


def plan(body: Organisation, number: int = 0) -> Case:
    """A visit to a body in three days."""
    return consulting.plan(
        actor=SYSTEM,
        district=DISTRICT,
        kind="consultation.visit",
        title="走访",
        planned_on=in_days(3),
        bodies=[body],
        idempotency_key=f"linkage-{number}",
    )


def _declare() -> None:
    """Case types, categories and duties as the programme spells them, without the programme."""
    given = {"actor": SYSTEM, "district": DISTRICT, "programme": "l"}
    declared = loader.load("friendly_city").declarations.case_types
    plain = {"confidential": False, "public": False, "moderation": "after", "script": "", "script_en": ""}
    types = {
        code: {**plain, "name": one.name, "name_en": one.name_en, "workflow": one.workflow}
        for code, one in declared.items()
        if code in KINDS.values()
    }
    categories = {
        code: {**BLANK, "name": code, "name_en": code, "case_type": kind} for code, kind in KINDS.items()
    }
    declarations.declare_case_types(**given, declared=types)
    declarations.declare_categories(**given, declared=categories)
    for code, level, verbs in DUTIES:
        duties.declare_kind(**given, code=code, name=code, level=level, verbs=verbs)
