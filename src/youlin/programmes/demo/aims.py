"""Targets and appeals of the demonstration: proposed by the command centre, approved by the district's leader; two
figures that the home street contests, one of them upheld. Everything by the services of whoever may."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from youlin.apps.areas import services as areas
from youlin.apps.cases import lookup
from youlin.apps.cases import services as cases
from youlin.apps.indicators import refreshing
from youlin.apps.indicators.contesting import selectors as contested
from youlin.apps.indicators.contesting import services as contesting
from youlin.apps.indicators.models import Target
from youlin.apps.indicators.periods import Period
from youlin.apps.indicators.selectors import lineage
from youlin.apps.indicators.targets import services
from youlin.kernel import clock, datasets, reactions
from youlin.kernel.actors import SYSTEM, Actor
from youlin.programmes.demo.files import Appeal, Pack
from youlin.programmes.demo.people import Peopled

PROPOSER, APPROVER, STREET = "sun_lixin", "zhou_weidong", "zhao_min"
SOURCE = "演示数据"
PROPOSED, DECIDED = timedelta(days=40), timedelta(days=38)
WAITS = timedelta(days=1)
CONTESTED = timedelta(days=3)
"""How long ago it was; appeals are checked a day later and decided the day after."""
LOOKED_BACK = timedelta(days=29)
ROWS = 40
"""Rows of a figure that are looked through for those that may be left out."""


def tell_people(pack: Pack, district: str) -> None:
    """Say how many people live in each street: numbers that are made up, and say so."""
    for code, street in pack.places.streets.items():
        areas.tell_people(actor=SYSTEM, code=code, population=street.population, source=SOURCE)
    whole = sum(street.population for street in pack.places.streets.values())
    areas.tell_people(actor=SYSTEM, code=district, population=whole, source=SOURCE)


def make(pack: Pack, district: str, people: Peopled) -> None:
    """Targets of the year and the month, and both appeals, as of now and the weeks before."""
    made = _Aims(pack, district, people)
    made.targets()
    made.appeals()


@dataclass
class _Aims:
    """Does what the cast did."""

    pack: Pack
    district: str
    people: Peopled

    def targets(self) -> None:
        aims, today, home = self.pack.aims, clock.today(), self.pack.people.home_street
        year, month = date(today.year, 1, 1), today.replace(day=1)
        self._set(self.district, aims.district, "year", year, aims.reason)
        for street, wanted in aims.streets.items():
            self._set(street, wanted, "year", year, aims.reason)
        self._set(home, aims.month, "month", month, aims.month_reason)
        with clock.frozen(clock.now() - WAITS):
            self._propose(home, aims.waiting, "month", month, aims.month_reason)

    def _set(self, area: str, wanted: Mapping[str, float], kind: str, start: date, reason: str) -> None:
        """Proposed by one and approved by another."""
        now = clock.now()
        with clock.frozen(now - PROPOSED):
            made = self._propose(area, wanted, kind, start, reason)
        with clock.frozen(now - DECIDED):
            for one in made:
                services.approve(
                    actor=self._actor(APPROVER),
                    district=self.district,
                    target_id=one.id,
                    decision=self.pack.aims.approved,
                )

    def _propose(
        self, area: str, wanted: Mapping[str, float], kind: str, start: date, reason: str
    ) -> list[Target]:
        return [
            services.propose(
                actor=self._actor(PROPOSER),
                district=self.district,
                indicator=code,
                area=area,
                period_kind=kind,
                period_start=start,
                value=value,
                reason=reason,
                source=self.pack.aims.source,
                is_demo=True,
            )
            for code, value in wanted.items()
        ]

    def appeals(self) -> None:
        """Needs figures: those that are contested are computed first."""
        datasets.export(self.district, ["cases.cases", "cases.clocks"])
        refreshing.refresh(self.district, only={"cases.clocks@decided_at", "cases.cases@answered_at"})
        for number, appeal in enumerate(self.pack.aims.appeals):
            self._appeal(appeal, f"demo:appeal:{number}")

    def _appeal(self, appeal: Appeal, key: str) -> None:
        home, street, now = self.pack.people.home_street, self._actor(STREET), clock.now()
        last = clock.today() - CONTESTED
        period = (last - LOOKED_BACK, last)
        numbers = self._missed(street, home, appeal, period)
        if not numbers:
            return
        with clock.frozen(now - CONTESTED):
            made = contesting.contest(
                actor=street,
                area=home,
                indicator=appeal.indicator,
                period=period,
                numbers=numbers,
                choice=appeal.ground,
                reason=appeal.reason,
                idempotency_key=key,
                is_demo=True,
            )
            reactions.drain_all()
        self._act(made.case.number, "check", appeal.checked, key, ago=CONTESTED - timedelta(days=1))
        if appeal.upheld:
            self._act(made.case.number, "uphold", appeal.upheld, key, ago=CONTESTED - timedelta(days=2))

    def _missed(self, actor: Actor, area: str, appeal: Appeal, period: Period) -> list[str]:
        """Cases that the figure missed and that may be left out on this ground."""
        behind = lineage.rows_behind(
            actor, area=area, code=appeal.indicator, period=period, which="rest", size=ROWS
        )
        known = dict.fromkeys(row.case.number for row in behind.rows if row.case)
        fit = [one for one in known if appeal.ground in contested.choices(actor, area=area, numbers=[one])]
        return fit[: appeal.cases]

    def _act(self, number: str, act: str, note: str, key: str, *, ago: timedelta) -> None:
        """What the appeal waits for, by the one who holds it."""
        with clock.frozen(clock.now() - ago):
            case = lookup.with_number(number, district=self.district)
            holder = Actor("person", person_id=case.holder_id, via="desk")
            cases.act(actor=holder, case_id=case.id, act=act, note=note, idempotency_key=f"{key}:{act}")
            reactions.drain_all()

    def _actor(self, username: str) -> Actor:
        return Actor("person", person_id=self.people.by_username[username], via="desk")
