"""Writing to somebody who left an address with what they sent, and has no account."""

from datetime import timedelta

from django.conf import settings
from django.db import models, transaction

from youlin.apps.notices import quiet
from youlin.apps.notices.models import Letter
from youlin.apps.notices.services import delivering
from youlin.apps.parties import selectors as parties
from youlin.kernel import clock, journal, rows
from youlin.kernel.actors import SYSTEM

MOST_A_DAY = 8
"""Letters to one address within a day: whoever gives somebody else's number cannot have it flooded."""


CHANNELS = {"phone": "sms", "email": "mail"}


@transaction.atomic
def write(
    *, district: str, contact: str, key: str, title: str, text: str, subject: models.Model | None = None
) -> Letter | None:
    """Send a message to a contact, after the commit and outside the house's quiet hours; None if it cannot be.

    Idempotent by `key` in a district. Words hold no personal data and open nothing by themselves. No address
    gets more than `MOST_A_DAY` within a day.
    """
    address = parties.address_in(contact)
    now = clock.now()
    if address is None or _is_flooded(district, address):
        return None
    letter = Letter(
        district=district,
        key=key,
        channel=CHANNELS[address.kind],
        address=address.value,
        blind=address.blind,
        title=title[: Letter._meta.get_field("title").max_length],
        text=text,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        created_at=now,
        not_before=quiet.end_of_quiet(settings.QUIET_HOURS, now),
    )
    if not rows.insert_if_new(letter):
        return Letter.objects.get(district=district, key=key)
    journal.append(
        act="notices.written",
        actor=SYSTEM,
        subject=letter,
        after={"channel": letter.channel},
        related=[subject] if subject is not None else [],
        first=True,
    )
    delivering.send_due.enqueue(district=district)
    return letter


def _is_flooded(district: str, address: parties.Address) -> bool:
    lately = Letter.objects.filter(
        district=district, blind=address.blind, created_at__gt=clock.now() - timedelta(days=1)
    )
    return lately.count() >= MOST_A_DAY
