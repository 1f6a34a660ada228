"""The page of what need not be filled in: its numbers are those of the journal, its forms those of the doors."""

import re

import pytest

from tests.cast import DISTRICT, STREET
from youlin.apps.cases import asking
from youlin.apps.cases.tests.factories import closed
from youlin.apps.indicators.tests import fresh
from youlin.doors.cockpit import lighter
from youlin.doors.cockpit.tests.test_figures import enter
from youlin.doors.cockpit.tests.test_one import text
from youlin.doors.desk.hotline.forms import CallForm, FollowUpForm
from youlin.doors.field.forms import PatrolForm
from youlin.kernel import clock
from youlin.kernel.actors import Actor
from youlin.kernel.journal.models import JournalEntry
from youlin.kernel.tests import queries

PAGE = f"/cockpit/{DISTRICT}/lighter/"
ONE_FIELD = {"area": "place", "address": "place", "phone": "contact", "anonymous": "contact",
             "protected": "contact", "on_behalf_of": "behalf"}  # fmt: skip
"""Fields of one name each in the doors that are one thing to be filled in."""


@pytest.fixture
def worked(people, folder):
    """Two cases that were reported on patrol and closed by people."""
    for _number in range(2):
        patrol = Actor("person", person_id=people.wang.id, via="field")
        closed(people.wang.actor, people.zhao.actor, actor=patrol)
    fresh.refreshed(codes=lighter.CODES)


def recounted() -> dict[str, float]:
    """The figures by a plain loop over the journal."""
    entries = [
        (form, entry)
        for entry in JournalEntry.objects.filter(district=DISTRICT, subject_kind="cases.case")
        for form in asking.FORMS.values()
        if entry.act in form.acts and (not form.via or entry.via in form.via)
    ]
    mine = [form for form, entry in entries if entry.actor_kind == "person"]
    asked, known = sum(len(form.asks) for form in mine), sum(len(form.knows) for form in mine)
    return {
        "forms_filled": len(mine),
        "fields_asked": asked,
        "fields_asked_again": 0,
        "prefilled_share": known / (known + asked),
        "minutes_saved": known * 12 / 60,
        "automatic_steps": sum(entry.actor_kind == "system" for _form, entry in entries),
    }


def test_the_figures_are_those_of_the_journal(people, worked):
    found = fresh.figures(lighter.CODES, period=(clock.today(), clock.today()))
    again = recounted()
    assert again["forms_filled"] > 5 and again["automatic_steps"] > 1
    for code, (n, d) in found.items():
        value = n / d if d else n / 5 if code == "minutes_saved" else n
        assert value == pytest.approx(again[code]), code


def test_a_leader_sees_the_minutes_form_by_form_and_area_by_area(client, people, worked):
    page = enter(client, people, "leader").get(PAGE).content.decode()
    told = text(page)
    assert "减负" in told and "巡查上报" in told and "核查" in told
    minutes = re.search(r"少填的分钟 ([\d.]+) ?分钟", told)
    assert minutes and float(minutes[1]) == pytest.approx(recounted()["minutes_saved"], abs=0.5)
    assert "图后的表格" in told and f"/cockpit/{STREET}/lighter/" in page
    assert "重复填写" in told


def test_the_forms_behind_the_figure_lead_to_their_cases(client, people, worked):
    rows = f"/cockpit/{DISTRICT}/figures/forms_filled/rows/"
    page = enter(client, people, "leader").get(rows, {"by": "form", "key": "verify"}).content.decode()
    assert "正好 2 条记录" in text(page)
    assert len(set(re.findall(r"/desk/case/(XC-\w+)/", page))) == 2
    assert "指标申诉" not in page, "what forms ask is no matter of single cases"


def test_of_a_place_without_work_the_page_says_so(client, people, folder):
    fresh.refreshed(codes=lighter.CODES)
    assert "这段时间没有人填表" in enter(client, people, "leader").get(PAGE).content.decode()


def test_the_page_costs_the_same_for_any_number_of_cases(client, people, worked):
    client = enter(client, people, "leader")
    few = queries.least(lambda: client.get(PAGE))
    for _number in range(3):
        closed(people.wang.actor, people.zhao.actor)
    fresh.refreshed(codes=lighter.CODES)
    assert queries.least(lambda: client.get(PAGE)) == few


@pytest.mark.parametrize(
    ("form", "code"),
    [(PatrolForm, "patrol"), (CallForm, "call"), (FollowUpForm, "follow_up")],
)
def test_the_forms_of_the_doors_ask_what_is_declared(form, code):
    shown = {name for name, field in form.base_fields.items() if not field.widget.is_hidden}
    asked = {ONE_FIELD.get(name, name) for name in shown - {"about"}}
    declared = set(asking.FORMS[code].asks) - {"photo"}
    assert asked == declared
