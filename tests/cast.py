"""The cast of all tests, in a small seeded district.

District 110102 has streets 110102001 and 110102002, each with two communities of two grids; street 110102003
was merged into 110102002 and is retired. District 110101 beside it has one line down to one grid.
Use the fixtures `district` (areas and duty kinds) and `cast` (people in their duties), or `make_district()`
and `make_cast()` where fixtures do not reach.
"""

from dataclasses import dataclass
from datetime import timedelta

import pytest
import shapely
from django.db import transaction

from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM, Actor

DISTRICT = "110102"
STREET = "110102001"
OTHER_STREET = "110102002"
COMMUNITY = "110102001001"
SIBLING_COMMUNITY = "110102001002"
GRID = "110102001001001"
SIBLING_GRID = "110102001001002"
RETIRED_STREET = "110102003"
RETIRED_GRID = "110102003001001"
OTHER_DISTRICT = "110101"
OTHER_DISTRICT_GRID = "110101001001001"

WEST_SOUTH = (116.30, 39.88)
"""The corner from which the areas' rectangles are laid out, in degrees (WGS84)."""

PASSWORD = "西城-小雪那天-2026"

AREAS = {
    DISTRICT: "西城区",
    STREET: "椿树街道",
    OTHER_STREET: "牛街街道",
    COMMUNITY: "四川营社区",
    SIBLING_COMMUNITY: "琉璃厂西街社区",
    "110102002001": "白广路社区",
    "110102002002": "枫桦社区",
    GRID: "四川营一网格",
    SIBLING_GRID: "四川营二网格",
    "110102001002001": "琉璃厂西街一网格",
    "110102001002002": "琉璃厂西街二网格",
    "110102002001001": "白广路一网格",
    "110102002001002": "白广路二网格",
    "110102002002001": "枫桦一网格",
    "110102002002002": "枫桦二网格",
    OTHER_DISTRICT: "东城区",
    "110101001": "东华门街道",
    "110101001001": "多福巷社区",
    OTHER_DISTRICT_GRID: "多福巷一网格",
}
"""Every area that stands, with its name; retired ones are in `RETIRED`."""

RETIRED = {RETIRED_STREET: "旧街道", "110102003001": "旧社区", RETIRED_GRID: "旧一网格"}
"""Areas that ended yesterday; the street's successor is `OTHER_STREET`."""

KINDS = {
    "grid_worker": (
        "网格员",
        "grid",
        ["community_officer", "street_dispatcher", "district_dispatcher"],
        ["case.read", "case.handle", "media.read", "duty.handover"],
    ),
    "community_officer": (
        "社区专员",
        "community",
        ["street_dispatcher", "district_dispatcher"],
        ["case.read", "case.handle", "case.verify", "media.read", "duty.handover"],
    ),
    "street_dispatcher": (
        "街道派遣员",
        "street",
        ["district_dispatcher"],
        [
            "case.read",
            "case.file",
            "case.dispatch",
            "case.verify",
            "case.close",
            "case.void",
            "case.follow_up",
            "case.moderate",
            "case.see_reporter",
            "case.approve",
            "case.whistle",
            "case.split",
            "media.read",
            "duty.handover",
            "duty.manage",
        ],
    ),
    "district_dispatcher": (
        "区派遣员",
        "district",
        [],
        [
            "case.read",
            "case.file",
            "case.dispatch",
            "case.verify",
            "case.close",
            "case.void",
            "case.follow_up",
            "case.moderate",
            "exchange.manage",
            "case.import",
            "case.see_reporter",
            "case.approve",
            "case.supervise",
            "case.whistle",
            "case.split",
            "media.read",
            "duty.manage",
            "person.manage",
            "person.unmask",
            "area.manage",
            "programme.apply",
            "cockpit.read",
        ],
    ),
    "district_leader": (
        "区领导",
        "district",
        [],
        ["case.read", "case.supervise", "media.read", "cockpit.read"],
    ),
    "confidential_officer": (
        "保密专员",
        "district",
        [],
        [
            "case.read",
            "case.read_confidential",
            "case.see_reporter",
            "case.dispatch",
            "case.close",
            "media.read",
        ],
    ),
}
"""Duty kinds of both districts: name, level, where a vacancy climbs, verbs."""


@dataclass(frozen=True)
class Member:
    """One of the cast: the person, how they sign in, and the actor they are in services."""

    person: object
    account: object
    actor: Actor

    @property
    def id(self):
        """The person's id."""
        return self.person.id


@dataclass(frozen=True)
class Cast:
    """The people. The first five are those of every journey; the others stand at the edges of access."""

    li: Member  # 小哥, a resident with phone +8613800138001, no duty
    wang: Member  # grid worker of GRID
    zhao: Member  # street dispatcher of STREET
    sun: Member  # district dispatcher and leader of DISTRICT
    qian: Member  # a stranger: a signed-in resident who has to do with nothing
    community: Member  # community officer of COMMUNITY
    sibling: Member  # grid worker of SIBLING_GRID
    other: Member  # district dispatcher of OTHER_DISTRICT
    leader: Member  # leader of DISTRICT: reads, does not act
    retired: Member  # grid worker of RETIRED_GRID, recoded with its street or not at all
    expired: Member  # grid worker of GRID until yesterday
    confidant: Member  # confidential officer of DISTRICT


def make_areas() -> None:
    """The areas of both districts, each with a rectangle as its outline; the retired street with its heir."""
    from youlin.apps.areas import outlines, versions
    from youlin.apps.areas.models import Area, AreaSuccession, Boundary

    yesterday = clock.today() - timedelta(days=1)
    retired = [_area(code, name, valid_to=yesterday) for code, name in RETIRED.items()]
    standing = [_area(code, name) for code, name in AREAS.items()]
    Area.objects.bulk_create([*standing, *retired])
    shapes = [rectangle(area.code) for area in standing]
    Boundary.objects.bulk_create(outlines.rows(standing, shapes, source="cast", synthesised=True))
    AreaSuccession.objects.create(
        district=DISTRICT, old_code=RETIRED_STREET, new_code=OTHER_STREET, on=yesterday
    )
    with transaction.atomic():
        versions.bump(DISTRICT)
        versions.bump(OTHER_DISTRICT)


def _area(code: str, name: str, **fields):
    from youlin.apps.areas import profiles
    from youlin.apps.areas.models import Area

    profile = profiles.active()
    return Area(
        district=profile.district(code),
        code=code,
        name=name,
        level=profile.level(code),
        is_demo=True,
        **fields,
    )


def rectangle(code: str):
    """The outline of an area: its grids stand side by side from west to east, each 0.01 by 0.02 degrees."""
    grids = [grid for grid in sorted(AREAS) if len(grid) == 15]
    columns = [n for n, grid in enumerate(grids) if grid.startswith(code)]
    west, south = WEST_SOUTH
    return shapely.box(west + 0.01 * columns[0], south, west + 0.01 * (columns[-1] + 1), south + 0.02)


def point_in(code: str) -> tuple[float, float]:
    """Longitude and latitude of a point in the middle of an area."""
    centre = rectangle(code).centroid
    return centre.x, centre.y


def make_kinds(district: str = DISTRICT) -> None:
    """The duty kinds of a district."""
    from youlin.apps.duties import services
    from youlin.apps.duties.verbs import registered

    for code, (name, level, climbs_to, verbs) in KINDS.items():
        services.declare_kind(
            actor=SYSTEM,
            district=district,
            programme="test",
            code=code,
            name=name,
            level=level,
            climbs_to=climbs_to,
            verbs=[verb for verb in verbs if verb in registered()],
            confidential=code == "confidential_officer",
            door="field" if code == "grid_worker" else "desk",
        )


def make_district() -> str:
    """Areas and duty kinds of both districts; the code of the one where the tests happen."""
    make_areas()
    make_kinds(DISTRICT)
    make_kinds(OTHER_DISTRICT)
    return DISTRICT


def make_resident(name: str, phone: str) -> Member:
    """A person who signs in by a code sent to their phone."""
    from youlin.apps.parties import services

    person = services.register_person(actor=SYSTEM, name=name, phone=phone, contacts_verified=True)
    account = services.account_for(person=person)
    return Member(person, account, Actor("person", person_id=person.id, via="test"))


def make_member(username: str, name: str, *, phone: str = "", district: str = DISTRICT) -> Member:
    """A person with a staff account (password `PASSWORD`) and no duty yet."""
    from youlin.apps.parties import selectors, services

    person = services.register_person(
        actor=SYSTEM,
        name=name,
        phone=phone,
        account_username=username,
        password=PASSWORD,
        district=district,
    )
    account = selectors.account_of(person)
    return Member(person, account, Actor("person", person_id=person.id, via="test"))


def give_duty(member: Member, kind: str, *areas: str, **scope):
    """Assign a duty since a month ago; the assignment. Keywords as of `duties.services.assign`."""
    from youlin.apps.duties import services

    scope.setdefault("valid_from", clock.now() - timedelta(days=30))
    scope.setdefault("district", areas[0][:6] if areas else DISTRICT)
    return services.assign(actor=SYSTEM, kind=kind, holder=member.person, areas=list(areas), **scope)


def make_cast() -> Cast:
    """The people in their duties. Needs `make_district`."""
    people = {
        "li": make_resident("李小哥", "13800138001"),
        "wang": make_member("wang", "王网格", phone="13800138002"),
        "zhao": make_member("zhao", "赵街道", phone="13800138003"),
        "sun": make_member("sun", "孙区长", phone="13800138004"),
        "qian": make_resident("钱路人", "13800138005"),
        "community": make_member("community", "周社区"),
        "sibling": make_member("sibling", "吴邻格"),
        "other": make_member("other", "郑外区", district=OTHER_DISTRICT),
        "leader": make_member("leader", "冯领导"),
        "retired": make_member("retired", "陈旧格"),
        "expired": make_member("expired", "褚前任"),
        "confidant": make_member("confidant", "卫保密"),
    }
    give_duty(people["wang"], "grid_worker", GRID)
    give_duty(people["sibling"], "grid_worker", SIBLING_GRID)
    give_duty(people["community"], "community_officer", COMMUNITY)
    give_duty(people["zhao"], "street_dispatcher", STREET)
    give_duty(people["sun"], "district_dispatcher", DISTRICT)
    give_duty(people["sun"], "district_leader", DISTRICT)
    give_duty(people["leader"], "district_leader", DISTRICT)
    give_duty(people["other"], "district_dispatcher", OTHER_DISTRICT)
    give_duty(people["confidant"], "confidential_officer", DISTRICT)
    give_duty(people["expired"], "grid_worker", GRID, valid_to=clock.now() - timedelta(days=1))
    give_duty(people["retired"], "grid_worker", RETIRED_GRID)
    return Cast(**people)


@pytest.fixture(autouse=True, scope="session")
def _passwords_are_hashed_fast() -> None:
    """A password is made for each of the cast in each test; in earnest that takes half a second."""
    from django.conf import settings
    from django.contrib.auth.hashers import get_hashers

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    get_hashers.cache_clear()


@pytest.fixture
def district(db) -> str:
    """The seeded districts; the code of the one where the tests happen."""
    return make_district()


@pytest.fixture
def cast(district) -> Cast:
    """The people in their duties."""
    return make_cast()
