"""Showing one person's full data to somebody who says why."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from youlin.kernel.actors import Actor


@dataclass(frozen=True)
class Unmasked:
    """What was asked for, in full."""

    name: str
    contacts: tuple[tuple[str, str], ...]
    identifiers: tuple[tuple[str, str], ...]


@transaction.atomic
def unmask(*, actor: Actor, person_id: UUID, district: str, reason: str) -> Unmasked:
    """A person's name, contacts and identifiers in full, for a stated reason that is journalled.

    Needs `person.unmask` over a place of the district where the person is known: an employer, a household, a
    duty, a report. People see their own without that. Raises `Invalid` without a reason.
    """
