"""The desk's cast, moderating."""

from youlin.doors.desk.tests.conftest import _seeded, at_desk, people

__all__ = ["_seeded", "at_desk", "people"]
