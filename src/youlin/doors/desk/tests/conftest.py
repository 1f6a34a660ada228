"""The cast at the desk, in a district with case types and categories."""

import pytest

from youlin.apps.cases.tests.conftest import _seeded, people  # noqa: F401  (fixtures)


@pytest.fixture
def at_desk(client, people):  # noqa: F811
    """`at_desk("zhao")` → a client signed in as that one of the cast."""

    def signed_in(name: str):
        client.force_login(getattr(people, name).account)
        return client

    return signed_in
