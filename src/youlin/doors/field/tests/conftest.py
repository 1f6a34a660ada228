"""Fixtures of the field's tests are the portal's: the cast, a browser signed in, a photo."""

from youlin.doors.portal.tests.conftest import _seeded, people, photo, signed_in

__all__ = ["_seeded", "people", "photo", "signed_in"]
