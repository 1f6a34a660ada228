"""The cast before the cockpit, in a district with case types and categories."""

from youlin.apps.cases.tests.conftest import _seeded, people  # noqa: F401  (fixtures)
from youlin.apps.indicators.tests.conftest import folder  # noqa: F401
