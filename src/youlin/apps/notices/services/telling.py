"""Telling a person something, once."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils.translation import gettext as _

from youlin.apps.duties import selectors as duties
from youlin.apps.notices import channels, quiet
from youlin.apps.notices.models import Delivery, Notice, Preference
from youlin.apps.notices.services import delivering
from youlin.apps.parties import selectors as parties
from youlin.apps.parties.models import Person
from youlin.kernel import clock, journal, rows
from youlin.kernel.actors import SYSTEM, Actor
from youlin.kernel.errors import Invalid, NotFound


@transaction.atomic
def notify(
    *,
    district: str,
    person_id: UUID,
    kind: str,
    key: str,
    title: str,
    body: str = "",
    link: str = "",
    urgent: bool = False,
    subject: models.Model | None = None,
) -> Notice:
    """Put a notice into a person's inbox and send it through the channels they chose, after the commit.

    Idempotent by `key` for a person in a district: told once, the same notice is answered again. `kind` is
    what people choose channels by (`case.assigned`). Words hold no personal data of others; `link` is a path
    of ours. Nothing rings in quiet hours unless it is urgent. Raises `NotFound` for an unknown or erased
    person.
    """
    message = Message(
        person_id=person_id,
        kind=kind,
        key=key,
        title=title,
        body=body,
        link=link,
        urgent=urgent,
        subject=subject,
    )
    return notify_many(district=district, messages=[message])[0]


@dataclass(frozen=True, kw_only=True)
class Message:
    """One notice to one person; the arguments of `notify`."""

    person_id: UUID
    kind: str
    key: str
    title: str
    body: str = ""
    link: str = ""
    urgent: bool = False
    subject: models.Model | None = None


@transaction.atomic
def notify_many(*, district: str, messages: Sequence[Message]) -> list[Notice]:
    """`notify` for many messages in a constant number of queries; the notices in the order given."""
    people = parties.canonical_many(message.person_id for message in messages)
    now = clock.now()
    notices = [_notice(district, one, _reader(people.get(one.person_id)), now) for one in messages]
    new = {row.pk for row in rows.insert_new(notices)}
    _send(
        district,
        [(row, one.subject) for row, one in zip(notices, messages, strict=True) if row.id in new],
    )
    return notices if len(new) == len(notices) else _told_before(district, notices, new)


def _notice(district: str, message: Message, person: Person, now: datetime) -> Notice:
    subject = message.subject
    return Notice(
        district=district,
        person=person,
        kind=message.kind,
        key=message.key,
        title=message.title[: Notice._meta.get_field("title").max_length],
        body=message.body,
        link=_checked_link(message.link),
        urgent=message.urgent,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        created_at=now,
    )


def _told_before(district: str, notices: Sequence[Notice], new: Collection[UUID]) -> list[Notice]:
    """The notices as they are kept: where one was told before, that one."""
    old = [notice for notice in notices if notice.id not in new]
    found = Notice.objects.filter(
        district=district,
        person__in={one.person_id for one in old},
        key__in={one.key for one in old},
    )
    kept = {(one.person_id, one.key): one for one in found}
    return [one if one.id in new else kept[one.person_id, one.key] for one in notices]


def _reader(person: Person | None) -> Person:
    if person is None or person.erased_at is not None:
        raise NotFound(_("没有这位人员"))
    return person


def _checked_link(link: str) -> str:
    if link and not link.startswith("/"):
        raise Invalid(_("链接应为本站路径"), field="link")
    return link


def _send(district: str, new: Sequence[tuple[Notice, models.Model | None]]) -> None:
    """Plan the ways out, journal them, and let the worker send after the commit."""
    sent_by = _plan_deliveries(district, [notice for notice, _subject in new])
    journal.append_many(
        [
            journal.Item(
                act="notices.sent",
                actor=SYSTEM,
                subject=notice,
                after={"kind": notice.kind, "urgent": notice.urgent, "channels": sent_by[notice.id]},
                related=[notice.person, *([subject] if subject is not None else [])],
                first=True,
            )
            for notice, subject in new
        ]
    )
    if any(sent_by.values()):
        delivering.send_due.enqueue(district=district)


def _plan_deliveries(district: str, notices: Sequence[Notice]) -> dict[UUID, list[str]]:
    """Through which channels each goes, by the notice's id; the deliveries are kept."""
    people = {notice.person_id for notice in notices}
    chosen = Preference.objects.filter(district=district, person__in=people) if people else ()
    preferences = {one.person_id: one for one in chosen}
    wanted = {
        one.id: channels.chosen(preferences.get(one.person_id), one.kind, urgent=one.urgent)
        for one in notices
    }
    reachable = channels.reachable([(one.person_id, wanted[one.id]) for one in notices])
    planned = {one.id: found for one, found in zip(notices, reachable, strict=True)}
    rows.insert_many(
        [
            Delivery(
                district=district,
                notice=one,
                channel=channel,
                not_before=_not_before(preferences.get(one.person_id), one),
            )
            for one in notices
            for channel in planned[one.id]
        ]
    )
    return planned


def _not_before(preference: Preference | None, notice: Notice) -> datetime:
    if notice.urgent:
        return notice.created_at
    hours = preference.quiet_hours if preference and preference.quiet_hours else settings.QUIET_HOURS
    return quiet.end_of_quiet(hours, notice.created_at)


def mark_read(*, actor: Actor, notice_ids: Sequence[UUID]) -> int:
    """Mark the actor's own notices as read; how many were unread. Not journalled: nobody's business."""
    return _own_unread(actor).filter(id__in=notice_ids).update(read_at=clock.now())


def mark_all_read(*, actor: Actor, before: datetime | None = None) -> int:
    """Mark all of the actor's notices up to a moment (now) as read; the number that were unread."""
    return _own_unread(actor).filter(created_at__lte=before or clock.now()).update(read_at=clock.now())


def _own_unread(actor: Actor) -> models.QuerySet[Notice]:
    if actor.person_id is None:
        return Notice.objects.none()
    return Notice.objects.filter(
        district__in=duties.all_districts(), person=actor.person_id, read_at__isnull=True
    )
