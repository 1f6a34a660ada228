"""City responders of the demonstration, made by the services: who is addressed, who enrolled, a call-out that is done
and one that was just begun, to which the named rider is called; standing tasks and a story."""

import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from youlin.apps.areas import selectors as areas
from youlin.apps.duties import services as duties
from youlin.apps.parties import selectors as people
from youlin.apps.parties import services as parties
from youlin.apps.responders import declarations, services
from youlin.apps.responders.models import Call, CallOut, Occupation, Responder
from youlin.apps.responders.services import CallFor, checking
from youlin.apps.responders.services.calling import is_night
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM, Actor
from youlin.programmes.demo import standing_tasks
from youlin.programmes.demo.files import Pack
from youlin.programmes.demo.people import Peopled

RIDER, CLERK, OFFICE = "li_qiang", "zhao_min", "sun_lixin"
ADDRESSED = 51_000
ENROLLED = 160
SOURCE = "行业主管部门和平台企业名单（演示）"
SKILLS = ("first_aid", "carrying", "repairs", "driving", "care")
SINCE = timedelta(days=20)
"""How long before the load people enrolled."""
THANKS = ("老人说：多亏你们，赶上了复查", "楼道窄，你抬前面一点没磕着，辛苦了")
"""To the two who carried the wheelchair, each a word of their own."""


def keepers(pack: Pack, district: str, made: Peopled) -> None:
    """The street's dispatcher calls and verifies there, the command centre sees the figures of all."""
    for username, kind, area in (
        (CLERK, "responder_clerk", pack.people.home_street),
        (OFFICE, "responder_office", district),
    ):
        holder = people.canonical(made.by_username[username])
        assert holder is not None
        duties.assign(actor=SYSTEM, district=district, kind=kind, holder=holder, areas=[area], is_demo=True)


def make(pack: Pack, district: str, made: Peopled, *, seed: int) -> int:
    """Everything, as of now; how many have enrolled."""
    return _Maker(pack, district, made, random.Random(seed)).make()


class _Maker:
    """Draws from a seed; what is drawn does not depend on when."""

    def __init__(self, pack: Pack, district: str, made: Peopled, rng: random.Random) -> None:
        self.pack, self.district, self.made, self.rng = pack, district, made, rng
        self.now, self.home = clock.now(), pack.people.home_street

    def make(self) -> int:
        """Figures, people, calls."""
        occupations = list(Occupation.objects.filter(district=self.district).order_by("position"))
        self._addressed(occupations)
        communities = [area.code for area in areas.subtree(self.home, level="community")]
        with clock.frozen(self.now - SINCE):
            enrolled = self._enrolled(occupations, communities)
            rider = self._rider(communities[0])
        with clock.frozen(self._yesterday()):
            self._done(communities[0])
        with clock.frozen(self._by_day()):
            self._begun(communities[0], rider)
        zhao, sun = (Actor("person", person_id=self.made.by_username[one]) for one in (CLERK, OFFICE))
        standing_tasks.make(self.district, communities[0], zhao, sun, enrolled)
        return len(enrolled) + 1

    def _addressed(self, occupations: Sequence[Occupation]) -> None:
        weights = [self.rng.random() + 0.4 for _one in occupations]
        counts = [int(ADDRESSED * weight / sum(weights)) for weight in weights]
        counts[0] += ADDRESSED - sum(counts)
        for occupation, number in zip(occupations, counts, strict=True):
            services.count_addressed(
                actor=SYSTEM,
                district=self.district,
                occupation=occupation.code,
                source=SOURCE,
                number=number,
                is_demo=True,
            )

    def _enrolled(self, occupations: Sequence[Occupation], communities: Sequence[str]) -> list[Responder]:
        names, said = self.pack.people, []
        for number in range(ENROLLED):
            person = parties.register_person(
                actor=SYSTEM,
                name=self.rng.choice(names.surnames) + self.rng.choice(names.given_names),
                born_on=date(1970 + number % 33, 1 + number % 12, 1 + number % 28),
                is_demo=True,
                district=self.district,
            )
            said.append((person, self._limits(occupations, communities)))
        rows = services.register_many(actor=SYSTEM, district=self.district, said=said, is_demo=True)
        for row in rows[: ENROLLED * 4 // 5]:
            services.verify(actor=SYSTEM, district=self.district, responder_id=row.id)
        return rows

    def _limits(self, occupations: Sequence[Occupation], communities: Sequence[str]) -> dict[str, object]:
        evenings = [[day, 36, 43] for day in range(7)]
        return {
            "occupation": self.rng.choice(occupations).code,
            "areas": self.rng.sample(communities, self.rng.randrange(1, min(4, len(communities) + 1))),
            "skills": [one for one in SKILLS if self.rng.random() < 0.3],
            "languages": ["zh", *(["en"] if self.rng.random() < 0.1 else [])],
            "windows": evenings if self.rng.random() < 0.2 else [],
            "most_week": self.rng.randrange(1, 5),
            "rest_hours": self.rng.choice((0, 12, 24)),
            "reach_m": self.rng.choice((1500, 3000, 5000)),
        }

    def _rider(self, community: str) -> Responder:
        """The named rider, with what a rider says; verified by the street."""
        rider = Actor("person", person_id=self.made.by_username[RIDER])
        values = {
            "occupation": "courier",
            "areas": [community],
            "skills": ["first_aid", "carrying"],
            "languages": ["zh"],
            "most_week": 7,
            "rest_hours": 0,
            "reach_m": 3000,
        }
        row = services.register(
            actor=rider, district=self.district, values=values, born_on=date(1994, 8, 16), is_demo=True
        )
        services.verify(actor=SYSTEM, district=self.district, responder_id=row.id)
        return row

    def _done(self, community: str) -> None:
        """Two people carried a wheelchair; the street confirmed the minutes and said thanks."""
        row = self._call(
            "帮一位坐轮椅的老人下楼，到街口坐车", "3 号楼 2 单元", community, "demo:done", ("care",)
        )
        calls = list(Call.objects.filter(call_out=row).select_related("responder").order_by("metres", "id"))
        coming = [one for one in calls if one.responder.person_id != self.made.by_username[RIDER]][:2]
        start = clock.now()
        for number, call in enumerate(coming):
            given: dict[str, Any] = {"actor": SYSTEM, "district": self.district, "call_id": call.id}
            for seconds, step in ((70, services.accept), (600, services.arrive), (2700, services.finish)):
                with clock.frozen(start + timedelta(seconds=seconds + 40 * number)):
                    step(**given)
        zhao = Actor("person", person_id=self.made.by_username[CLERK])
        with clock.frozen(start + timedelta(hours=1)):
            for call, said in zip(coming, THANKS, strict=False):
                service = services.confirm(actor=zhao, district=self.district, call_id=call.id)
                services.thank(actor=zhao, district=self.district, service_id=service.id, said=said)

    def _begun(self, community: str, rider: Responder) -> None:
        """Somebody has accepted, the rider is called and has not answered yet."""
        skills = ("first_aid", "carrying")
        row = self._call(
            "抬一位不能走路的老人上三楼", "5 号楼 1 单元", community, "demo:begun", skills, wanted=3
        )
        others = Call.objects.filter(call_out=row).exclude(responder=rider).order_by("metres", "id")
        first = others.first()
        if first is not None:
            with clock.frozen(clock.now() + timedelta(seconds=45)):
                services.accept(actor=SYSTEM, district=self.district, call_id=first.id)

    def _call(
        self, what: str, where: str, community: str, key: str, skills: tuple[str, ...], wanted: int = 2
    ) -> CallOut:
        lon, lat = checking.middle(community, checking.known(self.district))
        zhao = Actor("person", person_id=self.made.by_username[CLERK])
        call_for = CallFor(
            kind="elder_help", wanted=wanted, what=what, where=where, lon=lon, lat=lat, skills=skills
        )
        return services.call_out(
            actor=zhao, district=self.district, call_for=call_for, idempotency_key=key, is_demo=True
        )

    def _yesterday(self) -> datetime:
        """Three in the afternoon of the day before."""
        local = clock.local_now()
        return datetime.combine(local.date() - timedelta(days=1), time(15), local.tzinfo)

    def _by_day(self) -> datetime:
        """Now, or at night the last moment of the evening before at which people are called."""
        rules = declarations.rules_of(self.district)
        moment = clock.now()
        while is_night(rules, moment):
            moment -= timedelta(minutes=30)
        return moment
