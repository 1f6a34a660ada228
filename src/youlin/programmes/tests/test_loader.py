"""The loader's errors: each names file, line, column and a remedy."""

from pathlib import Path

import pytest

from youlin.programmes import checks, loader, marks
from youlin.programmes.faults import Refused
from youlin.programmes.tests.samples import GOOD, changed, write
from youlin.programmes.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    verbs=frozenset({"case.read", "case.file", "case.dispatch", "case.handle", "case.close"}),
    acts=frozenset({"cases.reported", "cases.filed"}),
    actions=frozenset({"cases.go_on"}),
    reaction_variables=frozenset({"entry", "case"}),
    routing_variables=frozenset({"case"}),
)


def faults(folder: Path, text: str, **parts: str) -> list[str]:
    """What loader and checks say, one line each."""
    with pytest.raises(Refused) as refused:
        programme = loader.load("small", folder=write(folder, text, **parts))
        checks.check(programme, VOCABULARY)
    return str(refused.value).splitlines()


def line_of(text: str, part: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if part in line)


def test_a_good_programme_is_read(tmp_path: Path) -> None:
    programme = loader.load("small", folder=write(tmp_path, GOOD))
    checks.check(programme, VOCABULARY)
    minor = programme.categories()[1]
    assert (minor.case_type, minor.duty, minor.limits) == ("plain", "worker", {"handle": "1 工作日"})
    assert minor.official_code == "0102"
    assert minor.reportable
    assert not programme.categories()[0].reportable


@pytest.mark.parametrize(
    ("old", "new", "column", "words"),
    [
        ("    level: grid", "    levle: grid", 5, "levle"),
        ("    level: grid", "    level: gird", 12, "您是不是想写“grid”"),
        ("climbs_to: [clerk]", "climbs_to: [clrek]", 17, "您是不是想写“clerk”"),
        ("[case.read, case.handle]", "[case.read, case.handel]", 24, "您是不是想写“case.handle”"),
        ("      initial: reported", "      initial: reprted", 16, "是不是“reported”"),
        ("          to: closed", "          to: clsoed", 15, "是不是“closed”"),
        ("    duty: worker", "    duty: wroker", 11, "您是不是想写“worker”"),
        ("    limits: {handle: 1 工作日}", "    limits: {handle: 1 工日}", 22, "工作时"),
        ("    when: [cases.reported]", "    when: [cases.report]", 12, "您是不是想写“cases.reported”"),
        ("    do: cases.go_on", "    do: cases.goon", 9, "您是不是想写“cases.go_on”"),
        ('version: "1.0"', "version: 1.0", 10, '请加引号：version: "1.0"'),
        ("  worker:", "  Worker:", 3, "小写字母"),
    ],
)
def test_an_error_names_its_place_and_remedy(
    tmp_path: Path, old: str, new: str, column: int, words: str
) -> None:
    text = changed(old, new)
    said = faults(tmp_path, text)
    place = f"small/programme.yaml:{line_of(text, new)}:{column}: "
    assert any(fault.startswith(place) and words in fault for fault in said), said


def test_every_error_is_told_at_once(tmp_path: Path) -> None:
    text = changed("level: grid", "level: gird").replace("level: community", "levle: community")
    said = faults(tmp_path, text)
    assert len(said) == 3  # a wrong level, an unknown key, and the key it should have been


def test_a_missing_key_is_told_where_it_should_stand(tmp_path: Path) -> None:
    text = changed("    level: grid\n", "")
    assert faults(tmp_path, text) == [
        "small/programme.yaml:5:3: “worker”缺少“level”。 请补上“level: …”。",
    ]


def test_a_key_said_twice_is_refused(tmp_path: Path) -> None:
    text = changed("    level: grid", "    level: grid\n    level: street")
    assert faults(tmp_path, text) == [
        "small/programme.yaml:9:5: “level”写了两次，第一次在第 8 行。 请删去其中一个。"
    ]


def test_bad_yaml_is_told_with_its_place(tmp_path: Path) -> None:
    (said,) = faults(tmp_path, changed('version: "1.0"', 'version: "1.0'))
    assert said.startswith("small/programme.yaml:")
    assert "YAML" in said


def test_a_control_character_is_told_with_its_line_whatever_the_lines_above_are_written_in() -> None:
    with pytest.raises(Refused) as refused:
        marks.parse("甲: 院墙外的渣土\n乙: 胡同口的垃圾\n丙: 楼\x01道\n", "x.yaml")
    assert [one.place.line for one in refused.value.faults] == [3]


@pytest.mark.parametrize(
    "text", ["a: &x 1\nb: *x\n", "a: !!python/object:os.system x\n", "a: {<<: {b: 1}}\n"]
)
def test_aliases_tags_and_merges_are_refused(text: str) -> None:
    with pytest.raises(Refused):
        marks.parse(text, "x.yaml")


def test_a_condition_that_does_not_compile_is_refused_with_its_place(tmp_path: Path) -> None:
    text = changed("    do: cases.go_on\n", '    if: "case.category =="\n    do: cases.go_on\n')
    (said,) = faults(tmp_path, text)
    assert said.startswith(f"small/programme.yaml:{line_of(text, 'if:')}:9: ")


def test_a_condition_over_an_unknown_variable_is_refused(tmp_path: Path) -> None:
    text = changed("    do: cases.go_on\n", "    if: \"cas.category == 'x'\"\n    do: cases.go_on\n")
    (said,) = faults(tmp_path, text)
    assert "cas" in said


def test_an_unreachable_state_and_a_dead_end_are_refused(tmp_path: Path) -> None:
    text = changed(
        "        closed: {name", "        limbo: {name: 悬着, name_en: Limbo}\n        closed: {name"
    )
    said = faults(tmp_path, text)
    place = f"small/programme.yaml:{line_of(text, 'limbo')}:9: "
    assert [fault.startswith(place) for fault in said] == [True, True]


def test_a_category_without_the_limit_its_workflow_needs_is_refused(tmp_path: Path) -> None:
    text = changed("    limits: {handle: 1 工作日}\n", "")
    (said,) = faults(tmp_path, text)
    assert said.startswith(f"small/programme.yaml:{line_of(text, 'event.rubbish')}:3: ")
    assert "limits" in said


def test_part_files_are_joined_and_keep_their_places(tmp_path: Path) -> None:
    text = 'parts: [more.yaml]\nname: 甲\nname_en: A\nversion: "1"\n'
    said = faults(tmp_path, text, more="duty_kinds:\n  worker: {name: 网格员, name_en: W, level: gird}\n")
    assert said[0].startswith("small/more.yaml:2:42: ")


def test_a_thing_declared_in_two_parts_is_refused(tmp_path: Path) -> None:
    part = "duty_kinds:\n  worker: {name: 网格员, name_en: W, level: grid}\n"
    text = 'parts: [more.yaml]\nname: 甲\nname_en: A\nversion: "1"\n' + part
    (said,) = faults(tmp_path, text, more=part)
    assert said.startswith("small/more.yaml:2:3: ")
    assert "small/programme.yaml:6:3" in said


def test_a_missing_part_is_told(tmp_path: Path) -> None:
    (said,) = faults(tmp_path, "parts: [nowhere.yaml]\nname: 甲\n")
    assert said.startswith("small/nowhere.yaml:1:1: ")


def test_an_unknown_programme_is_told_with_the_nearest_name() -> None:
    with pytest.raises(Refused, match="没有名为"):
        loader.load("city_managment")


def test_equal_declarations_have_equal_digests(tmp_path: Path) -> None:
    first = loader.load("small", folder=write(tmp_path, GOOD))
    again = loader.load("small", folder=write(tmp_path, "# a comment\n" + GOOD))
    other = loader.load("small", folder=write(tmp_path, changed("name: 垃圾", "name: 暴露垃圾")))
    assert first.digest == again.digest
    assert first.digest != other.digest
