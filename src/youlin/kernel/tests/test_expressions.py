"""Expressions: refused when loaded if wrong, with their place; evaluated safely and quickly if right."""

import threading
import uuid
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from youlin.kernel import expressions
from youlin.kernel.errors import Invalid

NAMES = {"area", "category", "text", "tags", "case", "now", "count"}


def value(source: str, **values: Any) -> Any:
    return expressions.compile(source, variables=NAMES).evaluate(**values)


@pytest.mark.parametrize(
    ("source", "values", "result"),
    [
        ("in_area(area, '110102')", {"area": "110102001003"}, True),
        ("in_area(area, '110102')", {"area": "110101"}, False),
        ("area.in_area('1101')", {"area": "110101"}, True),
        ("in_area(area, '110102')", {"area": None}, False),
        ("has_any(tags, ['急', '险'])", {"tags": ["险"]}, True),
        ("has_any(tags, ['急'])", {"tags": None}, False),
        ("contains_any(text, ['路灯', 'LED'])", {"text": "led 坏了"}, True),
        ("contains_any(text, [''])", {"text": "坏了"}, False),
        ("lower(text) == 'abc'", {"text": "ABC"}, True),
        ("in_working_hours(now)", {"now": datetime(2026, 3, 2, 2, tzinfo=UTC)}, True),
        ("in_working_hours(now)", {"now": datetime(2026, 3, 1, 2, tzinfo=UTC)}, False),
        ("category in ['a', 'b'] && count > 2", {"category": "a", "count": 3}, True),
        ("tags.exists(t, t.startsWith('x')) && tags.all(t, size(t) > 0)", {"tags": ["xy"]}, True),
        ("tags.map(t, t + '!')", {"tags": ["a"]}, ["a!"]),
        ("has(case.after.state) && case.after.state == 'open'", {"case": {"after": {}}}, False),
        ("case.id == text", {"case": {"id": uuid.UUID(int=5)}, "text": str(uuid.UUID(int=5))}, True),
        ("count > 1.5", {"count": Decimal("2.25")}, True),
        ("case.day < '2026-02-01'", {"case": {"day": date(2026, 1, 31)}}, True),
        ("// who\ncategory == 'it\\'s' // and \"so\" on", {"category": "it's"}, True),
        ("type(count) == int", {"count": 1}, True),
    ],
)
def test_right_expressions_have_their_value(source: str, values: dict[str, Any], result: Any) -> None:
    assert value(source, **values) == result


@pytest.mark.parametrize(
    ("source", "column", "words"),
    [
        ("category ==", "第 12 列", "EOF"),
        ("categroy == 'a'", "第 1 列", "categroy"),
        ("count > 1 && x", "第 14 列", "x"),
        ("tags.exists(t, t == 'a') && t == 'b'", "第 29 列", "没有变量 t"),
        ("tags.exists(t, t == u)", "第 21 列", "没有变量 u"),
        ("'x' in tags && foo(area)", "第 16 列", "没有函数 foo"),
        ("area.inarea('11')", "第 6 列", "inarea"),
        ("count > 1\n  && y", "第 2 行第 6 列", "y"),
        ("'y' == 'a' ? y : 1", "第 14 列", "没有变量 y"),
        ("", "第 1 列", "EOF"),
        ("min(count, 1)", "第 1 列", "min"),
    ],
)
def test_wrong_expressions_are_refused_with_place_and_remedy(source: str, column: str, words: str) -> None:
    with pytest.raises(Invalid) as caught:
        expressions.compile(source, variables=NAMES, place="programme.yaml:12")
    problem = caught.value.problems[0]
    assert problem.message.startswith(f"programme.yaml:12 {column}：") and words in problem.message
    assert problem.remedy and problem.field == "programme.yaml:12"


@pytest.mark.parametrize(
    ("source", "values", "words"),
    [
        ("count + text == 'a'", {"count": 1, "text": "a"}, "No such overload"),
        ("1 / count == 1", {"count": 0}, "zero"),
        ("case.state == 'a'", {"case": {}}, "没有字段 'state'"),
        ("count > 1", {}, "缺少变量 count"),
        ("text.matches('(')", {"text": "a"}, "regex"),
        ("in_working_hours(text)", {"text": "a"}, ""),
        ("case == text", {"case": object(), "text": "a"}, ""),
        ("contains_any(text, 5)", {"text": "a"}, ""),
    ],
)
def test_what_cannot_be_worked_out_says_where_and_why(
    source: str, values: dict[str, Any], words: str
) -> None:
    expression = expressions.compile(source, variables=NAMES, place="rules.yaml:3")
    with pytest.raises(Invalid) as caught:
        expression.evaluate(**values)
    assert caught.value.message.startswith("rules.yaml:3：") and words in caught.value.message


def test_a_condition_must_be_true_or_false() -> None:
    with pytest.raises(Invalid):
        expressions.compile("count + 1", variables=NAMES).holds(count=1)
    assert expressions.compile("count == 1", variables=NAMES).holds(count=1)


def test_more_variables_than_needed_may_be_given() -> None:
    assert value("count == 1", count=1, case=object()) is True


@given(st.text(max_size=60))
@example("(" * 3000)
@example("!" * 3999 + "true")
@example("+".join("1" * 1999))
@example("x" * 4001)
def test_no_text_breaks_the_compiler(source: str) -> None:
    try:
        expressions.compile(source, variables=NAMES)
    except Invalid as error:
        assert error.message


@given(
    st.lists(
        st.sampled_from(
            ["count", "tags", ".exists(t, t", ")", "==", "1", "'a'", "&&", "(", "[", "]", "?", ":"]
        ),
        max_size=12,
    )
)
def test_pieces_of_expressions_are_refused_or_evaluated(pieces: list[str]) -> None:
    try:
        value(" ".join(pieces), count=1, tags=["a"])
    except Invalid as error:
        assert error.message


def test_many_threads_share_an_expression() -> None:
    expression = expressions.compile(
        "category == '0102' && count > 3 && in_area(area, '1101')", variables=NAMES
    )
    wrong: list[int] = []

    def work(number: int) -> None:
        for _round in range(300):
            if expression.evaluate(category="0102", count=number, area="110102") != (number > 3):
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert expressions.compile(expression.source, variables=NAMES) is expression
