"""`youlin cases route`: dry, explained, for people and for programs."""

import json

import pytest
from click.testing import CliRunner

from tests.cast import GRID, STREET, Cast
from youlin.apps.cases.models import Case
from youlin.apps.cases.tests import factories
from youlin.apps.cases.tests.factories import GARBAGE
from youlin.config.commands.cases import cases
from youlin.kernel.errors import YoulinError

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(cast: Cast) -> Cast:
    """The cast, where cases can be reported."""
    factories.make_tables()
    return cast


def run(*arguments: str) -> object:
    return CliRunner().invoke(cases, ["route", *arguments])


def test_a_point_is_explained_and_nothing_is_written(people: Cast) -> None:
    lon, lat = factories.point_in(GRID)
    result = run("--category", GARBAGE, "--lon", str(lon), "--lat", str(lat))
    assert result.exit_code == 0 and GRID in result.output and "王网格" in result.output
    assert not Case.objects.exists()


def test_an_area_answers_in_json(people: Cast) -> None:
    result = run("--category", GARBAGE, "--area", STREET, "--at", "2030-06-03T10:00", "--json")
    found = json.loads(result.output)
    assert found["area"] == STREET and found["name"] == "赵街道" and found["steps"]


def test_nobody_has_an_exit_code_of_its_own(people: Cast) -> None:
    from youlin.apps.cases.models import Category

    Category.objects.filter(code=GARBAGE).update(duty="")
    assert run("--category", GARBAGE, "--area", GRID).exit_code == 3


@pytest.mark.parametrize(
    "wrong",
    [["--area", "999999"], ["--lon", "1", "--lat", "1"], [], ["--area", GRID, "--at", "soon"]],
)
def test_bad_input_is_refused_in_words(people: Cast, wrong: list[str]) -> None:
    assert isinstance(run("--category", GARBAGE, *wrong).exception, YoulinError)
