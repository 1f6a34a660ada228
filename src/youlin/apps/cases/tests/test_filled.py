"""Forms filled in (减负): what a form asks is what the doors and the workflows ask; what it knows stands on the case."""

from dataclasses import replace

import pytest

from tests.cast import DISTRICT
from youlin.apps.cases import asking, words
from youlin.apps.cases.asking import FACTS, FIELDS, FORMS
from youlin.apps.cases.tests.factories import MONDAY, NOISE, TIP_OFF, closed, handling, reported
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.journal import acts
from youlin.kernel.journal.models import JournalEntry
from youlin.kernel.tests import exported
from youlin.programmes import loader


@pytest.fixture(autouse=True)
def _folder():
    with exported.own_folder():
        yield


def on(via, member):
    return Actor("person", person_id=member.id, via=via)


def rows():
    return list(exported.same_as_whole(DISTRICT, "cases.filled")["cases.filled"].values())


def test_every_field_is_named_and_no_form_asks_what_it_knows():
    for form in FORMS.values():
        assert all(form.name)
        for act in form.acts:
            acts.check(act)
        assert {*form.asks, *form.knows} <= set(FIELDS)
        assert not set(form.asks) & set(form.knows)


def test_who_works_on_a_case_is_asked_no_fact_of_it():
    assert {code for code, form in FORMS.items() if set(form.asks) & FACTS} == {"patrol", "call"}


@pytest.mark.parametrize("programme", ["city_management", "friendly_city"])
def test_a_workflow_asks_no_more_than_its_form_says(programme):
    known = {act: form for form in FORMS.values() if not form.via for act in form.acts}
    seen = 0
    for one in loader.load(programme).declarations.case_types.values():
        for name, act in one.workflow.get("acts", {}).items():
            short = act.get("records") or words.RECORDED_AS.get(name, "")
            form = known.get(f"cases.{short}")
            if form is None:
                continue
            evidence = act.get("evidence") or {}
            asks = {kind for kind in ("note", "photo") if evidence.get(kind)}
            asks |= {"asked_for"} if act.get("fields") else set()
            asks |= {"person"} if act.get("assigns") == "person" else set()
            assert asks <= set(form.asks), (name, asks - set(form.asks))
            seen += 1
    assert seen > 5


@pytest.mark.django_db
def test_what_a_report_does_not_ask_stands_on_the_case_all_the_same(people):
    with clock.frozen(MONDAY):
        case = handling(people.wang.actor, actor=on("field", people.wang))
    entry = JournalEntry.objects.get(district=DISTRICT, subject_id=case.id, act="cases.reported")
    known = {
        "who": entry.actor_person, "when": entry.at, "number": case.number, "area": case.area_now,
        "holder": case.holder_id, "due": case.due_at,
    }  # fmt: skip
    assert set(known) == set(FORMS["patrol"].knows)
    assert all(known.values()), known


@pytest.mark.django_db
def test_each_act_of_a_person_is_a_form_and_what_the_system_does_asks_nobody(people):
    """The recount: entries of the journal one by one, beside the rows of the dataset."""
    with clock.frozen(MONDAY):
        case = closed(people.wang.actor, people.zhao.actor, actor=on("field", people.wang))
    expected = []
    for entry in JournalEntry.objects.filter(district=DISTRICT, subject_id=case.id):
        code = next((code for code, form in FORMS.items() if entry.act in form.acts), "")
        if code and entry.actor_kind in ("person", "system"):
            form, person = FORMS[code], entry.actor_kind == "person"
            expected.append((code, person, len(form.asks) * person, len(form.knows) * person, 0))
    found = [(one["form"], one["by_person"], one["asked"], one["known"], one["again"]) for one in rows()]
    assert sorted(found) == sorted(expected)
    assert {one[0] for one in found} == {"patrol", "file", "dispatch", "accept", "handle", "verify", "close"}
    assert {one[0] for one in found if not one[1]} == {"file", "dispatch"}


@pytest.mark.django_db
def test_a_fact_that_is_asked_again_of_the_same_case_is_counted(people, monkeypatch):
    with clock.frozen(MONDAY):
        closed(people.wang.actor, people.zhao.actor, actor=on("field", people.wang))
    assert sum(one["again"] for one in rows()) == 0
    asks_the_place = replace(FORMS["verify"], asks=("note", "place", "category"))
    monkeypatch.setitem(asking.FORMS, "verify", asks_the_place)
    with exported.own_folder():
        assert {one["form"]: one["again"] for one in rows() if one["again"]} == {"verify": 2}


@pytest.mark.django_db
def test_forms_about_confidential_cases_do_not_leave(people):
    with clock.frozen(MONDAY):
        reported(category=TIP_OFF, actor=on("desk", people.li))
        reported(category=NOISE, actor=on("desk", people.li))
    assert [row["form"] for row in rows()] == ["call"]
