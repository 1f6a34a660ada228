"""Plan shows the difference, apply makes it, twice changes nothing, removal retires and never deletes."""

from pathlib import Path

import pytest

from tests.cast import DISTRICT, GRID, make_areas, make_kinds, make_member
from youlin.apps.cases import services as cases
from youlin.apps.cases.models import Case, CaseType, Category
from youlin.apps.duties import services as duties
from youlin.apps.duties.models import DutyKind
from youlin.kernel import journal
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from youlin.kernel.reactions.models import ReactionRule
from youlin.programmes import planning, services
from youlin.programmes.faults import Refused
from youlin.programmes.loader import Programme
from youlin.programmes.models import AppliedProgramme
from youlin.programmes.tests.samples import GOOD, changed, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def areas() -> None:
    make_areas()


def apply(programme: Programme, actor: Actor = SYSTEM) -> list[tuple[str, str, str]]:
    changes = services.apply(actor=actor, district=DISTRICT, programme=programme)
    return [(change.kind, change.key, change.action) for change in changes]


def report() -> Case:
    return cases.report(
        actor=SYSTEM, category="event.rubbish", text="垃圾满了", area=GRID, idempotency_key="one"
    ).case


def test_the_first_plan_creates_all_that_is_declared(areas: None, tmp_path: Path) -> None:
    programme = read(tmp_path)
    planned = [(c.kind, c.key, c.action) for c in planning.plan(DISTRICT, programme)]
    assert planned == [
        ("duty_kind", "worker", "create"),
        ("duty_kind", "clerk", "create"),
        ("case_type", "plain", "create"),
        ("category", "event", "create"),
        ("category", "event.rubbish", "create"),
        ("place_kind", "station", "create"),
        ("place_kind", "block", "create"),
        ("facility", "water", "create"),
        ("reaction", "report_goes_on", "create"),
        ("programme", "small", "create"),
    ]
    assert not DutyKind.objects.exists()
    assert apply(programme) == planned


def test_applying_twice_changes_nothing(areas: None, tmp_path: Path) -> None:
    programme = read(tmp_path)
    apply(programme)
    entries = journal.JournalEntry.objects.count()
    assert planning.plan(DISTRICT, programme) == []
    assert apply(programme) == []
    assert journal.JournalEntry.objects.count() == entries


def test_what_is_applied_is_what_the_apps_use(areas: None, tmp_path: Path) -> None:
    apply(read(tmp_path))
    category = Category.objects.get(code="event.rubbish")
    assert (category.duty, category.case_type, category.limits) == ("worker", "plain", {"handle": "1 工作日"})
    case = report()
    assert case.case_type.code == "plain"
    assert case.due_at is not None


def test_apply_is_journalled_with_every_change(areas: None, tmp_path: Path) -> None:
    apply(read(tmp_path))
    row = AppliedProgramme.objects.get(district=DISTRICT, code="small")
    (entry,) = journal.entries_for(row)
    assert entry.act == "programmes.applied"
    assert ["category", "event.rubbish", "create"] in entry.after["changes"]
    (declared,) = journal.entries_for(Category.objects.get(code="event.rubbish"))
    assert declared.act == "cases.category_declared"


def test_a_changed_value_is_shown_before_and_after(areas: None, tmp_path: Path) -> None:
    apply(read(tmp_path))
    programme = read(tmp_path, changed("{handle: 1 工作日}", "{handle: 4 工作时}"))
    first = planning.plan(DISTRICT, programme)[0]
    assert (first.kind, first.key, first.action) == ("category", "event", "update")
    assert first.before == {"limits": {"handle": "1 工作日"}}
    assert first.after == {"limits": {"handle": "4 工作时"}}


def test_removal_retires_and_never_deletes(areas: None, tmp_path: Path) -> None:
    apply(read(tmp_path))
    start = GOOD.index("reactions:")
    without = GOOD[:start].replace(GOOD[GOOD.index("  event.rubbish:") : start], "")
    made = apply(read(tmp_path, without))
    assert ("category", "event.rubbish", "retire") in made
    assert ("reaction", "report_goes_on", "retire") in made
    assert Category.objects.get(code="event.rubbish").retired_at is not None
    assert ReactionRule.objects.get(name="report_goes_on").retired_at is not None
    with pytest.raises(Invalid):
        report()


def test_what_comes_back_is_restored(areas: None, tmp_path: Path) -> None:
    apply(read(tmp_path))
    start, end = GOOD.index("  event.rubbish:"), GOOD.index("reactions:")
    apply(read(tmp_path, GOOD[:start] + GOOD[end:]))
    assert ("category", "event.rubbish", "restore") in apply(read(tmp_path))
    assert Category.objects.get(code="event.rubbish").retired_at is None


def test_a_changed_workflow_is_a_new_version_and_old_cases_keep_theirs(areas: None, tmp_path: Path) -> None:
    apply(read(tmp_path))
    old = report()
    text = changed("          name: 办结\n", "          name: 销号\n")
    assert ("case_type", "plain", "new_version") in apply(read(tmp_path, text))
    versions = CaseType.objects.filter(code="plain").order_by("version")
    assert [(one.version, one.is_current) for one in versions] == [(1, False), (2, True)]
    old.refresh_from_db()
    assert old.case_type.version == 1
    assert cases.act(actor=SYSTEM, case_id=old.id, act="close", idempotency_key="two").state == "closed"


def test_a_renamed_type_keeps_its_version(areas: None, tmp_path: Path) -> None:
    apply(read(tmp_path))
    text = changed("  plain:\n    name: 事件\n", "  plain:\n    name: 普通事件\n")
    assert ("case_type", "plain", "update") in apply(read(tmp_path, text))
    assert CaseType.objects.get(code="plain").version == 1


def test_a_whole_programme_is_retired_and_comes_back(areas: None, tmp_path: Path) -> None:
    programme = read(tmp_path)
    apply(programme)
    retired = services.retire(actor=SYSTEM, district=DISTRICT, code="small")
    assert {change.action for change in retired} == {"retire"}
    assert Category.objects.filter(retired_at=None).count() == 0
    assert Category.objects.count() == 2
    with pytest.raises(NotFound):
        services.retire(actor=SYSTEM, district=DISTRICT, code="small")
    apply(programme)
    assert Category.objects.filter(retired_at=None).count() == 2


def test_a_district_that_no_areas_know_is_refused(areas: None, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="310101"):
        services.apply(actor=SYSTEM, district="310101", programme=read(tmp_path))


def test_a_code_of_another_programme_is_refused(areas: None, tmp_path: Path) -> None:
    duties.declare_kind(
        actor=SYSTEM, district=DISTRICT, programme="other", code="worker", name="工人", level="grid", verbs=[]
    )
    with pytest.raises(Conflict, match="other"):
        apply(read(tmp_path))


def test_nobody_applies_without_the_verb(areas: None, tmp_path: Path) -> None:
    make_kinds()
    stranger = make_member("stranger", "钱路人")
    with pytest.raises(NotAllowed):
        apply(read(tmp_path), stranger.actor)


def test_nothing_is_applied_when_something_is_wrong(areas: None, tmp_path: Path) -> None:
    text = changed("    when: [cases.reported]", "    when: [cases.nonsense]")
    with pytest.raises(Refused, match="cases.nonsense"):
        apply(read(tmp_path, text))
    assert not DutyKind.objects.exists()
