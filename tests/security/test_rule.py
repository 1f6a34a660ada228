"""Random assignments and random cases: every reader of cases agrees with the rule as ten lines write it."""

import random
from datetime import timedelta

import pytest

from tests.cast import AREAS, DISTRICT, OTHER_DISTRICT, make_member
from youlin.apps.cases import selectors
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.cases.tests import factories as cases
from youlin.apps.duties import services as duties
from youlin.kernel import clock
from youlin.kernel.actors import SYSTEM
from youlin.kernel.errors import NotFound

pytestmark = pytest.mark.django_db

CATEGORIES = (cases.GARBAGE, cases.NOISE, cases.TIP_OFF)
VERBS = (
    ("case.read",),
    ("case.read", "case.read_confidential"),
    ("case.handle",),
    ("case.read_confidential",),
)
GRIDS = [code for code in sorted(AREAS) if len(code) == 15]
INSIDE = [code for code in sorted(AREAS) if code.startswith(DISTRICT)]


def may_know(case, held) -> bool:
    """The rule: read where a duty in force covers district, area and category; the confidential likewise once more."""

    def covers(verb):
        return any(
            verb in verbs
            and case.district == district
            and case.area_now.startswith(area)
            and (not category or case.category == category or case.category.startswith(category + "."))
            for verbs, district, area, category in held
        )

    return covers("case.read") and (not case.confidential or covers("case.read_confidential"))


@pytest.fixture
def rows(district):
    for code, verbs in enumerate(VERBS):
        duties.declare_kind(
            actor=SYSTEM, district=DISTRICT, programme="rule", code=f"kind_{code}", name=f"岗{code}",
            level="street", verbs=list(verbs), confidential="case.read_confidential" in verbs,
        )  # fmt: skip
    cases.make_tables(DISTRICT)
    cases.make_tables(OTHER_DISTRICT)
    rng = random.Random(2026)
    for number in range(60):
        area = rng.choice(GRIDS)
        secret = rng.random() < 0.3
        cases.many(
            1, district=area[:6], area=area, category=rng.choice(CATEGORIES), title=f"第{number}号案卷",
            description=f"第{number}号内容", confidential=secret, public=not secret, is_open=rng.random() < 0.7,
        )  # fmt: skip
    return list(Case.objects.all())


def assigned(rng, number):
    """A person with up to four random duties; what the rule holds of those in force."""
    member, held = make_member(f"someone_{number}", f"某{number}"), []
    for _post in range(rng.randrange(0, 5)):
        kind = rng.randrange(len(VERBS))
        area = rng.choice(INSIDE)
        category = rng.choice(["", "", "event", cases.GARBAGE, cases.NOISE])
        over = rng.random() < 0.2
        now = clock.now()
        duties.assign(
            actor=SYSTEM, district=DISTRICT, kind=f"kind_{kind}", holder=member.person, areas=[area],
            category=category, valid_from=now - timedelta(days=9),
            valid_to=now - timedelta(days=1) if over else None,
        )  # fmt: skip
        if not over:
            held.append((VERBS[kind], DISTRICT, area, category))
    return member.actor, held


def known_by_page(actor, case) -> bool:
    try:
        return selectors.case_page(actor, case.number).row.number == case.number
    except NotFound:
        return False


def everything(actor) -> set[str]:
    found = set()
    for is_open in (True, False):
        found |= {
            row.number for row in selectors.inbox(actor, filters=CaseFilters(open=is_open), size=200).rows
        }
    return found


def test_every_reader_agrees_with_the_rule(rows):
    rng = random.Random(7)
    told_apart = 0
    for number in range(40):
        actor, held = assigned(rng, number)
        expected = {case.number for case in rows if may_know(case, held)}
        told_apart += 0 < len(expected) < len(rows)
        assert everything(actor) == expected, held
        still_open = {case.number for case in rows if case.is_open and case.number in expected}
        assert selectors.counts(actor).open == len(still_open)
        assert {p.number for p in selectors.map_points(actor, filters=CaseFilters(open=True))} == still_open
        for case in rng.sample(rows, 6):
            assert known_by_page(actor, case) == (case.number in expected)
            found = selectors.inbox(actor, filters=CaseFilters(text=case.number, open=case.is_open)).rows
            assert (case.number in {row.number for row in found}) == (case.number in expected)
    assert told_apart >= 15, "assignments that decide nothing prove nothing"
