"""Shared by all tests."""

import os
from collections.abc import Iterator

import pytest
from hypothesis import settings as examples

# The same examples on every run, so a change is judged by what it did. HYPOTHESIS_PROFILE=wandering looks for new.
examples.register_profile("steady", derandomize=True, deadline=None)
examples.register_profile("wandering", deadline=None)
examples.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

pytest_plugins = ["tests.cast"]


def pytest_addoption(parser: pytest.Parser) -> None:
    told = (
        "export an app's datasets after every transaction of every test, and compare them with a whole export"
    )
    parser.addoption("--following", metavar="APP", default="", help=told)
    told = "of the tests beside the code, only those that ask for the database: for a second database"
    parser.addoption("--of-the-database", action="store_true", help=told)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Long ones that bring processes of their own first, so that two who share the work end together.

    With `--of-the-database`: what never looks at the database would only be run twice.
    """
    faults = config.rootpath / "tests" / "faults"
    items.sort(key=lambda one: faults not in one.path.parents or _asks_for_the_database(one))
    if not config.getoption("of_the_database"):
        return
    beside = config.rootpath / "src"
    left = [one for one in items if beside in one.path.parents and not _asks_for_the_database(one)]
    config.hook.pytest_deselected(items=left)
    gone = set(left)
    items[:] = [one for one in items if one not in gone]


def _asks_for_the_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db"} & set(getattr(item, "fixturenames", ()))
    return bool(fixtures) or item.get_closest_marker("django_db") is not None


@pytest.fixture(autouse=True, scope="session")
def _tests_may_empty_the_journal() -> None:
    from youlin.kernel.tests.databases import let_flush_pass_the_guard

    let_flush_pass_the_guard()


@pytest.fixture(autouse=True, scope="session")
def _tests_keep_their_transaction() -> None:
    from youlin.kernel.tests.databases import keep_the_test_s_transaction

    keep_the_test_s_transaction()


@pytest.fixture(autouse=True)
def _everybody_begins_at_rest() -> None:
    from django.conf import settings
    from django.utils import translation

    from youlin.apps.parties import guessing
    from youlin.doors import pace

    pace.forget()
    guessing.forget()
    # A page that was asked for in English leaves its language behind.
    translation.activate(settings.LANGUAGE_CODE)


@pytest.fixture(autouse=True)
def _datasets_follow(request: pytest.FixtureRequest) -> Iterator[None]:
    """With `--following=places`: whatever a test does to places, their datasets follow it."""
    app, marked = request.config.getoption("following"), request.node.get_closest_marker("django_db")
    if not app or marked is None or marked.kwargs.get("transaction"):
        yield
        return
    from tests.cast import DISTRICT, OTHER_DISTRICT
    from youlin.kernel import datasets
    from youlin.kernel.tests import exported

    request.getfixturevalue("db")
    names = [one.name for one in datasets.all() if one.name.startswith(f"{app}.")]
    with exported.following(*names, districts=(DISTRICT, OTHER_DISTRICT)):
        yield
