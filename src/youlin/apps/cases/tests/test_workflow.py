"""Tables: read, proved, drawn; and the law that no act ever leaves the declared states."""

import copy
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from youlin.apps.cases import workflow
from youlin.apps.cases.tests.workflows import CITY_EVENT, HOTLINE_ORDER, tables
from youlin.kernel.errors import Invalid

TABLES = sorted(tables())


def faults(data: Any) -> dict[str, str]:
    with pytest.raises(Invalid) as refused:
        workflow.parse(data)
    return {problem.field or "": problem.message + problem.remedy for problem in refused.value.problems}


def changed(**changes: Any) -> dict[str, Any]:
    """The city table with some paths (`acts__file__to`) changed; None removes."""
    data = copy.deepcopy(CITY_EVENT)
    for path, value in changes.items():
        *way, last = path.split("__")
        place = data
        for key in way:
            place = place[key]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return data


@pytest.mark.parametrize("code", TABLES)
def test_the_reference_tables_are_sound(code: str) -> None:
    table = workflow.parse(tables()[code])
    assert table.initial in table.states
    assert all(state.step for state in table.states.values() if state.open)
    assert all(name and name_en for name, name_en in zip(table.steps, table.steps_en, strict=True))


def test_the_seven_steps_of_city_management_are_these() -> None:
    steps = ("信息收集", "案卷建立", "任务派遣", "任务处理", "处理反馈", "核查结案", "综合评价")
    assert workflow.parse(CITY_EVENT).steps == steps


@settings(max_examples=200)
@given(st.sampled_from(TABLES), st.lists(st.integers(0, 30), max_size=40))
def test_no_act_leaves_the_declared_states(code: str, choices: list[int]) -> None:
    table = workflow.parse(tables()[code])
    state = table.initial
    for choice in choices:
        possible = table.available(state)
        if not possible:
            break
        state = possible[choice % len(possible)].target(state)
        assert state in table.states


@st.composite
def spoiled(draw: st.DrawFn) -> dict[str, Any]:
    """A reference table with up to three values replaced by others or by nonsense."""
    data = copy.deepcopy(draw(st.sampled_from([CITY_EVENT, HOTLINE_ORDER])))
    words = st.sampled_from([*data["states"], *data["acts"], "nowhere", "", 0, None, True, [], {}])
    for _ in range(draw(st.integers(1, 3))):
        acts = draw(st.sampled_from(["acts", "states"]))
        row = data[acts][draw(st.sampled_from(sorted(data[acts])))]
        if isinstance(row, dict) and row:
            row[draw(st.sampled_from(sorted(row)))] = draw(words)
    return data


@settings(max_examples=300)
@given(spoiled())
def test_a_spoiled_table_is_refused_in_words_or_still_sound(data: dict[str, Any]) -> None:
    try:
        table = workflow.parse(data)
    except Invalid as refused:
        assert all(problem.field and problem.message for problem in refused.problems)
        return
    for act in table.acts.values():
        assert set(act.sources) <= set(table.states)
        assert all(act.target(source) in table.states for source in act.sources)


def test_a_wrong_word_is_answered_with_the_nearest_right_one() -> None:
    assert "filed" in faults(changed(acts__file__to="fild"))["acts.file.to"]
    assert "case.file" in faults(changed(acts__file__verb="case.fil"))["acts.file.verb"]
    assert "evidence" in faults(changed(acts__file__evidense={}))["acts.file.evidense"]


def test_the_place_stands_before_every_path() -> None:
    with pytest.raises(Invalid) as refused:
        workflow.parse(changed(initial="x"), place="programme.yaml: city")
    assert refused.value.problems[0].field == "programme.yaml: city.initial"


def test_every_fault_is_told_not_only_the_first() -> None:
    data = changed(acts__file__to="x", acts__close__verb="y", states__closed__open="no")
    assert len(faults(data)) >= 3


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"acts__verify__actor": "any"}, "acts.verify.actor"),
        ({"acts__verify__to": "feedback_given"}, "states.verified"),
        ({"acts__send_back__automatic": True}, "acts."),
        ({"acts__dispatch_to__automatic": True}, "states.filed"),
        ({"states__closed__clock": {"name": "x", "limit": "1 小时"}}, "states.closed.clock"),
        ({"states__handling__clock__limit": "3 工作日"}, "states.handling.clock"),
        ({"states__reported__clock__limit": "bald"}, "states.reported.clock.limit"),
        ({"states__reported__step": 9}, "states.reported.step"),
        ({"acts__feedback__evidence__photos": 12}, "acts.feedback.evidence.photos"),
        ({"steps_en": ["one"]}, "steps_en"),
    ],
)
def test_broken_laws_are_named(changes: dict[str, Any], path: str) -> None:
    assert any(found.startswith(path) for found in faults(changed(**changes)))


def test_a_table_without_an_end_is_refused() -> None:
    data = {
        "initial": "a",
        "states": {"a": {"name": "甲"}, "b": {"name": "乙"}},
        "acts": {
            "go": {"name": "去", "from": ["a"], "to": "b", "verb": "case.handle"},
            "back": {"name": "回", "from": ["b"], "to": "a", "verb": "case.handle"},
        },
    }
    assert "states" in faults(data)


@pytest.mark.parametrize("junk", [None, [], "x", 3, {}, {"states": []}, {"states": {"a": None}}])
def test_junk_is_refused_without_a_crash(junk: Any) -> None:
    assert faults(junk)


@pytest.mark.parametrize("code", TABLES)
def test_the_picture_is_drawn_from_the_table(code: str) -> None:
    table = workflow.parse(tables()[code])
    svg = workflow.draw_svg(table, "handling")
    root = ElementTree.fromstring(svg)
    texts = {element.text for element in root.iter() if element.tag.endswith("text")}
    assert {state.title() for state in table.states.values()} <= texts
    assert svg.count("wf-current") == 1 and "style=" not in svg
    words = " ".join(text or "" for text in root.itertext())
    assert all(act.title() in words for act in table.acts.values())


def test_names_are_escaped_in_the_picture() -> None:
    data = changed(states__reported__name="<b>&", states__reported__name_en="<b>&")
    ElementTree.fromstring(workflow.draw_svg(workflow.parse(data)))
