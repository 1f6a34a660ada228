"""Telling a person something, once."""

from collections.abc import Sequence
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
    notice = Notice(
        district=district,
        person=_reader(person_id),
        kind=kind,
        key=key,
        title=title[: Notice._meta.get_field("title").max_length],
        body=body,
        link=_checked_link(link),
        urgent=urgent,
        subject_kind=subject._meta.label_lower if subject is not None else "",
        subject_id=subject.pk if subject is not None else None,
        created_at=clock.now(),
    )
    if not rows.insert_if_new(notice):
        return Notice.objects.get(district=district, person=notice.person, key=key)
    _send(notice, subject)
    return notice


def _reader(person_id: UUID) -> Person:
    person = parties.canonical(person_id)
    if person is None or person.erased_at is not None:
        raise NotFound(_("没有这位人员"))
    return person


def _checked_link(link: str) -> str:
    if link and not link.startswith("/"):
        raise Invalid(_("链接应为本站路径"), field="link")
    return link


def _send(notice: Notice, subject: models.Model | None) -> None:
    """Plan the ways out, journal them, and let the worker send after the commit."""
    sent_by = _plan_deliveries(notice)
    journal.append(
        act="notices.sent",
        actor=SYSTEM,
        subject=notice,
        after={"kind": notice.kind, "urgent": notice.urgent, "channels": sent_by},
        related=[notice.person, *([subject] if subject is not None else [])],
        first=True,
    )
    if sent_by:
        delivering.send_due.enqueue(district=notice.district)


def _plan_deliveries(notice: Notice) -> list[str]:
    preference = Preference.objects.filter(district=notice.district, person=notice.person_id).first()
    wanted = channels.chosen(preference, notice.kind, urgent=notice.urgent)
    reachable = channels.reachable(notice.person_id, wanted)
    not_before = _not_before(preference, notice)
    Delivery.objects.bulk_create(
        Delivery(district=notice.district, notice=notice, channel=channel, not_before=not_before)
        for channel in reachable
    )
    return reachable


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
