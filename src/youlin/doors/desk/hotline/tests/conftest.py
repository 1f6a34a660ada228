"""The desk's cast, on the telephone."""

from youlin.doors.desk.tests.conftest import _seeded, at_desk, people

__all__ = ["_seeded", "at_desk", "people"]
