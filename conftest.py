"""Shared by all tests: the settings and a private home folder."""

import os
import tempfile

os.environ["YOULIN_HOME"] = tempfile.mkdtemp(prefix="youlin-test-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "youlin.config.settings")

import pytest  # noqa: E402

pytest_plugins = ["tests.cast"]


@pytest.fixture(autouse=True, scope="session")
def _tests_may_empty_the_journal() -> None:
    from youlin.kernel.tests.databases import let_flush_pass_the_guard

    let_flush_pass_the_guard()
