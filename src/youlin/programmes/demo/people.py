"""The people and posts of a demonstration district, made by the services of parties and duties."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from youlin.apps.areas import profiles
from youlin.apps.areas import selectors as areas
from youlin.apps.duties import services as duties
from youlin.apps.duties.models import Assignment
from youlin.apps.parties import selectors as people
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Organisation, Person
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.programmes.demo.files import CastMember, Pack
from youlin.programmes.demo.files import People as Declared

REVIEWER = "tip_off_reviewer"
"""The second tip-off officer: nobody reviews what they looked into themselves."""


@dataclass
class Peopled:
    """Who there is: named people and staff by username, residents by nothing; `places` of the home street."""

    by_username: dict[str, UUID] = field(default_factory=dict)
    residents: list[UUID] = field(default_factory=list)
    riders: list[UUID] = field(default_factory=list)
    places: dict[str, str] = field(default_factory=dict)


def make(pack: Pack, district: str, *, seed: int) -> Peopled:
    """Register everybody and give them their duties. The clock stands where they begin."""
    maker = _Maker(pack.people, district, random.Random(seed))
    maker.organisations()
    maker.cast()
    maker.home_street()
    maker.other_streets(list(pack.places.streets))
    maker.offices()
    maker.residents()
    return maker.made


class _Maker:
    """Makes people one by one, each name once."""

    def __init__(self, declared: Declared, district: str, rng: random.Random) -> None:
        self.declared, self.district = declared, district
        self.made = Peopled()
        self.bodies: dict[str, Organisation] = {}
        self.names = _names(declared, rng)
        self.home_communities = _codes(declared.home_street, "community")
        self.home_grids = _codes(declared.home_street, "grid")

    def organisations(self) -> None:
        for code, body in self.declared.organisations.items():
            self.bodies[code] = parties.register_organisation(
                actor=SYSTEM, district=self.district, code=code, name=body.name, is_demo=True
            )

    def cast(self) -> None:
        for member in (one for one in self.declared.cast if not one.district):
            person = self.person(member.name, member.username, phone=member.phone)
            if member.duty:
                self.assign(
                    person,
                    member.duty,
                    [self._area(level) for level in member.areas],
                    category=member.category,
                    organisation=member.organisation,
                )
            if member.home == "admin":
                self._admit(person)
        riders = [member for member in self.declared.cast if member.role_en == "Rider"]
        self.made.riders = [self.made.by_username[member.username] for member in riders]

    def home_street(self) -> None:
        """One worker a grid, one clerk a community; some grids stay vacant, one worker is on leave."""
        taken = self._areas_of_cast("grid_worker")
        grids = [code for code in self.home_grids if code not in taken]
        vacant = set(
            grids[:: max(1, len(grids) // max(1, self.declared.vacant_grids))][: self.declared.vacant_grids]
        )
        self.made.places = {level: self._area(level) for level in ("grid", "community", "street")}
        self.made.places["vacant"] = min(vacant, default=self._area("grid"))
        posts = [self.staff("grid_worker", [code]) for code in grids if code not in vacant]
        if len(posts) > 1:
            self._leave(posts[0], stand_in=posts[1])
        for code in self.home_communities:
            if code not in self._areas_of_cast("community_clerk"):
                self.staff("community_clerk", [code])

    def other_streets(self, streets: Iterable[str]) -> None:
        """A dispatcher and a verifier each; workers and clerks share the communities of their street."""
        for street in streets:
            home = street == self.declared.home_street
            communities = _codes(street, "community")
            for kind, count in (
                ("grid_worker", self.declared.workers_per_street),
                ("community_clerk", self.declared.clerks_per_street),
            ):
                if not home and not self._vacant(kind, street):
                    for share in _shares(communities, count):
                        self.staff(kind, share)
            if not home:
                self.staff("street_dispatcher", [street])
            if not home and not self._vacant("verifier", street):
                self.staff("verifier", [street])

    def offices(self) -> None:
        """Those who serve the whole district."""
        reviewer = self.person(next(self.names), REVIEWER)
        self.assign(reviewer, "tip_off_officer", [self.district], category="tip_off", rank=1)
        self.staff("district_verifier", [self.district])
        for number, department in enumerate(self.declared.departments, 1):
            person = self.person(next(self.names), f"department_{number:02d}")
            self.assign(
                person,
                "department_clerk",
                [self.district],
                category=department.category,
                organisation=department.organisation,
            )

    def residents(self) -> None:
        for number in range(1, self.declared.residents + 1):
            phone = f"139{number:08d}"
            person = parties.register_person(
                actor=SYSTEM, name=next(self.names), phone=phone, is_demo=True, district=self.district
            )
            (self.made.riders if number % 8 == 0 else self.made.residents).append(person.id)
        self.made.residents.append(self.made.by_username["chen_jing"])

    def staff(self, kind: str, codes: list[str]) -> Assignment:
        number = 1 + sum(name.startswith(f"{kind}_") for name in self.made.by_username)
        person = self.person(next(self.names), f"{kind}_{number:02d}")
        return self.assign(person, kind, codes)

    def person(self, name: str, username: str, *, phone: str = "") -> Person:
        person = parties.register_person(
            actor=SYSTEM,
            name=name,
            phone=phone,
            is_demo=True,
            account_username=username,
            district=self.district,
        )
        self.made.by_username[username] = person.id
        return person

    def assign(
        self,
        person: Person,
        kind: str,
        codes: list[str],
        *,
        category: str = "",
        organisation: str = "",
        rank: int = 0,
    ) -> Assignment:
        return duties.assign(
            actor=SYSTEM,
            district=self.district,
            kind=kind,
            holder=person,
            areas=codes,
            category=category,
            organisation=self.bodies[organisation] if organisation else None,
            rank=rank,
            is_demo=True,
        )

    def _admit(self, person: Person) -> None:
        """Let one whose work is configuration into its admin."""
        account = people.account_of(person)
        assert account is not None
        parties.allow_admin(actor=SYSTEM, account_id=account.id, allowed=True)

    def _leave(self, assignment: Assignment, *, stand_in: Assignment) -> None:
        """Away in the last days of the story, so that a stand-in is seen at work."""
        begin = clock.now() + timedelta(days=62)
        duties.go_on_leave(
            actor=SYSTEM,
            assignment=assignment,
            stand_in=stand_in.holder,
            from_=begin,
            to=begin + timedelta(days=21),
            note="年休假（演示）",
        )

    def _area(self, level: str) -> str:
        return {
            "grid": self.home_grids[0] if self.home_grids else self.home_communities[0],
            "community": self.home_communities[0],
            "street": self.declared.home_street,
            "district": self.district,
            "city": profiles.active().parent(self.district),
        }[level]

    def _areas_of_cast(self, kind: str) -> set[str]:
        members: list[CastMember] = [
            one for one in self.declared.cast if one.duty == kind and not one.district
        ]
        return {self._area(level) for member in members for level in member.areas}

    def _vacant(self, kind: str, street: str) -> bool:
        return street in self.declared.vacancies.get(kind, [])


def _names(declared: Declared, rng: random.Random) -> Iterator[str]:
    """Names in a drawn order, none twice and none of the cast's."""
    taken = {member.name for member in declared.cast}
    every = [surname + given for surname in declared.surnames for given in declared.given_names]
    rng.shuffle(every)
    return (name for name in every if name not in taken)


def _codes(prefix: str, level: str) -> list[str]:
    return [area.code for area in areas.subtree(prefix, level=level)]


def _shares(codes: list[str], count: int) -> list[list[str]]:
    """The codes dealt out to `count` people in turn; nobody gets nothing."""
    return [share for start in range(count) if (share := codes[start::count])]
