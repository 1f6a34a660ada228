"""`youlin doctor`: what it finds, in one language throughout, and the same keys for machines in every language."""

import json
import re

import pytest
from click.testing import CliRunner

from youlin.config import terminal
from youlin.config.commands.doctor import doctor

CHINESE = re.compile(r"[\u4e00-\u9fff]")
KEYS = {"what", "title", "well", "seen", "remedy"}

pytestmark = pytest.mark.django_db


def told(*options: str, **environment: str) -> str:
    return (
        CliRunner()
        .invoke(doctor, options, env={"LC_ALL": "", "LC_MESSAGES": "", "LANG": "", **environment})
        .output
    )


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh-hans"),
        ({"LANG": "zh"}, "zh-hans"),
        ({"LANG": "en_US.UTF-8"}, "en"),
        ({"LANG": "de_DE@euro"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_MESSAGES": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_US", "LC_ALL": "zh_CN"}, "zh-hans"),
        ({"LANG": "C.UTF-8"}, "zh-hans"),
        ({}, "zh-hans"),
    ],
)
def test_the_terminal_says_in_which_language(environment: dict[str, str], language: str) -> None:
    assert terminal.language(None, environment) == language
    assert terminal.language("en", environment) == "en"


def test_findings_are_in_the_language_of_the_terminal(db: None) -> None:
    chinese, english = told(LANG="zh_CN.UTF-8"), told(LANG="en_US.UTF-8")
    assert "✓ 数据库  SQLite" in chinese or "✓ 数据库  PostgreSQL" in chinese
    assert "搜索索引" in chinese and chinese != english
    assert told("--language", "en", LANG="zh_CN.UTF-8") == english


def test_in_chinese_every_label_is_chinese(db: None) -> None:
    labels = [line[2:].split("  ")[0] for line in told(LANG="zh_CN.UTF-8").splitlines() if line[:1] in "✓✗"]
    assert len(labels) > 10 and [one for one in labels if not CHINESE.search(one)] == []


def test_machines_read_the_same_names_in_every_language(db: None) -> None:
    chinese, english = (json.loads(told("--json", "--language", language)) for language in ("zh-hans", "en"))
    assert [one["what"] for one in chinese] == [one["what"] for one in english]
    assert all(set(one) == KEYS and not CHINESE.search(one["what"]) for one in chinese)
    assert {"YOULIN_HOME", "database", "front-end files", "calendar", "worker"} <= {
        one["what"] for one in chinese
    }


def test_the_proof_of_the_journal_is_told_in_it_too(db: None) -> None:
    assert "每一条链、封条和摘要都成立" in told("--journal", LANG="zh_CN.UTF-8")
