"""Whatever becomes of areas, every row that names one is found again: as many as before, each under a living code that
its old one leads to, each where it was born, and nothing moves twice."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest
import shapely
from django.db import models, transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from tests.cast import AREAS, DISTRICT, OTHER_DISTRICT, Cast
from youlin.apps.areas import outlines, profiles
from youlin.apps.areas import services as areas
from youlin.apps.areas.models import Area, AreaSuccession
from youlin.apps.areas.services import recoding
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.duties.models import AssignmentArea
from youlin.apps.parties import services as parties
from youlin.apps.parties.models import Household, Organisation, Producer
from youlin.apps.places.models import Place
from youlin.apps.places.tests.factories import declare_words, make_place
from youlin.kernel import clock, ids
from youlin.kernel.actors import SYSTEM
from youlin.kernel.journal.models import JournalEntry

pytestmark = pytest.mark.django_db

HOMES = [code for code in sorted(AREAS) if code.startswith(DISTRICT)]
FIELD = {Case: "area_now", Place: "area_now", Organisation: "area", Household: "area", Producer: "area"}
"""The tables whose rows name an area, and the column that follows it. Scopes of duties are rows of their own."""
BORN = {Case: "area_at_event", Place: "area_at_event"}

CHANGE = st.tuples(st.sampled_from(["merge", "split", "close", "grids", "districts"]), st.integers(0, 99))


def living(width: int | None = None) -> list[Area]:
    """Areas that stand, below the districts."""
    found = Area.objects.filter(models.Q(valid_to=None), district__in=[DISTRICT, OTHER_DISTRICT])
    return [
        one
        for one in found.order_by("code")
        if len(one.code) > 6 and len(one.code) == (width or len(one.code))
    ]


def one_of(found: list[Any], number: int) -> Any:
    return found[number % len(found)] if found else None


class World:
    """Rows of every kind in every area, and what is done to the areas."""

    def __init__(self, homes: list[str]) -> None:
        self.homes = homes
        self.born = {kind: self._made(kind) for kind in FIELD}
        in_force = AssignmentArea.objects.filter(valid_to=None, assignment__valid_to=None)
        self.scopes = set(in_force.values_list("assignment_id", "code"))
        self.leads: dict[str, set[str]] = defaultdict(set)

    def _made(self, kind: type[Any]) -> dict[Any, tuple[str, str]]:
        """A row in each area; half of the cases are closed, and some have no place on the map."""
        first = getattr(self, f"_{kind.__name__.lower()}")()
        rows = []
        for number, code in enumerate(self.homes):
            row = kind.objects.get(id=first.id)
            row.pk, row.id = None, ids.uuid7()
            row._state.adding = True
            for column in {FIELD[kind], BORN.get(kind, FIELD[kind])}:
                setattr(row, column, code)
            row.code = row.number = f"T-{kind.__name__}-{number}"
            if kind in BORN:
                row.lon, row.lat = factories.point_in(code)
            if kind is Case and number % 2:
                row.is_open, row.closed_at = False, clock.now()
            if kind is Case and number % 3 == 2:
                row.lon = row.lat = None
            rows.append(row)
        kind.objects.filter(id=first.id).update(**{FIELD[kind]: DISTRICT})
        kind.objects.bulk_create(rows)
        return dict(self.stand(kind))

    def _case(self) -> Case:
        return factories.reported().case

    def _place(self) -> Place:
        return make_place()

    def _organisation(self) -> Organisation:
        return parties.register_organisation(
            actor=SYSTEM, district=DISTRICT, code="T", name="物业", area=DISTRICT
        )

    def _household(self) -> Household:
        return parties.register_household(actor=SYSTEM, district=DISTRICT, code="T", area=DISTRICT)

    def _producer(self) -> Producer:
        return parties.register_producer(
            actor=SYSTEM, district=DISTRICT, code="T", name="农户", area=DISTRICT
        )

    def stand(self, kind: type[Any]) -> Iterator[tuple[Any, tuple[str, str]]]:
        """Where each row was born and hangs: its district and, as it is now, its area."""
        for row in kind.objects.filter(district__in=[DISTRICT, OTHER_DISTRICT]):
            yield row.id, (row.district, getattr(row, FIELD[kind]))

    def change(self, what: str, number: int) -> None:
        """One revision, where there is something to revise."""
        done = getattr(self, f"_{what}")(number)
        event(f"{what}: {'done' if done else 'nothing there'}")

    def _merge(self, number: int) -> bool:
        by_parent = defaultdict(list)
        for one in living():
            by_parent[profiles.active().parent(one.code), one.level].append(one.code)
        codes = one_of([codes for _key, codes in sorted(by_parent.items()) if len(codes) > 1], number)
        if codes:
            kept = codes[0] if number % 2 else ""
            areas.merge_areas(actor=SYSTEM, codes=codes[:2], new_code=kept, new_name="合并而成")
        return bool(codes)

    def _split(self, number: int) -> bool:
        old = one_of(living(), number)
        whole = outlines.of_areas([old], clock.today()).get(old.code)
        if whole is None:
            return False
        x0, y0, x1, y1 = whole.bounds
        middle = (x0 + x1) / 2
        west, east = shapely.box(x0, y0, middle, y1), shapely.box(middle, y0, x1, y1)
        parts = [
            areas.Part(name="西", code=old.code if number % 2 else "", geometry=whole.intersection(west)),
            areas.Part(name="东", geometry=whole.intersection(east)),
        ]
        areas.split_area(actor=SYSTEM, code=old.code, parts=parts)
        return True

    def _close(self, number: int) -> bool:
        old = one_of(living(15), number)
        if old is None:
            return False
        beside = [one.code for one in living(15) if one.code != old.code and one.district == old.district]
        heir = (one_of(beside, number) or "") if number % 2 else ""
        areas.close_area(actor=SYSTEM, code=old.code, successor=heir)
        self.leads[old.code].add(heir or profiles.active().parent(old.code))
        return True

    def _grids(self, number: int) -> bool:
        drawn = outlines.of_areas(living(12), clock.today())
        code = one_of(sorted(drawn), number)
        if code:
            for grid in living(15):
                if grid.code.startswith(code):
                    self.leads[grid.code].add(code)  # rows without a place
            areas.make_grids(actor=SYSTEM, code=code, count=2, replace=True)
        return bool(code)

    def _districts(self, _number: int) -> bool:
        if not Area.objects.filter(district=DISTRICT, code=DISTRICT, valid_to=None).exists():
            return False
        areas.merge_districts(actor=SYSTEM, old=[DISTRICT], new_code=OTHER_DISTRICT, new_name="东城区")
        return True

    def check(self) -> None:
        """Nothing is lost, nothing appeared, everything hangs on what there is, and can be followed back."""
        stands = set(Area.objects.filter(valid_to=None).values_list("code", flat=True))
        heirs = self._heirs()
        for kind, born in self.born.items():
            now = dict(self.stand(kind))
            assert now.keys() == born.keys(), kind
            for id, (district, area) in now.items():
                assert area in stands, (kind, born[id], area)
                assert district == born[id][0], "rows stay in the district they were born in"
                assert area in heirs(born[id][1]), (kind, born[id], area)
            counted = Counter(area for _district, area in now.values())
            assert sum(counted[code] for code in stands) == len(born)
        self._told()
        self._scopes(stands, heirs)

    def _heirs(self) -> Any:
        """What a code has become, however far: by what is written of areas that ended."""
        leads = {code: set(heirs) for code, heirs in self.leads.items()}
        for old, new in AreaSuccession.objects.values_list("old_code", "new_code"):
            leads.setdefault(old, set()).add(new)

        def of(code: str) -> set[str]:
            found, waiting = {code}, [code]
            while waiting:
                for heir in leads.get(waiting.pop(), set()) - found:
                    found.add(heir)
                    waiting.append(heir)
            return found

        return of

    def _told(self) -> None:
        """Each open case, place and body tells its whole way, step by step, in its own history."""
        entries = JournalEntry.objects.filter(act__in=["cases.recoded", "places.recoded", "parties.recoded"])
        steps = defaultdict(list)
        for entry in entries.order_by("id"):
            steps[entry.subject_id].append((entry.public["before"]["area"], entry.public["after"]["area"]))
        silent = set(Case.objects.filter(is_open=False).values_list("id", flat=True))
        for kind, born in self.born.items():
            for id, (_district, area) in self.stand(kind):
                way = [born[id][1], *(after for _before, after in steps[id])]
                assert [before for before, _after in steps[id]] == way[:-1]
                assert id in silent or way[-1] == area
            for id, at_event in kind.objects.values_list("id", BORN[kind]) if kind in BORN else []:
                assert at_event == born[id][1] or born[id][1] == DISTRICT

    def _scopes(self, stands: set[str], heirs: Any) -> None:
        """Who held an old code is on record, and holds all that it became."""
        assert self.scopes <= set(AssignmentArea.objects.values_list("assignment_id", "code"))
        held = defaultdict(set)
        for assignment, code in AssignmentArea.objects.filter(valid_to=None).values_list(
            "assignment_id", "code"
        ):
            held[assignment].add(code)
        for assignment, code in self.scopes:
            if code in stands or heirs(code) & stands:
                assert held[assignment] & heirs(code) & stands, code


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    homes=st.lists(st.sampled_from(HOMES), min_size=3, max_size=12),
    changes=st.lists(CHANGE, min_size=1, max_size=5),
)
def test_recoding_conserves_rows(people: Cast, homes: list[str], changes: list[tuple[str, int]]) -> None:
    calls: list[dict[str, Any]] = []

    def noted(**call: Any) -> int:
        calls.append(call)
        return 0

    with transaction.atomic(), mock.patch.dict(recoding._recoders, {"noted": noted}):
        declare_words()
        world = World(homes)
        for what, number in changes:
            calls.clear()
            world.change(what, number)
            world.check()
            for call in list(calls):
                again = recoding.recode_rows(district=call["district"], mapping=call["mapping"], actor=SYSTEM)
                assert not any(again.values()), "again changes nothing"
            world.check()
        transaction.set_rollback(True)
