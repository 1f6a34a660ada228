"""Codes, names and lists: what can be said without a database."""

import gzip
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from youlin.apps.areas import files, names, profiles
from youlin.apps.areas.profiles import CHINA, CodeProfile
from youlin.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("official", "normal"),
    [
        ("110102001000", "110102001"),
        ("110102000000", "110102"),
        ("110100", "1101"),
        ("110000", "11"),
        ("110102001003", "110102001003"),
        (" 110102 ", "110102"),
        ("110102010000", "110102010"),
    ],
)
def test_official_noughts_are_cut(official, normal):
    assert CHINA.normal(official) == normal


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("11", "province"),
        ("1101", "city"),
        ("110102", "district"),
        ("110102001", "street"),
        ("110102001003", "community"),
        ("110102001003008", "grid"),
        ("110102001003901", "dedicated_grid"),
    ],
)
def test_the_width_is_the_level(code, level):
    assert CHINA.level(code) == level
    assert CHINA.width(level) == len(code)


MOST = [99, 99, 999, 999, 999]
"""The highest number of a child, level by level, under a province."""


@given(
    province=st.integers(11, 65),
    numbers=st.tuples(*(st.integers(1, most) for most in MOST)),
    deep=st.integers(0, 5),
)
def test_codes_round_trip(province, numbers, deep):
    chain = [str(province)]
    for number in numbers[:deep]:
        chain.append(CHINA.code(chain[-1], number))
    code = chain[-1]
    assert CHINA.ancestors(code) == chain[-2::-1] and CHINA.parent(code) == "".join(chain[-2:-1])
    assert CHINA.level(code) == (CHINA.levels[deep] if deep < 5 or numbers[4] < 900 else "dedicated_grid")
    assert CHINA.district(code) == (chain[2] if deep >= 2 else code)
    assert [int(one[len(CHINA.parent(one)) :]) for one in chain[1:]] == list(numbers[:deep])
    for full in (6, 12):
        if len(code) <= full:
            assert CHINA.normal(code.ljust(full, "0")) == code


def test_ancestors_come_nearest_first():
    assert CHINA.ancestors("110102001003008") == ["110102001003", "110102001", "110102", "1101", "11"]
    assert CHINA.parent("11") == ""


@pytest.mark.parametrize("code", ["", "1", "11010", "11010200", "110102 01", "110102001003008001"])
def test_what_is_no_code_is_refused_with_the_widths(code):
    with pytest.raises(Invalid) as refused:
        CHINA.level(code)
    assert "2、4、6、9、12、15" in refused.value.problems[0].remedy


def test_numbers_of_children_end_with_their_digits():
    assert CHINA.code("110102001", 7) == "110102001007"
    with pytest.raises(Invalid):
        CHINA.code("110102001", 1000)
    with pytest.raises(Invalid):
        CHINA.code("110102001003008", 1)


def test_another_country_brings_its_own_widths(settings):
    profiles.register(
        CodeProfile("finland", {"province": 2, "district": 5, "community": 8}, shard="district")
    )
    settings.AREA_PROFILE = "finland"
    assert profiles.active().level("01091") == "district"
    assert profiles.active().parent("01091123") == "01091"
    assert profiles.active().district("01091123") == "01091"


def test_a_profile_is_found_where_python_finds_it(settings):
    settings.AREA_PROFILE = "youlin.apps.areas.profiles.CHINA"
    assert profiles.active() is CHINA and profiles.check() == []


@pytest.mark.parametrize("named", ["atlantis", "atlantis.areas.PROFILE", "youlin.apps.areas.profiles.GRID"])
def test_a_setting_that_names_no_profile_is_told_at_the_start(settings, named):
    settings.AREA_PROFILE = named
    [problem] = profiles.check()
    assert named in problem.msg and "china" in (problem.hint or "")


@pytest.mark.parametrize(
    ("official", "spoken"),
    [
        ("三里河一区社区居委会", "三里河一区"),
        ("北坞村村委会", "北坞村"),
        ("平房村民委员会", "平房村"),
        ("月坛街道", "月坛街道"),
        ("机场工作区社区", "机场工作区"),
        ("居委会", "居委会"),
    ],
)
def test_names_as_they_are_said(official, spoken):
    assert names.short(official) == spoken


@pytest.mark.parametrize(
    ("spoken", "label"),
    [
        ("月坛街道", "月坛"),
        ("广安门外街道", "广安门外"),
        ("来广营地区", "来广营"),
        ("长沟镇", "长沟镇"),
        ("Yuetan Subdistrict", "Yuetan"),
        ("三里河一区", "三里河一区"),
        ("地区", "地区"),
    ],
)
def test_names_as_they_stand_on_a_map(spoken, label):
    assert names.label(spoken) == label


@pytest.mark.parametrize(
    ("name", "latin"),
    [
        ("西城区", "Xicheng District"),
        ("月坛街道", "Yuetan Subdistrict"),
        ("三里河一区社区居委会", "Sanliheyiqu Community"),
        ("北坞村村委会", "Beiwu Village"),
        ("西安门社区", "Xi'anmen Community"),
        ("大栅栏西街社区", "Dashilanxijie Community"),
        ("朝阳门街道", "Chaoyangmen Subdistrict"),
        ("Near North Side", ""),
    ],
)
def test_names_in_latin_letters(name, latin):
    assert names.romanise(name) == latin


def test_plain_rows_are_read():
    rows = [
        {"code": "110102", "name": "西城区", "valid_from": "2010-07-01"},
        {"code": "110102001000", "name": "甲"},
    ]
    first, second = files.areas_of(rows)
    assert (first.code, first.valid_from) == ("110102", date(2010, 7, 1))
    assert (second.code, second.line) == ("110102001", 3)


def test_wide_rows_give_every_level_once():
    row = {
        "community_code12": "110101001001",
        "community": "甲社区",
        "street_code9": "110101001",
        "street": "乙街道",
        "district_code6": "110101",
        "district": "丙区",
        "province_code2": "11",
    }
    found = files.areas_of([row, {**row, "community_code12": "110101001002", "community": "丁社区"}])
    assert [area.code for area in found] == ["110101", "110101001", "110101001001", "110101001002"]


def test_every_fault_is_named_with_its_line():
    rows = [
        {"code": "110102", "name": "西城区"},
        {"code": "1101021", "name": "错"},
        {"code": "110102001", "name": ""},
        {"code": "110102", "name": "东城区"},
        {"code": "110103", "name": "宣武区", "valid_to": "昨天"},
    ]
    with pytest.raises(Invalid) as refused:
        files.areas_of(rows)
    messages = [problem.message for problem in refused.value.problems]
    assert [message.split("：")[0] for message in messages] == ["第 3 行", "第 4 行", "第 5 行", "第 6 行"]


def test_many_faults_are_counted():
    with pytest.raises(Invalid) as refused:
        files.areas_of([{"code": "x", "name": "y"}] * 50)
    assert len(refused.value.problems) == files.SHOWN + 1
    assert "30" in refused.value.problems[-1].message


@pytest.mark.parametrize(
    "content",
    [
        "code,name\n110102,西城区\n".encode("gb18030"),
        gzip.compress("code,name\n110102,西城区\n".encode(), mtime=0),
    ],
)
def test_spreadsheets_and_gzip_are_read(tmp_path, content):
    path = tmp_path / "areas.csv"
    path.write_bytes(content)
    assert files.read_areas(path)[0].name == "西城区"


@pytest.mark.parametrize("content", [b"", b"a,b\n1,2\n", b"\x1f\x8b\x00", b"\xff\xfe\x00\x81"])
def test_what_is_no_list_is_refused_in_words(tmp_path, content):
    path = tmp_path / "areas.csv"
    path.write_bytes(content)
    with pytest.raises(Invalid):
        files.read_areas(path)
