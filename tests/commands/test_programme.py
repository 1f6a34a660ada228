"""`youlin programme` and `youlin demo`: what they print, and what their exit codes mean."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.cast import DISTRICT, make_areas
from youlin.config.cli import main
from youlin.programmes import loader


def youlin(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_every_shipped_programme_holds_together() -> None:
    result = youlin("programme", "check")
    assert result.exit_code == 0, result.output
    assert "city_management" in result.output


def test_check_names_file_line_column_and_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "small"
    home.mkdir()
    (home / "programme.yaml").write_text('name: 甲\nname_en: A\nversion: "1"\nmenus: {}\n', encoding="utf-8")
    monkeypatch.setattr(loader, "FOLDER", tmp_path)
    result = youlin("programme", "check", "small")
    assert result.exit_code == 1
    assert "small/programme.yaml:4:1: " in result.output
    assert "您是不是想写“menu”" in result.output
    (fault,) = json.loads(youlin("programme", "check", "small", "--json").output)["small"]
    assert (fault["line"], fault["column"]) == (4, 1)


@pytest.mark.django_db
def test_plan_answers_three_while_there_are_changes_and_nought_afterwards() -> None:
    make_areas()
    planned = youlin("programme", "plan", "city_management", "--district", DISTRICT)
    assert planned.exit_code == 3
    assert "+ duty_kind grid_worker" in planned.output
    applied = youlin("programme", "apply", "city_management", "--district", DISTRICT)
    assert applied.exit_code == 0
    again = youlin("programme", "plan", "city_management", "--district", DISTRICT)
    assert again.exit_code == 0
    assert "nothing to change" in again.output
    (row,) = [row for row in json.loads(youlin("programme", "list", "--json").output) if row["in_force"]]
    assert (row["code"], row["in_force"]) == ("city_management", [DISTRICT])


@pytest.mark.django_db
def test_retiring_shows_what_goes() -> None:
    make_areas()
    youlin("programme", "apply", "city_management", "--district", DISTRICT)
    retired = youlin("programme", "apply", "city_management", "--district", DISTRICT, "--retire")
    assert retired.exit_code == 0
    assert "- programme city_management" in retired.output


@pytest.mark.django_db
def test_an_unknown_district_or_programme_is_refused_in_words() -> None:
    make_areas()
    unknown = youlin("programme", "plan", "city_management", "--district", "310101")
    assert unknown.exit_code == 1
    assert "310101" in unknown.stderr
    missing = youlin("programme", "plan", "city_managment", "--district", DISTRICT)
    assert missing.exit_code == 1
    assert "city_management" in missing.stderr
    several = youlin("programme", "plan", "city_management")
    assert several.exit_code == 1
    assert "--district" in several.stderr


@pytest.mark.django_db
def test_reset_refuses_where_no_demonstration_was_loaded() -> None:
    refused = youlin("demo", "reset", "--yes")
    assert refused.exit_code == 1
    assert "演示" in refused.stderr
