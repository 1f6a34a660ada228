"""Shared by all tests."""

import os

import pytest
from hypothesis import settings

# The same examples on every run, so a change is judged by what it did. HYPOTHESIS_PROFILE=wandering looks for new.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("wandering", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

pytest_plugins = ["tests.cast"]


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
    from youlin.apps.parties import guessing
    from youlin.doors import pace

    pace.forget()
    guessing.forget()
