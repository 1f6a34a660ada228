"""Tables as people send them: in what they are written is found out, unless it was said."""

import gzip
from pathlib import Path

import pytest

from youlin.kernel import tables
from youlin.kernel.errors import Invalid
from youlin.kernel.tables import Form

TABLE = "姓名,手机号\n" + "李强,13800001001\n" * 3


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk"])
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_utf_8_and_what_chinese_spreadsheets_save_are_read(tmp_path: Path, encoding: str, name: str) -> None:
    path, content = tmp_path / name, TABLE.encode(encoding)
    path.write_bytes(gzip.compress(content) if name.endswith(".gz") else content)
    assert tables.columns(path, Form()) == ["姓名", "手机号"]
    assert [row["姓名"] for _number, row in tables.rows(path, Form())] == ["李强"] * 3


def test_a_character_far_down_decides_for_the_whole_table(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"name,phone\n" + b"x,1\n" * 600_000 + "李强,2\n".encode("gb18030"))
    assert [row["name"] for _number, row in tables.rows(path, Form())][-1] == "李强"


def test_what_is_neither_is_refused_with_what_a_clerk_can_do(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE.encode("utf-16"))
    with pytest.raises(Invalid) as error:
        tables.columns(path, Form())
    assert ".xlsx" in (error.value.problems[0].remedy or "")
    with pytest.raises(Invalid) as error:
        tables.columns(path, Form(encoding="utf-8-sig"))
    assert "encoding:" in (error.value.problems[0].remedy or "")


def test_what_was_said_is_kept_to(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(TABLE.encode("gb18030"))
    with pytest.raises(Invalid):
        list(tables.rows(path, Form(encoding="utf-8-sig")))
