"""Linkage in the demonstration: companies and outlets with contacts and owners, consultations, decisions, tasks.

Made by the services' acts on the days on which they are said to have happened; everything is marked 演示.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from youlin.apps.areas import selectors as areas
from youlin.apps.cases import services as cases
from youlin.apps.cases.models import Case
from youlin.apps.duties import services as duties
from youlin.apps.linkage import selectors, words
from youlin.apps.linkage.services import bodies, consulting, tasks
from youlin.apps.linkage.services.consulting import Decision, Seat
from youlin.apps.parties import selectors as party_rows
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Organisation, Person
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM, Actor
from youlin.programmes.demo.files import Pack, Resolved, Task
from youlin.programmes.demo.people import Peopled

OFFICE, STEWARD, CLERK = "fang_ting", "cai_hong", "he_yun"
"""Those of the cast who coordinate, own the outlets of the home street, and take on a department's tasks."""

SECOND = "linkage_second"
"""Reviews what the first one handles."""

TASK_CLERK = "task_owner_{unit}"
FURTHEST = 60
"""Days over which what has happened is spread."""

STEPS = {
    "dispatched": (),
    "accepted": ("accept_task", "progress"),
    "reported": ("accept_task", "report_done"),
    "closed": ("accept_task", "report_done", "close"),
}
"""What was done of a task, by how far it is."""


def keepers(pack: Pack, district: str, people: Peopled) -> None:
    """The office, an owner in each street but the vacant ones, and somebody in each department for its tasks."""
    posts = _Posts(district, people)
    posts.give(OFFICE, "", words.COORDINATOR, district)
    posts.give(SECOND, "章联", words.COORDINATOR, district, rank=1)
    for number, street in enumerate(sorted(pack.places.streets), start=1):
        if street == pack.people.home_street:
            posts.give(STEWARD, "", words.OWNER, street)
        elif street not in pack.linkage.vacant_owners:
            name = f"联{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰'[number - 1]}责"
            posts.give(f"{words.OWNER}_{number:02d}", name, words.OWNER, street)
    for number, code in enumerate(sorted(pack.people.organisations), start=1):
        body = party_rows.organisation(district=district, code=code)
        username = CLERK if code == "chengguanwei" else TASK_CLERK.format(unit=code)
        posts.give(username, f"任{'一二三四五六七八九'[number - 1]}办", words.TASK_OWNER, district, body=body)


def make(pack: Pack, district: str, people: Peopled, *, seed: int) -> None:
    """Everything but the posts, as of now and the weeks before."""
    linked = _Linkage(pack, district, people, random.Random(seed))
    linked.companies()
    linked.consultations()
    linked.task_list()
    linked.matters()


class _Posts:
    """Gives duties to people of the demonstration, made where they are not there yet."""

    def __init__(self, district: str, people: Peopled) -> None:
        self.district, self.people = district, people

    def give(
        self,
        username: str,
        name: str,
        kind: str,
        area: str,
        *,
        rank: int = 0,
        body: Organisation | None = None,
    ) -> None:
        duties.assign(
            actor=SYSTEM,
            district=self.district,
            kind=kind,
            holder=self._person(username, name),
            areas=[area],
            organisation=body,
            rank=rank,
            is_demo=True,
        )

    def _person(self, username: str, name: str) -> Person:
        known = party_rows.person_of_account(username)
        if known is not None:
            return known
        made = parties.register_person(
            actor=SYSTEM, name=name, is_demo=True, account_username=username, district=self.district
        )
        self.people.by_username[username] = made.id
        return made


class _Linkage:
    """Draws from a seed; what happens on which day does not depend on the day of the load."""

    def __init__(self, pack: Pack, district: str, people: Peopled, rng: random.Random) -> None:
        self.pack, self.linked, self.district, self.people, self.rng = (
            pack,
            pack.linkage,
            district,
            people,
            rng,
        )
        self.now = clock.now()
        self.office, self.second = self._actor(OFFICE), self._actor(SECOND)
        self.heads: list[Organisation] = []
        self.outlets: list[Organisation] = []

    def companies(self) -> None:
        """Companies, partners, outlets dealt out to the streets in turn; some without a contact yet."""
        streets = sorted(self.pack.places.streets)
        number = 0
        with clock.frozen(self.now - timedelta(days=FURTHEST + 1)):
            for index, platform in enumerate(self.linked.companies, start=1):
                code = f"PT{index:02d}"
                self.heads.append(self._body(code, platform.name, words.COMPANY))
                partners = [
                    self._body(f"{code}-J{n}", name, words.PARTNER, parent=code)
                    for n, name in enumerate(platform.partners, start=1)
                ]
                for n in range(1, platform.outlets + 1):
                    street = streets[number % len(streets)]
                    number += 1
                    parent = partners[n % len(partners)].code if partners and n % 3 == 0 else code
                    self.outlets.append(self._outlet(f"{code}-{n:02d}", platform.name, street, parent))
            self._owned_by_the_office()
            every = [*self.heads, *self.outlets]
            silent = set(self.rng.sample([one.code for one in self.outlets], self.linked.no_contact))
            for n, body in enumerate(every):
                if body.code not in silent:
                    bodies.name_contact(actor=SYSTEM, body=body, name=self._name(n), phone=f"137{n:08d}")

    def consultations(self) -> None:
        """Held ones from the oldest day on, most closed without more, the last ones with decisions; some ahead."""
        held = [
            (kind, topic)
            for kind, talk in self.linked.talks.items()
            for topic in _turns(talk.topics, talk.held)
        ]
        self.rng.shuffle(held)
        deciding = len(held) - len(self.linked.decided) // 2
        for n, (kind, topic) in enumerate(held):
            at = self._working(self.now - timedelta(days=FURTHEST - n * (FURTHEST - 1) / len(held)))
            with clock.frozen(at):
                case = self._planned(kind, topic, at, f"talk:{n}")
                cases_seated = {seat.id for seat in selectors.seats(SYSTEM, case.id, self.district)}
                consulting.hold(
                    actor=self.office,
                    number=case.number,
                    came=cases_seated if n % 7 else set(list(cases_seated)[1:]),
                    minutes=self.rng.choice(self.linked.minutes),
                    idempotency_key=f"held:{n}",
                )
                if n < deciding:
                    self._act(self.office, case, "conclude", note="无须另立事项，按会上意见办。")
            if n >= deciding:
                self._decide(case, at, self.linked.decided[(n - deciding) * 2 :][:2])
        for kind, talk in self.linked.talks.items():
            for n, topic in enumerate(_turns(talk.topics, talk.ahead)):
                self._planned(kind, topic, self.now + timedelta(days=3 + 4 * n), f"ahead:{kind}:{n}")

    def task_list(self) -> None:
        """The task list, as far as each task is."""
        for number, task in enumerate(self.linked.tasks, start=1):
            at = self._working(self.now - timedelta(days=task.set_before))
            with clock.frozen(at):
                case = tasks.set_task(
                    actor=self.office,
                    district=self.district,
                    title=task.title,
                    text=task.text,
                    unit=self._unit(task.unit),
                    due_on=(at + timedelta(days=task.days)).date(),
                    list_name=self.linked.list_name,
                    number=str(number),
                    is_demo=True,
                    idempotency_key=f"task:{number}",
                )
            self._go_on(
                case, task, at, min(at + timedelta(days=task.days * 0.8), self.now - timedelta(hours=5))
            )

    def matters(self) -> None:
        """A few matters with outlets of the home street and elsewhere, of the last days."""
        home = [one for one in self.outlets if one.area == self.pack.people.home_street]
        for n, text in enumerate(self.linked.matters):
            body = home[n % len(home)] if n % 2 == 0 else self.rng.choice(self.outlets)
            with clock.frozen(self.now - timedelta(hours=6 + 9 * n)):
                bodies.raise_matter(
                    actor=SYSTEM,
                    body=body,
                    category=("linkage.parking", "linkage.station", "linkage.rights", "linkage.station")[
                        n % 4
                    ],
                    text=text,
                    idempotency_key=f"matter:{n}",
                )

    def _body(self, code: str, name: str, kind: str, parent: str = "") -> Organisation:
        return bodies.register(
            actor=SYSTEM, district=self.district, code=code, name=name, kind=kind, parent=parent, is_demo=True
        )

    def _owned_by_the_office(self) -> None:
        """Companies and partners stand at the district: somebody there answers for each."""
        holder = party_rows.canonical(self.people.by_username[SECOND])
        assert holder is not None
        for body in party_rows.organisations(district=self.district):
            if body.kind in (words.COMPANY, words.PARTNER):
                bodies.name_owner(actor=SYSTEM, body=body, holder=holder, is_demo=True)

    def _outlet(self, code: str, company: str, street: str, parent: str) -> Organisation:
        road = self.rng.choice(self.pack.places.streets[street].roads)
        name = company.removesuffix("（演示）")
        return bodies.register(
            actor=SYSTEM,
            district=self.district,
            code=code,
            name=f"{name}{road}{self.rng.choice(self.linked.outlet_names)}（演示）",
            kind=words.OUTLET,
            area=street,
            address=f"{road}{self.rng.randrange(1, 180)}号",
            parent=parent,
            is_demo=True,
        )

    def _name(self, number: int) -> str:
        declared = self.pack.people
        surname = declared.surnames[number % len(declared.surnames)]
        return surname + declared.given_names[(number * 7 + 3) % len(declared.given_names)]

    def _planned(self, kind: str, topic: str, on: datetime, key: str) -> Case:
        """A visit is paid to an outlet, others sit together with a company and two departments."""
        outlet = self.rng.choice(self.outlets)
        if kind == "consultation.visit":
            invited, area, venue = [outlet], outlet.area, outlet.address
        else:
            units = self.rng.sample(sorted(self.pack.people.organisations), 2)
            invited = [self.rng.choice(self.heads), *filter(None, map(self._unit, units))]
            area, venue = self.district, "区党群服务中心"
        place = areas.short_name(area) if area != self.district else ""
        return consulting.plan(
            actor=self.office,
            district=self.district,
            kind=kind,
            title=f"{topic}（{place}）" if place else topic,
            venue=venue,
            area=area,
            planned_on=on.date(),
            bodies=invited,
            people=[Seat(self.people.by_username[OFFICE], words.COORDINATOR)],
            is_demo=True,
            idempotency_key=key,
        )

    def _decide(self, case: Case, at: datetime, decided: list[Resolved]) -> None:
        with clock.frozen(at + timedelta(hours=2)):
            made = consulting.decide(
                actor=self.office,
                number=case.number,
                decisions=[
                    Decision(one.text, self._unit(one.unit), (at + timedelta(days=one.days)).date())
                    for one in decided
                ],
                idempotency_key=f"decided:{case.id}",
            )
        for part, one in zip(made, decided, strict=True):
            self._go_on(part, one, at + timedelta(hours=3), self.now - timedelta(hours=2))

    def _go_on(self, case: Case, declared: Resolved | Task, at: datetime, last: datetime) -> None:
        """What the department and the office did of a task, spread between its day and `last`."""
        steps = STEPS[declared.stage]
        holder = self._actor(
            CLERK if declared.unit == "chengguanwei" else TASK_CLERK.format(unit=declared.unit)
        )
        for n, act in enumerate(steps, start=1):
            with clock.frozen(at + (last - at) * n / (len(steps) + 1)):
                done = {"done_on": clock.today().isoformat(), "evidence": "照片和签收单（演示）"}
                self._act(
                    self.second if act == "close" else holder,
                    case,
                    act,
                    note={"progress": "已选定地点，正在施工。", "report_done": "已完成。"}.get(act, ""),
                    fields=done if act == "report_done" else {"percent": "50%"} if act == "progress" else {},
                )

    def _act(
        self, actor: Actor, case: Case, act: str, *, note: str = "", fields: dict[str, str] | None = None
    ) -> None:
        cases.act(
            actor=actor,
            case_id=case.id,
            act=act,
            note=note,
            fields=fields or {},
            idempotency_key=f"{act}:{case.id}",
        )

    def _unit(self, code: str) -> Organisation | None:
        return party_rows.organisation(district=self.district, code=code)

    def _actor(self, username: str) -> Actor:
        person: UUID = self.people.by_username[username]
        return Actor("person", person_id=person, via="desk")

    def _working(self, moment: datetime) -> datetime:
        """The same day at nine to five, and not later than now."""
        local = clock.local_now().tzinfo
        at = moment.astimezone(local).replace(
            hour=self.rng.randrange(9, 17), minute=self.rng.randrange(60), second=0, microsecond=0
        )
        return min(at, self.now - timedelta(hours=4))


def _turns(topics: list[str], count: int) -> Iterator[str]:
    """As many topics as are wanted, each in turn."""
    return (topics[n % len(topics)] for n in range(count))
