"""Writing to somebody who left an address with what they sent, and has no account."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count

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
    words = Words(contact=contact, key=key, title=title, text=text, subject=subject)
    return write_many(district=district, letters=[words])[0]


@dataclass(frozen=True, kw_only=True)
class Words:
    """One message to one contact; the arguments of `write`."""

    contact: str
    key: str
    title: str
    text: str
    subject: models.Model | None = None


@transaction.atomic
def write_many(*, district: str, letters: Sequence[Words]) -> list[Letter | None]:
    """`write` for many messages in a constant number of queries; answers in the order given."""
    addresses = [parties.address_in(one.contact) for one in letters]
    lately = _lately(district, {address.blind for address in addresses if address is not None})
    known = {
        one.key: one for one in Letter.objects.filter(district=district, key__in=[w.key for w in letters])
    }
    now = clock.now()
    made: dict[str, tuple[Letter, models.Model | None]] = {}
    answers: list[Letter | None] = []
    for words, address in zip(letters, addresses, strict=True):
        if address is None or lately[address.blind] >= MOST_A_DAY:
            answers.append(None)
            continue
        if words.key not in known:
            known[words.key] = _letter(district, words, address, now)
            made[words.key] = known[words.key], words.subject
            lately[address.blind] += 1
        answers.append(known[words.key])
    _send(district, list(made.values()))
    return answers


def _letter(district: str, words: Words, address: parties.Address, now: datetime) -> Letter:
    subject = words.subject
    return Letter(
        district=district,
        key=words.key,
        channel=CHANNELS[address.kind],
        address=address.value,
        blind=address.blind,
        title=words.title[: Letter._meta.get_field("title").max_length],
        text=words.text,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        created_at=now,
        not_before=quiet.end_of_quiet(settings.QUIET_HOURS, now),
    )


def _send(district: str, made: Sequence[tuple[Letter, models.Model | None]]) -> None:
    """Keep them, journal them, and let the worker send after the commit; not what another has just written."""
    new = {row.pk for row in rows.insert_new([letter for letter, _subject in made])}
    journal.append_many(
        [
            journal.Item(
                act="notices.written",
                actor=SYSTEM,
                subject=letter,
                after={"channel": letter.channel},
                related=[subject] if subject is not None else [],
                first=True,
            )
            for letter, subject in made
            if letter.id in new
        ]
    )
    if new:
        delivering.send_due.enqueue(district=district)


def _lately(district: str, blinds: Collection[str]) -> Counter[str]:
    """How many letters went to each address within a day."""
    since = clock.now() - timedelta(days=1)
    rows = Letter.objects.filter(district=district, blind__in=blinds, created_at__gt=since)
    counted = rows.order_by().values_list("blind").annotate(number=Count("id"))
    return Counter(dict(counted))
