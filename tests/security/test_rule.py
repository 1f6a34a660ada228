"""Random assignments and random cases: every reader of cases agrees with the rule as ten lines write it."""

import random
from datetime import timedelta

import pytest
from django.test import Client

from tests.cast import AREAS, DISTRICT, OTHER_DISTRICT, make_member
from youlin.apps.cases import selectors
from youlin.apps.cases.lists.bulk import looking
from youlin.apps.cases.lists.exports import asking, columns
from youlin.apps.cases.models import Case
from youlin.apps.cases.selectors.rows import CaseFilters
from youlin.apps.cases.tests import factories as cases
from youlin.apps.duties import services as duties
from youlin.apps.parties.sign_in import BACKEND
from youlin.apps.parties.tests import factories as parties
from youlin.kernel import clock, jobs, search
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
            and (organisation is None or case.lead_unit_id == organisation)
            for verbs, district, area, category, organisation in held
        )

    return covers("case.read") and (not case.confidential or covers("case.read_confidential"))


@pytest.fixture
def units(district):
    """Two organisations that answer for cases."""
    return [parties.organisation(code=f"U{number}", name=f"单位{number}") for number in range(2)]


@pytest.fixture
def rows(district, units):
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
        is_open = rng.random() < 0.7
        unit = rng.choice([None, *units]) if area[:6] == DISTRICT else None
        [case] = cases.many(
            1, district=area[:6], area=area, category=rng.choice(CATEGORIES), title=f"第{number}号案卷",
            description=f"第{number}号内容", confidential=secret, public=not secret, is_open=is_open, lead_unit=unit,
            archived=not is_open and rng.random() < 0.4,
        )  # fmt: skip
        search.index(
            district=case.district,
            kind="cases.case",
            object_id=case.id,
            text=f"{case.title} {case.description}",
        )
    return list(Case.objects.all())


def assigned(rng, number, units):
    """A person with up to four random duties, some of them as a stand-in; what the rule holds of those in force."""
    member, held = make_member(f"someone_{number}", f"某{number}"), []
    for post in range(rng.randrange(0, 7)):
        kind = rng.randrange(len(VERBS))
        area = rng.choice(INSIDE)
        category = rng.choice(["", "", "", "event", cases.GARBAGE, cases.NOISE])
        unit = rng.choice([None, None, None, None, *units])
        when = rng.choice(["now", "now", "now", "now", "over", "later", "stand-in", "left"])
        now = clock.now()
        begins = {"later": timedelta(days=1)}.get(when, -timedelta(days=9))
        away = make_member(f"away_{number}_{post}", "离") if when == "stand-in" else None
        assignment = duties.assign(
            actor=SYSTEM, district=DISTRICT, kind=f"kind_{kind}", holder=(away or member).person, areas=[area],
            category=category, organisation=unit, valid_from=now + begins,
            valid_to=now - timedelta(days=1) if when == "over" else None,
        )  # fmt: skip
        if away:
            duties.go_on_leave(
                actor=SYSTEM, assignment=assignment, stand_in=member.person, from_=now - timedelta(hours=1)
            )
        if when == "left":
            duties.end_assignment(actor=SYSTEM, assignment=assignment)
        if when in ("now", "stand-in"):
            held.append((VERBS[kind], DISTRICT, area, category, unit.id if unit else None))
    return member, held


def known_by_page(actor, case) -> bool:
    try:
        return selectors.case_page(actor, case.number).row.number == case.number
    except NotFound:
        return False


def everything(actor) -> set[str]:
    found = set()
    for is_open in (True, False):
        filters = CaseFilters(open=is_open, archived=True)
        page = selectors.inbox(actor, filters=filters, size=200)
        found |= {row.number for row in page.rows}
        assert page.total == len(page.rows), "the count says what the list shows"
    return found


def by_words(actor) -> set[str]:
    """Found by searching for what every case has in its words; open, closed and archived."""
    filters = CaseFilters(text="内容", open=None)
    return {row.number for row in selectors.inbox(actor, filters=filters, size=200).rows}


def exported(actor, rows) -> set[str]:
    """In the file of an export of everything."""
    asked = asking.ask_export(
        actor=actor, idempotency_key=f"rule-{actor.person_id}", format="csv", columns=[next(iter(columns.COLUMNS))],
        filters=CaseFilters(open=None, archived=True),
    )  # fmt: skip
    jobs.run_pending()
    file, _row = asking.fetch_export(actor=actor, export_id=asked.id)
    with file:
        text = file.read().decode("utf-8-sig")
    return {case.number for case in rows if case.number in text}


def through_the_api(member, number: str) -> bool:
    browser = Client()
    browser.force_login(member.account, backend=BACKEND)
    return browser.get(f"/api/v1/inbox/{number}").status_code == 200


def test_every_reader_agrees_with_the_rule(rows, units):
    rng = random.Random(7)
    told_apart = 0
    for number in range(24):
        member, held = assigned(rng, number, units)
        actor = member.actor
        expected = {case.number for case in rows if may_know(case, held)}
        told_apart += 0 < len(expected) < len(rows)
        assert everything(actor) == expected, held
        assert by_words(actor) == expected, held
        chosen = [case.number for case in rows]
        assert {row.number for row in looking.preview(actor, chosen, act="void").verdicts} == expected, held
        still_open = {case.number for case in rows if case.is_open and case.number in expected}
        assert selectors.counts(actor).open == len(still_open)
        assert {
            p.number for p in selectors.map_view(actor, filters=CaseFilters(open=True)).points
        } == still_open
        if number % 5 == 0 and any("case.read" in verbs for verbs, *_scope in held):
            assert exported(actor, rows) == expected, held
        for case in rng.sample(rows, 1):
            assert through_the_api(member, case.number) == (case.number in expected)
        for case in rng.sample(rows, 6):
            assert known_by_page(actor, case) == (case.number in expected)
            found = selectors.inbox(actor, filters=CaseFilters(text=case.number, open=case.is_open)).rows
            assert (case.number in {row.number for row in found}) == (case.number in expected)
    assert told_apart >= 9, "assignments that decide nothing prove nothing"
