"""Codes in tests: kinds, a guard, an office, a rider with a phone that makes chains."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.cast import DISTRICT, STREET, give_duty, make_member
from youlin.apps.duties import services as duties
from youlin.apps.parties import services as parties
from youlin.apps.passes import codes, declarations, services
from youlin.apps.passes.models import Pass
from youlin.apps.places import declarations as words
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM, Actor

SITE = "https://youlin.example"
PLAIN: dict[str, Any] = {
    "name_en": "x",
    "icon": "",
    "position": 0,
    "holder": "person",
    "issue_verb": "pass.issue",
    "check_verb": "pass.check",
    "days": 180,
    "rotates": 0,
    "skew": 30,
    "offline_hours": 0,
    "inside": [],
    "shows": {"name": "masked", "body": "full"},
    "anyone": {},
    "comes_with": "",
    "by_holder": False,
    "by_number": False,
    "public": False,
    "paper": "card",
    "description": "",
    "description_en": "",
}
KINDS: dict[str, dict[str, Any]] = {
    "visit": {
        "name": "到访码",
        "rotates": 30,
        "offline_hours": 8,
        "by_holder": True,
        "paper": "",
        "shows": {"body": "full"},
    },
    "card": {"name": "小哥证", "by_number": True},
    "plain": {"name": "网格员证", "shows": {"name": "full"}},
    "place": {"name": "场所码", "holder": "place", "public": True, "inside": ["label"], "paper": "sticker"},
    "subject": {
        "name": "主体码",
        "holder": "producer",
        "issue_verb": "subject.keep",
        "shows": {"name": "full", "area": "full"},
        "anyone": {"name": "masked", "area": "full"},
        "paper": "sticker",
    },
    "body": {"name": "单位证", "holder": "organisation"},
}


def declare_kinds(district: str = DISTRICT) -> None:
    """One of every sort."""
    declared = {code: {**PLAIN, **values} for code, values in KINDS.items()}
    words.declare(declarations.KINDS, actor=SYSTEM, district=district, programme="t", declared=declared)


def duty_kinds(district: str = DISTRICT) -> None:
    """The duties of a guard and of an office that issues."""
    for code, level, verbs in (
        ("gate_guard", "street", ["pass.check"]),
        ("pass_office", "district", ["pass.issue", "pass.check", "pass.keys", "subject.keep"]),
        ("subject_clerk", "street", ["subject.keep", "person.unmask"]),
    ):
        duties.declare_kind(
            actor=SYSTEM, district=district, programme="t", code=code, name=code, level=level, verbs=verbs
        )


def guard(area: str = STREET, username: str = "menwei") -> Actor:
    """Somebody who checks in an area."""
    duty_kinds(area[:6])
    member = make_member(username, "门卫", district=area[:6])
    give_duty(member, "gate_guard", area)
    return member.actor


def office(username: str = "mazheng") -> Actor:
    """Somebody who issues the district's codes."""
    duty_kinds()
    member = make_member(username, "码政")
    give_duty(member, "pass_office", DISTRICT)
    return member.actor


def person(name: str = "李强", phone: str = "13800001001") -> Any:
    """Somebody to issue a code to."""
    return parties.register_person(actor=SYSTEM, name=name, phone=phone, contacts_verified=True)


def issue(kind: str = "visit", holder: Any = None, **values: Any) -> Pass:
    """A code of a kind, for a rider unless said otherwise."""
    return services.issue(actor=SYSTEM, district=DISTRICT, kind=kind, holder=holder or person(), **values)


@dataclass
class Phone:
    """A phone as the page makes one: a chain whose beginning stays here."""

    row: Pass
    device: str = ""
    seed: bytes = b""
    bound: Any = None

    def bind(self, links: int = 960) -> "Phone":
        """Make a chain and have its end signed."""
        self.device = self.device or secrets.token_urlsafe(16)
        self.seed = secrets.token_bytes(codes.LINK_BYTES)
        me = Actor("person", person_id=self.row.person_id, via="test")
        self.bound = services.bind(
            actor=me,
            district=self.row.district,
            pass_id=self.row.id,
            device=self.device,
            anchor=codes.anchor_of(self.seed, links),
            links=links,
        )
        return self

    def step(self, at: datetime | None = None) -> int:
        """Which step is shown at a moment."""
        return int(((at or clock.now()) - self.bound.starts_at).total_seconds()) // self.bound.period

    def code(self, at: datetime | None = None, step: int | None = None) -> str:
        """What the phone shows at a moment, as a camera reads it."""
        shown = self.step(at) if step is None else step
        link = codes.link_at(self.seed, self.bound.links, shown)
        return codes.address(SITE, f"{self.bound.token}.{link}")


def check(code: str, actor: Actor = SYSTEM, district: str = DISTRICT, **values: Any) -> services.Checked:
    """A look at a code."""
    return services.check(actor=actor, district=district, code=code, **values)


def printed(row: Pass) -> str:
    """A code that stands still, as a camera reads it."""
    return codes.address(SITE, services.token_of(row))
