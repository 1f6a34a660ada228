"""`youlin duties who`."""

import json

import pytest
from click.testing import CliRunner

from tests.cast import GRID
from youlin.config.cli import main

pytestmark = pytest.mark.django_db


def ask(*options):
    return CliRunner().invoke(main, ["duties", "who", "--area", GRID, "--kind", "grid_worker", *options])


def test_it_prints_the_steps(cast):
    answer = ask()
    assert (answer.exit_code, answer.output.strip()) == (0, "四川营一网格网格员 → 王网格")


def test_it_prints_json_for_programs(cast):
    answer = json.loads(ask("--json", "--at", "2020-01-01T00:00").output)
    assert answer["holder"] is None
    assert answer["path"][-1] == "无人可答"
    assert json.loads(ask("--json").output)["holder"] == str(cast.wang.id)


def test_nobody_is_exit_code_three_and_a_mistake_is_one(cast):
    assert ask("--at", "2020-01-01").exit_code == 3
    assert ask("--at", "yesterday").exit_code == 1
    assert ask("--kind", "nothing").exit_code == 1
