"""A street contests a figure: checked by one, decided by another, both values kept."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tests.cast import (
    DISTRICT,
    GRID,
    OTHER_STREET,
    STREET,
    Member,
    give_duty,
    make_areas,
    make_member,
    point_in,
)
from youlin.apps.cases import services as cases
from youlin.apps.cases.models import Case
from youlin.apps.indicators import selectors as figures
from youlin.apps.indicators import services as indicators
from youlin.apps.indicators.contesting import selectors, services
from youlin.apps.indicators.models import Contest, Restatement
from youlin.apps.indicators.tests import fresh
from youlin.kernel import clock, reactions
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import Invalid, NotAllowed
from youlin.kernel.tests import databases, exported
from youlin.programmes import loader
from youlin.programmes import services as programmes

CODE = "valid_report_rate"
GROUND = "不可抗力"
STAFF = {
    "street_dispatcher": STREET,
    "street_leader": STREET,
    "district_dispatcher": DISTRICT,
    "district_leader": DISTRICT,
}


@pytest.fixture(scope="module")
def _seeded(django_db_setup: None, django_db_blocker) -> Iterator[dict[str, Member]]:
    with databases.around_all_tests(django_db_blocker):
        make_areas()
        programmes.apply(actor=SYSTEM, district=DISTRICT, programme=loader.load("city_management"))
        staff = {}
        for kind, area in STAFF.items():
            staff[kind] = make_member(kind, kind)
            give_duty(staff[kind], kind, area)
        with django_db_blocker.block():
            yield staff


@pytest.fixture
def staff(_seeded: dict[str, Member], db: None) -> Iterator[dict[str, Member]]:
    """One person for each duty, in the programme as it ships, and figures in a folder of their own."""
    with exported.own_folder():
        yield _seeded


def today() -> tuple:
    return (clock.today(), clock.today())


def report(n: int) -> Case:
    lon, lat = point_in(GRID)
    return cases.report(
        actor=SYSTEM,
        category="component.utility.street_light",
        text=f"路灯不亮 {n}",
        lon=lon + n * 1e-4,
        lat=lat,
        idempotency_key=f"r{n}",
    ).case


def act(member: Member, case: Case, name: str, note: str = "查过了") -> Case:
    return cases.act(
        actor=member.actor, case_id=case.id, act=name, note=note, idempotency_key=f"{name}:{case.id}"
    )


@pytest.fixture
def voided(staff) -> list[Case]:
    """Six reports, two of them void: four of six were worth reporting."""
    made = [report(n) for n in range(6)]
    for case in made[:2]:
        cases.act(actor=SYSTEM, case_id=case.id, act="void", note="重复", idempotency_key=f"void:{case.id}")
    return made[:2]


def figure(area: str = STREET):
    return figures.figures(SYSTEM, area=area, codes=[CODE], period=today())[0]


def contest(staff, rows, **more) -> Contest:
    given = {
        "actor": staff["street_leader"].actor,
        "area": STREET,
        "indicator": CODE,
        "period": today(),
        "numbers": [one.number for one in rows],
        "choice": GROUND,
        "reason": "大风停电，居民重复上报",
        "idempotency_key": "appeal-1",
    }
    return services.contest(**given | more)


def decided(staff, contest: Contest, act_name: str = "uphold", by: str = "district_leader") -> Case:
    reactions.drain_all()
    act(staff["district_dispatcher"], contest.case, "check")
    case = act(staff[by], contest.case, act_name, "同意" if act_name == "uphold" else "证据不足")
    reactions.drain_all()
    return case


@pytest.mark.django_db
class TestAppeal:
    def test_an_upheld_appeal_leaves_the_cases_out_and_keeps_both_values(self, staff, voided) -> None:
        indicators.refresh(DISTRICT)
        assert (figure().n, figure().d) == (4, 6)
        decided(staff, contest(staff, voided))
        assert all(Case.objects.get(id=case.id).excluded for case in voided)
        row = Restatement.objects.get()
        assert (row.before, row.after, row.left_out) == (pytest.approx(4 / 6), None, 2)

        with clock.frozen(clock.now() + timedelta(seconds=5)):
            indicators.refresh(DISTRICT)
            row.refresh_from_db()
            assert (row.before, row.after) == (pytest.approx(4 / 6), 1.0)
            assert figure().value == 1.0
            assert services.recalculate(DISTRICT) == 0

        told = selectors.restatements(staff["street_leader"].actor, area=STREET, codes=[CODE])[CODE][0]
        assert told.said("percent", 1) == ("66.7%", "100.0%")
        assert (told.number, told.why) == (Contest.objects.get().case.number, "同意")

    def test_the_case_says_on_whose_word_it_was_left_out(self, staff, voided) -> None:
        made = contest(staff, voided)
        decided(staff, made)
        measure = voided[0].measures.get()
        assert (measure.kind, measure.state, measure.choice) == ("exclusion", "granted", GROUND)
        assert made.case.number in measure.reason

    def test_a_rejected_appeal_changes_nothing(self, staff, voided) -> None:
        decided(staff, contest(staff, voided), "reject")
        assert not Restatement.objects.exists()
        assert not Case.objects.get(id=voided[0].id).excluded
        shown = selectors.lodged(staff["street_leader"].actor, area=STREET, code=CODE)
        assert [(one.state, one.is_open, one.rows) for one in shown] == [("申诉不成立", False, 2)]

    def test_who_checked_does_not_decide(self, staff, voided) -> None:
        made = contest(staff, voided)
        reactions.drain_all()
        act(staff["district_dispatcher"], made.case, "check")
        with pytest.raises(NotAllowed):
            act(staff["district_dispatcher"], made.case, "uphold")

    def test_an_appeal_that_one_decides_for_oneself_leaves_nothing_out(self, staff, voided) -> None:
        made = contest(staff, voided, actor=staff["district_leader"].actor)
        decided(staff, made)
        row = Restatement.objects.get()
        assert (row.left_out, row.kept) == (0, 2)
        assert "自己" in row.kept_why[0]["why"]

    def test_an_exclusion_that_waits_already_is_granted(self, staff, voided) -> None:
        cases.begin_measure(
            actor=SYSTEM,
            case_id=voided[0].id,
            kind="exclusion",
            note="停电",
            choice=GROUND,
            idempotency_key="e",
        )
        decided(staff, contest(staff, voided))
        assert Restatement.objects.get().left_out == 2
        assert voided[0].measures.count() == 1

    def test_what_is_settled_once_is_not_settled_again(self, staff, voided) -> None:
        made = contest(staff, voided)
        decided(staff, made)
        reactions.drain_all()
        services.restate_all([], {})
        assert Restatement.objects.count() == 1

    def test_the_same_key_is_one_appeal(self, staff, voided) -> None:
        assert contest(staff, voided).id == contest(staff, voided).id
        assert Contest.objects.count() == 1

    def test_a_figure_of_another_street_is_not_contested(self, staff, voided) -> None:
        with pytest.raises(NotAllowed):
            contest(staff, voided, area=OTHER_STREET)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"indicator": "nothing"}, "indicator"),
            ({"indicator": "forms_filled"}, "indicator"),
            ({"numbers": []}, "rows"),
            ({"numbers": ["nothing"]}, "rows"),
            ({"choice": "随便"}, "choice"),
            ({"reason": " "}, "reason"),
        ],
    )
    def test_what_is_wrong_is_named(self, staff, voided, wrong, field) -> None:
        with pytest.raises(Invalid) as told:
            contest(staff, voided, **wrong)
        assert field in {one.field for one in told.value.problems}

    def test_the_grounds_are_those_of_an_exclusion(self, staff, voided) -> None:
        found = selectors.choices(
            staff["street_leader"].actor, area=STREET, numbers=[one.number for one in voided]
        )
        assert GROUND in found


@pytest.mark.django_db
def test_to_contest_a_figure_changes_no_rate(staff, voided) -> None:
    reactions.drain_all()
    before = fresh.figures(fresh.RATES, area=STREET, period=today())
    assert any(d for _n, d in before.values())
    decided(staff, contest(staff, voided), "reject")
    with clock.frozen(clock.now() + timedelta(seconds=5)):
        assert fresh.figures(fresh.RATES, area=STREET, period=today()) == before
