"""What is found in words, and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youlin.apps.cases.moderation import findings


def kinds(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.text) for one in findings.in_text(text)]


def test_numbers_names_and_plates_are_found_where_they_stand() -> None:
    text = "找王建国，电话13800138000，车牌京A12345，身份证11010519491231002X"
    assert kinds(text) == [
        ("name", "王建国"),
        ("phone", "13800138000"),
        ("plate", "京A12345"),
        ("id", "11010519491231002X"),
    ]
    for one in findings.in_text(text):
        assert text[one.start : one.end] == one.text


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("请打 010-66012345", "phone"),
        ("+86 138 0013 8000", "phone"),
        ("新能源京AD12345 占道", "plate"),
        ("退款到 6222021234567890123", "card"),
        ("写到 li@example.cn", "email"),
        ("李阿姨家楼下", "name"),
        ("物业经理张伟态度不好", "name"),
        ("欧阳先生说", "name"),
    ],
)
def test_each_kind_is_found(text: str, kind: str) -> None:
    assert kind in [one for one, _text in kinds(text)]


@pytest.mark.parametrize(
    "text",
    [
        "黄河路和高原街口路面塌陷",
        "楼下垃圾满溢，臭味很大",
        "3 号楼 201 室门口",
        "马路边路灯坏了三天",
        "2026年1月5日报修",
    ],
)
def test_places_dates_and_plain_words_are_left_alone(text: str) -> None:
    assert [kind for kind, _text in kinds(text) if kind != "name"] == []
    assert "路" not in "".join(found for kind, found in kinds(text) if kind == "name" and len(found) == 2)


def test_only_a_right_check_digit_makes_an_identity_number_certain() -> None:
    assert findings.id_number_is_valid("11010519491231002X")
    assert not findings.id_number_is_valid("110105194912310021")
    sure = {one.text: one.certain for one in findings.in_text("11010519491231002X 和 110105194912310021")}
    assert sure == {"11010519491231002X": True, "110105194912310021": False}


def test_a_masked_text_has_nothing_left_to_find_but_titles() -> None:
    masked = findings.masked("找王建国，电话13800138000，李阿姨可作证")
    assert "王建国" not in masked and "13800138000" not in masked
    assert "李阿姨" in masked


@given(st.text(alphabet="王建国李阿姨138001京A1234567890 -，。路街x@.cn", max_size=60))
def test_pieces_put_together_are_the_text(text: str) -> None:
    assert "".join(part for part, _finding in findings.pieces(text)) == text
