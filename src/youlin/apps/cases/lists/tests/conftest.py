"""Lists are tested in the district of the cases."""

from youlin.apps.cases.tests.conftest import _seeded, people  # noqa: F401  (fixtures)
